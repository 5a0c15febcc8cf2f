"""The development pages as a bed: printed again, and read again with Swedish, too.

`python -m pipeline.training.development_bed --pairs DIR --bed BED --out DIR` renders the pages that
nothing is trained on a second time, pixel by pixel as `ocr_pairs` did, and writes what
`kommunlupp evaluate restore --bed DIR` reads. Started again, it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from pipeline.config import ExtractConfig
from pipeline.errors import UsageError
from pipeline.stages.extract.render import Raster
from pipeline.stages.extract.scan import Tesseract
from pipeline.training.aligned_pages import is_development
from pipeline.training.ocr_pairs import paragraph_pool, rendered

DEADLINE_S = 300.0
SCALE = 200 / 72
"""Pixels a point: print of 25 pixels, the commonest on these pages, is 9 points high."""


def write_bed(pairs: Path, text: Path, beds: list[Path], out: Path) -> int:
    """Write the pages of `pairs` held out for development; returns how many are in `out`.

    Raises:
        UsageError: `text` and `beds` are not those that the pages were made from.
        MissingDependencyError: Tesseract or its Swedish data is not installed.
    """
    pool, tesseract = paragraph_pool(text, beds), Tesseract(ExtractConfig())
    out.mkdir(parents=True, exist_ok=True)
    written = 0
    for path in sorted(pairs.glob("pages-*.jsonl")):
        worker = int(path.stem.rpartition("-")[2])
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n")[:-1]):
            if not is_development(worker, number):
                continue
            written += 1
            name, page = f"{worker}-{number:04}", json.loads(line)
            if (out / f"{name}.swe.txt").exists():
                continue
            again = rendered(pool, worker, number)
            if "\n".join(again.lines) != page["gold"]:
                raise UsageError(f"page {name} of {path} was made from other text")
            image = again.image
            raster = Raster(image.width, image.height, image.tobytes(), SCALE, blank=False)
            swedish = tesseract.read(raster, DEADLINE_S).text
            for kind, content in (("gold", page["gold"]), ("raw", page["raw"]), ("swe", swedish)):
                (out / f"{name}.{kind}.txt").write_text(content, encoding="utf-8")
    return written


def main() -> None:
    """Read the command line and write the bed."""
    parser = argparse.ArgumentParser(description=re.split(r"\n", __doc__ or "")[0])
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--text", type=Path, default=Path("../shared/text"))
    parser.add_argument("--bed", type=Path, action="append", default=[], help="bed kept out then")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    print(write_bed(options.pairs, options.text, options.bed, options.out), "pages")


if __name__ == "__main__":
    main()
