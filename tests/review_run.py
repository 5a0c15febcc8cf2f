"""A small run folder for the tests of the review page: every word and box of it is known."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF

from pipeline.batch.runfolder import RunFolder
from pipeline.document import Box, Document, Finding, Page, Sentence, Subject, Word
from pipeline.offsets import Edit, OffsetMap, Span
from pipeline.stages.classify import finding_id

LINES = (
    "Vara kommun har anställt fyra nya socialsekreterare.",
    "Nämnden har hyrt in två konsulter under hösten.",
    "Enheten har delats i två grupper sedan i maj.",
    "Delegationsordningen ska ändras före årsskiftet.",
    "Alla nyanställda får en mentor under det första året.",
    "En administratör avlastar handläggarna sedan augusti.",
    "Rutinen för förhandsbedömning har skrivits om.",
    "Kommunen samverkar med regionen om unga.",
    "Två jourhem har öppnats i grannkommunen.",
    "Öppenvården byggs ut med kvällstider.",
    "Nämnden avsätter 600 000 kronor ur reserven.",
    "En handlingsplan för ärendebalansen har antagits.",
)
LABELS = (
    "recruitment",
    "temporary_staffing",
    "reorganisation",
    "delegation",
    "competence",
    "working_conditions",
    "routines",
    "collaboration",
    "placement_capacity",
    "service_development",
    "funding",
    "planning_followup",
)
HOSTILE = (
    "Bra 😀 arbete: nämnden har\r\nanställt tre <script>window.hacked=1</script> till.",
    "=1+1 är en formel, och Anna (811218-9876) ska få en mentor.",
)
SIZE, LEFT, TOP, STEP, PER_PAGE = 11.0, 60.0, 90.0, 40.0, 8


Find = Callable[[Document], Document]


def make_run(
    folder: Path, *, model: str = "linear-1", labels: int = 12, find: Find | None = None
) -> Path:
    """Write a run of a PDF with twelve findings and a text file with two.

    Args:
        labels: how many of the PDF's findings there are.
        find: a stage that finds others instead.
    """
    sources = folder.parent / "källor"
    sources.mkdir(exist_ok=True)
    run = RunFolder(folder)
    run.create()
    pdf = pdf_document(sources / "beslut & <b>bilagor.pdf", labels)
    documents = (pdf, text_document(sources / "notis.txt"))
    for document in documents:
        run.write_document(find(document) if find else document)
    inputs = {document.id: document.source for document in documents}
    run.write_manifest({"stages": {"classify": model}, "labels": labels, "inputs": inputs})
    return folder


def pdf_document(path: Path, labels: int = 12) -> Document:
    """Twelve one-line sentences on two pages; the first is read with an OCR error."""
    pdf = FPDF(unit="pt", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime(2024, 1, 1, tzinfo=UTC))
    raw, pages, sentences = "", [], []
    for first in range(0, len(LINES), PER_PAGE):
        pdf.add_page()
        pdf.set_font("Helvetica", size=SIZE)
        start, words = len(raw), []
        for n, line in enumerate(LINES[first : first + PER_PAGE]):
            baseline = TOP + n * STEP
            pdf.text(LEFT, baseline, line)
            for match in re.finditer(r"\S+", line):
                x = LEFT + pdf.get_string_width(line[: match.start()])
                width = pdf.get_string_width(match.group())
                box = Box(x, baseline - 0.8 * SIZE, x + width, baseline + 0.25 * SIZE)
                words.append(Word(len(raw) + match.start(), len(raw) + match.end(), box))
            sentences.append((len(raw), len(raw) + len(line)))
            raw += line + "\n"
        number = first // PER_PAGE + 1
        pages.append(Page(number, start, len(raw), "text_layer", pdf.w, pdf.h, tuple(words)))
    path.write_bytes(bytes(pdf.output()))
    # "komnun" stood there: as long as what it became, so that the words keep their places.
    read = raw.replace("Vara kommun", "Vara komnun")
    document = Document(
        id=hashlib.sha256(path.read_bytes()).hexdigest(),
        source=str(path),
        raw=read,
        pages=tuple(pages),
        text=raw,
        offsets=OffsetMap((Edit(5, "komnun", "kommun", "ocr", 0.9),)),
        sentences=tuple(Sentence(a, b, "Vad nämnden har gjort") for a, b in sentences),
        subject=Subject(("1470",), ("1470",), 2019),
    )
    return _with_findings(document, LABELS[:labels], ("1470",))


def text_document(path: Path) -> Document:
    """Two sentences with an emoji, CRLF, a script, a formula and a personal number."""
    raw = "  ".join(HOSTILE)
    path.write_text(raw, encoding="utf-8", newline="")
    starts = (0, len(HOSTILE[0]) + 2)
    document = Document(
        id=hashlib.sha256(path.read_bytes()).hexdigest(),
        source=str(path),
        raw=raw,
        pages=(Page(1, 0, len(raw), "file"),),
        text=raw,
        sentences=tuple(
            Sentence(start, start + len(line), "<i>Rubrik</i>")
            for start, line in zip(starts, HOSTILE, strict=True)
        ),
        subject=Subject(year=2021),
    )
    return _with_findings(document, ("recruitment", "competence"), ())


def _with_findings(document: Document, labels: tuple[str, ...], codes: tuple[str, ...]) -> Document:
    findings = []
    for n, (sentence, label) in enumerate(zip(document.sentences, labels, strict=False)):
        span = Span(sentence.start, sentence.end)
        findings.append(
            Finding(
                finding_id(document.id, document.offsets.to_source(span), label),
                span,
                label,
                "taken",
                "named",
                round(0.4 + 0.05 * n, 3),
                codes,
            )
        )
    return replace(document, findings=tuple(findings))
