"""Real OCR noise to learn from: print Swedish text, degrade it, read it with the wrong language.

`python -m pipeline.training.ocr_pairs --out DIR` appends one JSON line a page
(`gold`, `raw`, `lang` and the page's look) to `DIR/pages-<worker>.jsonl` until it has read
`--pages` pages; started again, it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from multiprocessing import Process
from pathlib import Path

from PIL import Image

from pipeline.errors import MissingDependencyError
from pipeline.stages.extract.scan import tesseract_with
from pipeline.training.render import PageLook, degrade, draw, random_look
from pipeline.training.seen_text import SeenText, paragraphs_unseen
from pipeline.training.source_text import SOURCES

ENGINE_LANGUAGES = {
    "eng": 52, "dan": 13, "deu": 9, "fra": 9, "nor": 6, "ita": 3, "nld": 3, "fin": 2, "swe": 3,
}  # fmt: skip
"""How often each wrong (and now and then the right) Tesseract language reads a page."""

SOURCE_SHARES = {"government": 50, "parliament": 22, "law": 14, "city_council_debate": 14}
TESSERACT_TIMEOUT_S = 120


def wrap(text: str, width: int, rng: random.Random, hyphenate: float) -> list[str]:
    """Break `text` into lines of about `width` characters, hyphenating long words at times."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            room = width - len(line) - 2
            cuts = [
                m.start() + 1
                for m in re.finditer(r"(?<=[a-zåäö])[bcdfghjklmnpqrstvxz](?=[aeiouyåäö])", word)
                if 3 <= m.start() + 1 <= room and len(word) - m.start() > 4
            ]
            if cuts and rng.random() < hyphenate:
                cut = cuts[-1] - 1
                lines.append(f"{line} {word[:cut]}-")
                line = word[cut:]
                continue
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def compose_page(pool: dict[str, list[str]], rng: random.Random) -> list[str]:
    """Fill a page with paragraphs, most from one source, as running documents are."""
    width, height = rng.randint(52, 104), rng.randint(24, 44)
    hyphenate = rng.choice((0.0, 0.0, 0.5, 1.0))
    source = rng.choices(list(SOURCE_SHARES), weights=list(SOURCE_SHARES.values()))[0]
    lines: list[str] = []
    while len(lines) < height:
        lines += wrap(rng.choice(pool[source]), width, rng, hyphenate)
        if rng.random() < 0.6:
            lines.append("")
    return lines[:height]


def read_with_tesseract(image: Image.Image, language: str, page_mode: int) -> str:
    """Return the text that Tesseract reads; raises `subprocess` errors as they come."""
    packed = io.BytesIO()
    image.save(packed, "PNG", compress_level=1)
    done = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", language, "--psm", str(page_mode)],
        input=packed.getvalue(),
        capture_output=True,
        check=True,
        timeout=TESSERACT_TIMEOUT_S,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return done.stdout.decode("utf-8").replace("\f", "").strip("\n")


@dataclass(frozen=True)
class Rendered:
    """A page as it was printed and scanned, and how it is read: the same for the same seed."""

    lines: list[str]
    look: PageLook
    language: str
    image: Image.Image
    page_mode: int


def rendered(pool: dict[str, list[str]], worker: int, number: int) -> Rendered:
    """Make a worker's page of that number."""
    rng = random.Random(f"{worker}/{number}")
    lines = compose_page(pool, rng)
    look = random_look(rng)
    language = rng.choices(list(ENGINE_LANGUAGES), weights=list(ENGINE_LANGUAGES.values()))[0]
    image = degrade(draw(lines, look), look, rng)
    return Rendered(lines, look, language, image, rng.choice((3, 3, 6)))


def paragraph_pool(text: Path, beds: list[Path]) -> dict[str, list[str]]:
    """The paragraphs of each source, those on the pages of `beds` left out."""
    seen = SeenText.of_beds(beds)
    return {name: list(paragraphs_unseen(text, name, seen)) for name in SOURCES}


def generate(worker: int, pages: int, text: Path, beds: list[Path], out: Path) -> None:
    """Append pages to this worker's file until it holds `pages` of them."""
    path = out / f"pages-{worker}.jsonl"
    done = sum(1 for _ in path.open(encoding="utf-8")) if path.exists() else 0
    pool = paragraph_pool(text, beds)
    with path.open("a", encoding="utf-8") as sink:
        for number in range(done, pages):
            page = rendered(pool, worker, number)
            raw = read_with_tesseract(page.image, page.language, page.page_mode)
            gold = "\n".join(page.lines)
            record = {"gold": gold, "raw": raw, "lang": page.language, **asdict(page.look)}
            sink.write(json.dumps(record, ensure_ascii=False) + "\n")
            sink.flush()


def main() -> None:
    """Read the command line and run the workers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--text", type=Path, default=Path("../shared/text"))
    parser.add_argument("--bed", type=Path, action="append", default=[], help="bed to keep out")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=600, help="pages a worker")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    try:
        tesseract_with("+".join(ENGINE_LANGUAGES))
    except MissingDependencyError as error:
        sys.exit(f"{error}. {error.advice}")
    options.out.mkdir(parents=True, exist_ok=True)
    workers = [
        Process(target=generate, args=(w, options.pages, options.text, options.bed, options.out))
        for w in range(options.workers)
    ]
    for process in workers:
        process.start()
    for process in workers:
        process.join()
    if any(process.exitcode for process in workers):
        sys.exit("A worker failed, as said above; what the others did is kept.")


if __name__ == "__main__":
    main()
