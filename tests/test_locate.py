"""Every finding in the example documents can be pointed at: offsets exact, boxes on ink."""

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray

from pipeline.config import Config
from pipeline.document import Box, Document
from pipeline.flow import Pipeline, identify
from pipeline.offsets import Span

EXAMPLES = Path(__file__).parents[1] / "corpus" / "examples" / "documents"
SCALE = 2.0
"""Pixels a point."""


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    pipeline = Pipeline.from_config(Config())
    return [pipeline(identify(path)) for path in sorted(EXAMPLES.iterdir())]


def test_raw_is_rebuilt_exactly(documents: list[Document]) -> None:
    for document in documents:
        assert document.offsets.apply(document.raw) == document.text
        assert document.offsets.revert(document.text) == document.raw


def test_every_span_is_in_bounds_and_every_word_in_its_page(documents: list[Document]) -> None:
    for document in documents:
        for layer in (document.headings, document.sentences, [f.span for f in document.findings]):
            for span in layer:
                assert 0 <= span.start < span.end <= len(document.text)
                raw = document.offsets.to_source(Span(span.start, span.end))
                back = document.offsets.to_target(raw)
                assert back.start <= span.start and span.end <= back.end
        for page in document.pages:
            for word in page.words:
                assert page.start <= word.start < word.end <= page.end
                assert document.raw[word.start : word.end].strip()


def test_every_finding_has_a_place(documents: list[Document]) -> None:
    for document in documents:
        assert document.findings, document.source
        for finding in document.findings:
            places = document.locate(finding.span)
            assert places
            if document.source.endswith(".pdf"):
                assert all(place.boxes for place in places)


def test_boxes_lie_on_ink_and_hold_the_lines(documents: list[Document]) -> None:
    """In the rendered page each box holds ink, and a strip just outside the text block does not."""
    looked_at = 0
    for document in documents:
        if not document.source.endswith(".pdf"):
            continue
        with pdfium.PdfDocument(document.source) as pdf:
            images = [page.render(scale=SCALE).to_numpy().min(axis=2) for page in pdf]
        for finding in document.findings:
            for place in document.locate(finding.span):
                for box in place.boxes:
                    ink = _ink(images[place.page - 1], box)
                    assert ink > 0.03, (document.source, finding.id, box, ink)
                    looked_at += 1
    assert looked_at > 300


def _ink(image: NDArray[np.uint8], box: Box) -> float:
    """Share of dark pixels inside a box."""
    x0, y0, x1, y1 = (round(v * SCALE) for v in (box.x0, box.y0, box.x1, box.y1))
    part = image[max(0, y0) : y1 + 1, max(0, x0) : x1 + 1]
    return float((part < 140).mean())
