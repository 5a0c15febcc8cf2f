"""What a run can take from earlier ones, told before files are opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.batch.inputs import InputFile
from pipeline.batch.ledger import Ledger
from pipeline.batch.outcome import printable


@dataclass(frozen=True)
class Prospect:
    """As far as paths tell: a file may have changed, and one with a new path may be known.

    Attributes:
        inputs: files of the run.
        complete: of which nothing is left to do.
        resumed: how many others go on from a stage, by its name.
    """

    inputs: int
    complete: int = 0
    resumed: dict[str, int] = field(default_factory=dict)


def prospect(files: Iterable[InputFile], ledger: Ledger, stages: tuple[str, ...]) -> Prospect:
    """Look the paths of a run up in the ledger.

    Args:
        stages: their names, in order.
    """
    behind = dict.fromkeys((printable(str(file)) for file in files), 0)
    for head in ledger.heads():
        if head.source in behind:
            final = head.is_final(ledger.chain)
            reached = len(stages) if final else min(head.standing(ledger.chain), len(stages) - 1)
            behind[head.source] = max(behind[head.source], reached)
    reached_by = Counter(behind.values())
    resumed = {name: reached_by[n] for n, name in enumerate(stages) if n and reached_by[n]}
    return Prospect(len(behind), reached_by[len(stages)], resumed)
