"""Restore: text as extracted -> text as printed, by recorded edits.

Two kinds of edits: by rule (`normalise`) and, where the gate finds damage, repairs of what a
wrong-language OCR misread (`repair`). Both are repeated until nothing changes, so that restoring
restored text does nothing. Then damaged pages whose picture is at hand are read again, and edits
take over what that reading has better (`second_reading`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.config import RestoreConfig
from pipeline.document import Document
from pipeline.offsets import Edit, OffsetMap, Span
from pipeline.resources import model_folder
from pipeline.stages.restore.choice import Scorer
from pipeline.stages.restore.compounds import is_compound
from pipeline.stages.restore.model import RestorerModel, load_model
from pipeline.stages.restore.normalise import normalise
from pipeline.stages.restore.repair import repair_unit
from pipeline.stages.restore.second_reading import ReadAgain, SecondReading

METHOD = "6"
"""Counted up when the code gives other repairs with the same model."""

UNIT = 3000
"""Characters after which a text without pages is cut: at the next line's end, or, where no line
ends within as many more, at the next blank."""

SMALLEST = 700
"""Shorter pages share their evidence with the next."""

PASSES = 4

_LINE_END, _BLANK = re.compile(r"\n|\f|\r(?!\n)"), re.compile(r"\s")


class Restore:
    """The stage: fills `text` and `offsets`.

    Args:
        read_again: reads a page of a file anew; where it is None, no page is.
    """

    name = "restore"

    def __init__(
        self,
        config: RestoreConfig,
        folder: Path | None = None,
        read_again: ReadAgain | None = None,
    ) -> None:
        self._config = config
        self._model = load_model(folder or model_folder("restorer"))
        self._second_reading: SecondReading | None = None
        if config.enabled and config.reocr != "never" and read_again:
            self._second_reading = SecondReading(config, self._model, read_again, self._regular)
        self.version = f"{METHOD}-{self._model.version}"

    def __call__(self, document: Document) -> Document:
        """Restore `document.raw`, page by page."""
        known = self._known if self._config.join_hyphens else None
        offsets = normalise(document.raw, known)
        if self._config.enabled:
            ends = [page.end for page in document.pages]
            offsets = _repaired(document.raw, offsets, self._model, known, ends)
        issues = document.issues
        if self._second_reading:
            offsets, problems = self._second_reading(document, offsets)
            issues = (*issues, *problems)
        return replace(document, offsets=offsets, text=offsets.apply(document.raw), issues=issues)

    def _regular(self, text: str) -> str:
        """`text` with the edits by rule made."""
        return normalise(text, self._known if self._config.join_hyphens else None).apply(text)

    def _known(self, word: str) -> bool:
        language = self._model.language
        return word in language.ids or is_compound(word, language.common)


def restore(text: str, *, folder: Path | None = None) -> tuple[str, tuple[Edit, ...]]:
    """Return `text` repaired, line breaks kept, and the edits that were made, in offsets of it.

    Args:
        folder: of the model; the shipped one where it is None.

    Raises:
        ModelError: the model is missing or damaged.
    """
    model = load_model(folder or model_folder("restorer"))
    offsets = _repaired(text, normalise(text, None), model, None, [])
    return offsets.apply(text), offsets.edits


def _repaired(
    raw: str,
    offsets: OffsetMap,
    model: RestorerModel,
    known: Callable[[str], bool] | None,
    page_ends: list[int],
) -> OffsetMap:
    """Compose repairs behind `offsets` until none is left to make."""
    scorer = Scorer(model.plausibility)
    for _ in range(PASSES):
        text = offsets.apply(raw)
        ends = [offsets.to_target(Span(end, end)).end for end in page_ends] or _cuts(text)
        repairs = [
            edit.moved(start)
            for start, end in _units(ends, len(text))
            for edit in repair_unit(text[start:end], model, scorer)
        ]
        if not repairs:
            break
        offsets = offsets.then(OffsetMap.of(repairs), raw)
        offsets = offsets.then(normalise(offsets.apply(raw), known), raw)
    return offsets


def _cuts(text: str) -> list[int]:
    """Ends of units of a text without pages."""
    ends, place = [], UNIT
    while place < len(text):
        found = _LINE_END.search(text, place, place + UNIT) or _BLANK.search(text, place + UNIT)
        if not found:
            break
        ends.append(found.end())
        place = found.end() + UNIT
    return ends


def _units(ends: list[int], length: int) -> list[tuple[int, int]]:
    """Spans between `ends`, those too short for evidence of their own joined to the next."""
    units: list[tuple[int, int]] = []
    start = 0
    for end in [*ends, length]:
        if end - start >= SMALLEST or end == length:
            units.append((start, end))
            start = end
    if len(units) > 1 and units[-1][1] - units[-1][0] < SMALLEST:
        units[-2:] = [(units[-2][0], length)]
    return units
