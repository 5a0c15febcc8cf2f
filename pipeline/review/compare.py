"""A rival model against the one that made the run, on the sentences that reviewers judged."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from math import comb
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select

from pipeline.codebook import LABELS
from pipeline.review.precision import wilson
from pipeline.review.queue import latest_run
from pipeline.review.schema import ExcerptRow, FindingRow
from pipeline.stages.classify import Example, load_model


class Share(NamedTuple):
    """A share with its 95 % interval (Wilson), all 0 to 1; `whole`: of how many."""

    value: float
    low: float
    high: float
    whole: int


class Score(NamedTuple):
    """Of the judged pairs of sentence and measure: found rightly, found wrongly, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def seen(self, *, found: bool, holds: bool) -> Score:
        """Count one more."""
        return Score(
            self.right + (found and holds),
            self.wrong + (found and not holds),
            self.missed + (not found and holds),
        )

    @property
    def precision(self) -> Share | None:
        """Share of what was found that is right; None where nothing was found."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> Share | None:
        """Share of what reviewers know of that was found; None where they know of nothing."""
        return _share(self.right, self.right + self.missed)


NOTHING = Score()


@dataclass
class Compared:
    """One measure, or all of them (label `""`): what the run's model does and what the rival does.

    Attributes:
        only_old, only_new: pairs that only one of the two gets right.
    """

    label: str
    old: Score = NOTHING
    new: Score = NOTHING
    only_old: int = 0
    only_new: int = 0

    def count(self, *, old: bool, new: bool, holds: bool) -> None:
        """Count a judged pair: who finds the measure there, and whether it holds."""
        self.old = self.old.seen(found=old, holds=holds)
        self.new = self.new.seen(found=new, holds=holds)
        self.only_old += old == holds != new
        self.only_new += new == holds != old

    @property
    def p_value(self) -> float | None:
        """Exact McNemar test that both are right equally often; None where they never differ."""
        return mcnemar(self.only_old, self.only_new)


class Moved(NamedTuple):
    """A finding that only one model makes.

    Attributes:
        finding: the finding, or for one that would be new another of the same sentence.
        holds: what reviewers say; None where nobody judged that measure there.
    """

    finding: str
    label: str
    text: str
    holds: bool | None


@dataclass(frozen=True)
class Comparison:
    """Both models on `sentences` sentences; measures that occur, first all together."""

    sentences: int
    rows: Sequence[Compared]
    vanished: Sequence[Moved]
    appeared: Sequence[Moved]


@dataclass
class _Sentence:
    """What is known of one sentence: measure to finding of the run, and to what holds."""

    found: dict[str, str] = field(default_factory=dict)
    truth: dict[str, bool] = field(default_factory=dict)
    anchor: str = ""


Judged = dict[tuple[str, Example], _Sentence]
"""(document, sentence) to what is known of it."""


class Rival:
    """A model whose answers are kept, so that a page waits for new sentences only.

    Raises:
        ModelError: the folder holds no model.
    """

    def __init__(self, folder: Path) -> None:
        self._model = load_model(folder)
        self._answers: dict[Example, frozenset[str]] = {}
        self._lock = threading.Lock()

    def labels(self, examples: Collection[Example]) -> list[frozenset[str]]:
        """Return the measures that the model finds in each sentence."""
        with self._lock:
            new = list({e for e in examples if e not in self._answers})
            for example, answer in zip(new, self._model.predict(new), strict=True):
                self._answers[example] = frozenset(label.label for label in answer)
            return [self._answers[example] for example in examples]


def judged_sentences(connection: Connection) -> Judged:
    """The sentences on which at least one finding is reviewed; probes left out."""
    run = latest_run(connection)
    reviewed = select(FindingRow.document_id).where(FindingRow.place == "reviewed")
    rows = connection.execute(
        select(
            FindingRow.id,
            FindingRow.document_id,
            FindingRow.label,
            FindingRow.now_label,
            FindingRow.place,
            FindingRow.verdict,
            (FindingRow.run == run).label("in_run"),
            FindingRow.origin,
            ExcerptRow.before,
            ExcerptRow.text,
            ExcerptRow.after,
            ExcerptRow.heading,
        )
        .join(ExcerptRow, ExcerptRow.finding_id == FindingRow.id)
        .where(FindingRow.document_id.in_(reviewed), FindingRow.origin != "probe")
        .order_by(FindingRow.position)
    )
    sentences: Judged = defaultdict(_Sentence)
    for row in rows:
        example = Example(row.before, row.text, row.after, row.heading)
        known = sentences[row.document_id, example]
        known.anchor = known.anchor or row.id
        if row.origin == "model" and row.in_run:
            known.found[row.label] = row.id
        if row.place == "reviewed":
            known.truth.setdefault(row.label, False)
            if row.verdict == "accepted":
                known.truth[row.now_label] = True
    return {key: known for key, known in sentences.items() if known.truth}


def compare(sentences: Judged, rival: Rival) -> Comparison:
    """Compare on every judged pair of sentence and measure.

    A pair counts where somebody judged that measure in that sentence: what only the rival finds is
    not judged yet, and is listed instead.
    """
    total, rows = Compared(""), {label: Compared(label) for label in LABELS}
    vanished, appeared = [], []
    answers = rival.labels([example for _, example in sentences])
    for ((_, example), known), new in zip(sentences.items(), answers, strict=True):
        for label, holds in known.truth.items():
            for row in (total, rows[label]):
                row.count(old=label in known.found, new=label in new, holds=holds)
        for label in sorted(known.found.keys() - new):
            there = known.found[label]
            vanished.append(Moved(there, label, example.text, known.truth.get(label)))
        for label in sorted(new - known.found.keys()):
            appeared.append(Moved(known.anchor, label, example.text, known.truth.get(label)))
    used = list(_used([total, *rows.values()]))
    return Comparison(len(sentences), used, _telling(vanished), _telling(appeared))


def mcnemar(one: int, other: int) -> float | None:
    """Two-sided exact test that two methods err equally often; None without a difference.

    Source: McNemar (1947), with the binomial distribution in place of its approximation.

    Args:
        one, other: cases that only the first, only the second gets right.
    """
    cases = one + other
    if not cases:
        return None
    tail = sum(comb(cases, k) for k in range(min(one, other) + 1))
    return min(1.0, 2 * tail / (1 << cases))


def _share(part: int, whole: int) -> Share | None:
    return Share(part / whole, *wilson(part, whole), whole) if whole else None


def _telling(moved: Sequence[Moved]) -> list[Moved]:
    """What reviewers confirmed first, then what nobody judged, then what they rejected."""
    return sorted(moved, key=lambda one: (True, None, False).index(one.holds))


def _used(rows: Sequence[Compared]) -> Iterator[Compared]:
    return (row for row in rows if row.old != NOTHING or row.new != NOTHING)
