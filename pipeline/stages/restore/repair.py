"""Repair of one stretch of text that one scan produced: gate, readings, choice, edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.offsets import Edit
from pipeline.stages.restore.candidates import Candidate, PageReader, Stretch
from pipeline.stages.restore.choice import PageChoice, Scorer
from pipeline.stages.restore.foreign import English
from pipeline.stages.restore.model import RestorerModel
from pipeline.stages.restore.page import FoldedPage

KIND = "ocr"

NEIGHBOURS = 12
"""Known words tried for a strange one."""


def repair_unit(text: str, model: RestorerModel, scorer: Scorer) -> list[Edit]:
    """Return the edits that repair `text`; none where the gate finds no damage."""
    if not model.gate.suspect(text):
        return []
    page = FoldedPage.of(text)
    likely = model.tagger.log_probabilities(page.text)
    reader = PageReader(page.text, likely, model.tagger.alphabet)
    english = English.in_text(page.text)
    stretches = [s for s in reader.stretches() if not english.surrounds(s.start, s.end)]
    choice = PageChoice(page.text, stretches, scorer)
    picked = choice.settle()
    if not _confirmed(page.text, stretches, picked, model):
        return []
    again = False
    for number, (candidate, _) in enumerate(picked):
        strange = scorer.plausibility.judge(candidate.text)[1]
        if strange:
            others = _neighbours(candidate.text, strange, model)
            choice.replace(number, reader.again(stretches[number], others))
            again = True
    if again:
        picked = choice.settle()
    return [
        edit
        for candidate, confidence in picked
        if candidate.changes
        for edit in _edits(page, text, candidate, confidence)
    ]


def _confirmed(
    text: str,
    stretches: Iterable[Stretch],
    picked: Iterable[tuple[Candidate, float]],
    model: RestorerModel,
) -> bool:
    """Whether the gate takes what the readings change for the repair of damage."""
    repairs = [
        (text[stretch.start : stretch.end], candidate.text)
        for stretch, (candidate, _) in zip(stretches, picked, strict=True)
        if candidate.changes
    ]
    return model.gate.confirms(text, repairs)


def _neighbours(reading: str, strange: Iterable[str], model: RestorerModel) -> Iterator[str]:
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
