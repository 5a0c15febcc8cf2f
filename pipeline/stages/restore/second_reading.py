"""A damaged page read again: where the new reading is better Swedish, it takes the layer's place.

Both readings are aligned by their characters and cut at the blanks that they share. Of each piece
that differs the language model takes the likelier one, seen with the words around it. So the new
reading enters as edits of the text, and words that it left out or made up change nothing.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from pipeline.config import RestoreConfig
from pipeline.document import Document, Page
from pipeline.errors import DocumentError, Issue, MissingDependencyError
from pipeline.offsets import Edit, OffsetMap, Span
from pipeline.stages.restore.candidates import Candidate, Stretch
from pipeline.stages.restore.choice import PageChoice, Scorer
from pipeline.stages.restore.failures import RereadFailed, RereadLate, RereadUnavailable
from pipeline.stages.restore.gate import fold
from pipeline.stages.restore.model import RestorerModel
from pipeline.stages.restore.page import FoldedPage
from pipeline.stages.restore.protect import Guard

KIND = "reocr"

SAME_LETTERS, OTHERWISE = 2.0, -1.0
"""Log probability ahead of the layer that a new reading has: where the two differ in dots, rings
and capitals alone, which an engine that knows Swedish does not guess at; and elsewhere (calibrated
on development pages). The language model does not see punctuation: there the layer stays."""

ALIKE = 0.4
"""Share of the characters that two readings of one place have in common at least."""

LONGEST = 80
"""Characters of a piece at most; more without a common blank is no reading of the same line."""

ReadAgain = Callable[[str, Page, float], str]
"""Reads a page of a file anew: path, page, seconds at most (`Extract.read_again`)."""


@dataclass(frozen=True)
class SecondReading:
    """Has damaged pages of a document read again."""

    config: RestoreConfig
    model: RestorerModel
    read_again: ReadAgain
    regular: Callable[[str], str]
    """Makes a new reading as regular as the text that it is compared with."""

    def __call__(
        self, document: Document, offsets: OffsetMap
    ) -> tuple[OffsetMap, tuple[Issue, ...]]:
        """Return `offsets` with what the new readings change behind them, and what went wrong.

        Raises:
            MissingDependencyError: `reocr` is "always" and there is nothing to read with.
        """
        text = offsets.apply(document.raw)
        edits: list[Edit] = []
        issues: list[Issue] = []
        ends = time.monotonic() + self.config.reocr_deadline_s
        damaged = list(self._damaged(document, offsets, text))
        scorer = Scorer(self.model.plausibility)
        for number, (page, span) in enumerate(damaged):
            left = ends - time.monotonic()
            if left <= 0:
                waiting = len(damaged) - number
                issues.append(RereadLate(f"{waiting} damaged pages are not read again").issue())
                break
            try:
                again = self.regular(self.read_again(document.source, page, left))
            except MissingDependencyError as error:
                if self.config.reocr == "always":
                    raise
                message = f"{len(damaged)} damaged pages are not read again: {error.message}"
                issues.append(RereadUnavailable(message, remedy=error.advice).issue())
                break
            except DocumentError as error:
                problem = RereadFailed(error.message, page=page.number, remedy=error.advice)
                issues.append(problem.issue())
                continue
            better = better_words(text[span.start : span.end], again, scorer)
            edits += [edit.moved(span.start) for edit in better]
        return offsets.then(OffsetMap.of(edits), document.raw), tuple(issues)

    def _damaged(
        self, document: Document, offsets: OffsetMap, text: str
    ) -> Iterator[tuple[Page, Span]]:
        """Pages with a layer that was repaired or cannot be; with their spans of `text`."""
        repaired = [edit.start for edit in offsets.edits if "ocr" in edit.kind.split("+")]
        for page in document.pages:
            if page.source not in ("text_layer", "hidden_text_layer"):
                continue
            span = offsets.to_target(Span(page.start, page.end))
            touched = bisect_left(repaired, page.start) < bisect_left(repaired, page.end)
            if touched or self.model.gate.illegible(text[span.start : span.end]):
                yield page, span


def better_words(text: str, again: str, scorer: Scorer) -> list[Edit]:
    """Edits that put into `text` what a second reading of the same page reads better."""
    page = FoldedPage.of(text)
    old, new = page.text.replace("\n", " "), " ".join(again.split())
    stretches = [
        Stretch(span.start, span.end, readings)
        for span, after in _differing(old, new)
        # Lines and paragraphs are the layer's: the stages behind read by them.
        if "\n" not in page.text[span.start : span.end]
        and (readings := _readings(old[span.start : span.end], after))
    ]
    edits = []
    chosen = PageChoice(old, stretches, scorer).settle()
    for stretch, (picked, confidence) in zip(stretches, chosen, strict=True):
        start, end = page.source_span(stretch.start, stretch.end)
        if picked is not stretch.candidates[0]:
            edits.append(Edit(start, text[start:end], picked.text, KIND, confidence))
    return edits


def _readings(before: str, after: str) -> tuple[Candidate, ...]:
    """Both readings of one place; none where the new one cannot be meant or must not be made."""
    if _written(before) == _written(after) or not Guard(before).allows(after):
        return ()
    if not Levenshtein.normalized_similarity(before, after, score_cutoff=ALIKE):
        return ()
    same = fold(before.lower()) == fold(after.lower())
    return Candidate(before, 0.0), Candidate(after, SAME_LETTERS if same else OTHERWISE)


def _written(text: str) -> str:
    """Letters and digits of `text`: what the language model can judge."""
    return "".join(filter(str.isalnum, text))


def _differing(old: str, new: str) -> Iterator[tuple[Span, str]]:
    """Pieces of `old` between blanks that both texts have, and what `new` reads there instead."""
    common = [(-1, -1)]
    for code in Levenshtein.opcodes(old, new):
        if code.tag == "equal":
            shift = code.dest_start - code.src_start
            common += [
                (place, place + shift)
                for place in range(code.src_start, code.src_end)
                if old[place] == " "
            ]
    common.append((len(old), len(new)))
    for left, right in pairwise(common):
        span = Span(left[0] + 1, right[0])
        after = new[left[1] + 1 : right[1]]
        before = old[span.start : span.end]
        if before and after and before != after and max(len(before), len(after)) <= LONGEST:
            yield span, after
