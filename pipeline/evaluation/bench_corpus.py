"""The corpus of the benchmarks: PDFs with a text layer, drawn from the example documents' text.

Every fifth document has the text layer of a wrong-language OCR program: å, ä and ö misread.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from fpdf import FPDF

from pipeline.aggregate.areas import Areas
from pipeline.gazetteer import Gazetteer
from pipeline.training.examples.source import Heading, Paragraph, read_source

SOURCES = Path(__file__).parents[2] / "corpus" / "examples" / "source"
MEAN_PAGES = 6
DAMAGED_EVERY = 5
DIFFERENT = 500
YEAR = 2024
_WORDS_A_PAGE = 340
_MISREAD = {"å": "a", "ä": "d", "ö": "6", "Å": "A", "Ä": "A", "Ö": "O"}


@dataclass(frozen=True)
class Texts:
    """What documents are put together from."""

    sentences: list[str]
    headings: list[str]
    municipalities: list[str]


def load_texts() -> Texts:
    """Read the example documents' sentences and headings, and the gazetteer's names."""
    sentences, headings = set[str](), set[str]()
    for path in sorted(SOURCES.glob("*.md")):
        for block in read_source(path).blocks:
            if isinstance(block, Paragraph):
                sentences.update(statement.text for statement in block.statements)
            elif isinstance(block, Heading):
                headings.add(block.text)
    areas = Areas(Gazetteer.load())
    names = [areas.body(code).name for code in areas.municipalities()]
    return Texts(sorted(sentences), sorted(headings), names)


def write_corpus(folder: Path, documents: int, *, seed: int = 1) -> int:
    """Write so many PDFs of 1 to 11 pages, 6 on average; returns the number of pages.

    The first documents of a larger corpus are those of a smaller one. From `DIFFERENT` on they say
    what earlier ones say, with another date of creation: writing takes longer than reading.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write = partial(_write_pdf, folder, load_texts(), seed)
    with ProcessPoolExecutor() as pool:
        pages = list(pool.map(write, range(min(documents, DIFFERENT)), chunksize=8))
    for number in range(DIFFERENT, documents):
        older = (folder / _name(number % DIFFERENT)).read_bytes()
        date = b"D:%d0101" % (YEAR + number // DIFFERENT)
        (folder / _name(number)).write_bytes(older.replace(b"D:%d0101" % YEAR, date))
    return sum(pages[number % DIFFERENT] for number in range(documents))


def _name(number: int) -> str:
    return f"dokument_{number:05}.pdf"


def _write_pdf(folder: Path, texts: Texts, seed: int, number: int) -> int:
    """Write the document of this number; returns its pages."""
    rng = random.Random(seed * 1_000_003 + number)
    # 1, 11, 2, 10 …: any few documents in a row are six pages long on average.
    turn = number % 11
    pages = MEAN_PAGES + ((turn + 1) // 2 if turn % 2 else -(turn // 2))
    damaged = number % DAMAGED_EVERY == DAMAGED_EVERY - 1
    say: Callable[[str], str] = _damaged if damaged else _printable
    pdf = FPDF(unit="pt", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime(YEAR, 1, 1, tzinfo=UTC))
    name = rng.choice(texts.municipalities)
    for page in range(1, pages + 1):
        pdf.add_page()
        pdf.set_xy(70, 40)
        pdf.set_font("Helvetica", size=9)
        pdf.cell(text=say(f"{name}    Socialförvaltningen    {page} ({pages})"))
        pdf.set_y(80)
        words = 0
        while words < _WORDS_A_PAGE and pdf.get_y() < 740:
            if words % 3 == 0:
                pdf.set_x(70)
                pdf.set_font("Helvetica", "B", 13)
                pdf.multi_cell(450, 18, say(rng.choice(texts.headings)))
            paragraph = " ".join(rng.choices(texts.sentences, k=rng.randint(3, 6)))
            pdf.set_x(70)
            pdf.set_font("Helvetica", size=10.5)
            pdf.multi_cell(450, 14, say(paragraph), align="L")
            pdf.set_y(pdf.get_y() + 7)
            words += len(paragraph.split())
    pdf.output(str(folder / _name(number)))
    return pages


def _printable(text: str) -> str:
    """What the standard fonts of PDF have."""
    return text.replace("–", "-").replace("”", '"').encode("latin-1", "replace").decode("latin-1")


def _damaged(text: str) -> str:
    """As an English OCR program reads Swedish."""
    return "".join(_MISREAD.get(character, character) for character in _printable(text))
