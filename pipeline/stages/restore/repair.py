"""Repair of one stretch of text that one scan produced: gate, readings, choice, edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.offsets import Edit
from pipeline.stages.restore.candidates import Candidate, Stretch, looked_at_again, open_stretches
from pipeline.stages.restore.model import RestorerModel
from pipeline.stages.restore.page import FoldedPage
from pipeline.stages.restore.protect import allowed
from pipeline.stages.restore.rescore import Rescorer

KIND = "ocr"

NEIGHBOURS = 12
"""Known words tried for a strange one."""


def repair_unit(text: str, model: RestorerModel, rescorer: Rescorer) -> list[Edit]:
    """Return the edits that repair `text`; none where the gate finds no damage."""
    if not model.gate.suspect(text):
        return []
    page = FoldedPage.of(text)
    likely = model.tagger.log_probabilities(page.text)
    stretches = [
        _permitted(stretch, page.text)
        for stretch in open_stretches(page.text, likely, model.tagger.alphabet.outputs)
    ]
    picked = rescorer.choose(page.text, stretches)
    for number, (candidate, _) in enumerate(picked):
        strange = rescorer.strange_words(candidate.text)
        if strange:
            stretch = stretches[number]
            again = looked_at_again(
                stretch, page.text, likely, model.tagger.alphabet,
                _neighbours(candidate.text, strange, model),
            )  # fmt: skip
            stretches[number] = _permitted(again, page.text)
    picked = rescorer.choose(page.text, stretches)
    repairs = [
        (stretch, candidate, confidence)
        for stretch, (candidate, confidence) in zip(stretches, picked, strict=True)
        if candidate.changes and confidence >= model.weights.caution
    ]
    words = [(page.text[s.start : s.end], candidate.text) for s, candidate, _ in repairs]
    if not model.gate.confirms(page.text, words):
        return []
    return [
        edit
        for _, candidate, confidence in repairs
        for edit in _edits(page, text, candidate, confidence)
    ]


def _neighbours(reading: str, strange: list[str], model: RestorerModel) -> Iterator[str]:
    """`reading` with a strange word replaced by a known one that looks like it."""
    for word in strange:
        place = reading.lower().find(word)
        if place < 0:
            continue
        written = reading[place : place + len(word)]
        for known in model.neighbours.of(word, NEIGHBOURS):
            if written.isupper():
                cased = known.upper()
            else:
                cased = known[0].upper() + known[1:] if written[0].isupper() else known
            yield reading[:place] + cased + reading[place + len(word) :]


def _permitted(stretch: Stretch, text: str) -> Stretch:
    """Leave out the readings that change what must not be changed."""
    before = text[stretch.start : stretch.end]
    kept = tuple(c for c in stretch.candidates if allowed(before, c.text))
    return replace(stretch, candidates=kept)


def _edits(
    page: FoldedPage, source: str, candidate: Candidate, confidence: float
) -> Iterator[Edit]:
    """The changes of a reading as edits of the source, neighbouring ones as one."""
    run: list[tuple[int, str]] = []
    for place, written in (*candidate.changes, (-1, "")):
        if run and place != run[-1][0] + 1:
            start, end = page.source_span(run[0][0], run[-1][0] + 1)
            yield Edit(start, source[start:end], "".join(w for _, w in run), KIND, confidence)
            run = []
        run.append((place, written))
