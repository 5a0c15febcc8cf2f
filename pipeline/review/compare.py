"""A rival model against the one that made the run, on what reviewers have judged."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select

from pipeline.codebook import LABELS
from pipeline.review.schema import ExcerptRow, FindingRow
from pipeline.stages.classify import Example, load_model


class Score(NamedTuple):
    """Of the judged labels: found rightly, found wrongly, missed."""

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


class Compared(NamedTuple):
    """A measure's scores: of the run's model and of the rival."""

    label: str
    old: Score
    new: Score


def compare(connection: Connection, rival: Path) -> list[Compared]:
    """Compare on every (sentence, measure) that was judged; raises `ModelError`.

    What neither model nor reviewer named is not judged, so the rival's new finds are not in it.
    """
    rows = connection.execute(
        select(
            FindingRow.label,
            FindingRow.now_label,
            FindingRow.verdict,
            FindingRow.origin,
            ExcerptRow.before,
            ExcerptRow.text,
            ExcerptRow.after,
            ExcerptRow.heading,
        )
        .join(ExcerptRow, ExcerptRow.finding_id == FindingRow.id)
        .where(FindingRow.place == "reviewed", FindingRow.origin != "probe")
    ).all()
    truth: dict[Example, dict[str, bool]] = defaultdict(dict)
    old: dict[Example, set[str]] = defaultdict(set)
    for row in rows:
        example = Example(row.before, row.text, row.after, row.heading)
        truth[example].setdefault(row.label, False)
        if row.verdict == "accepted":
            truth[example][row.now_label] = True
        if row.origin == "model":
            old[example].add(row.label)
    if not truth:
        return []
    examples = list(truth)
    answers = load_model(rival).predict(examples)
    scores = {label: [Score(), Score()] for label in LABELS}
    for example, answer in zip(examples, answers, strict=True):
        new = {label.label for label in answer}
        for label, holds in truth[example].items():
            both = scores[label]
            both[0] = both[0].seen(found=label in old[example], holds=holds)
            both[1] = both[1].seen(found=label in new, holds=holds)
    return [Compared(label, *both) for label, both in scores.items() if both != [Score(), Score()]]
