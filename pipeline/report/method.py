"""What a reader must know of how the figures came about: programs, models, error rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.aggregate import Aggregate
from pipeline.codebook import LABELS, SWEDISH

_STAGES = {
    "extract": "Inläsning",
    "restore": "Lagning av OCR-text",
    "segment": "Uppdelning i meningar",
    "classify": "Märkning av åtgärder",
    "attribute": "Knytning till kommun",
}


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """How often a measure's findings are right, and how much of what is there is found."""

    measure: str
    precision: float | None
    recall: float | None
    tested: int


def models(manifests: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return each part of the program that read the documents, with its version or versions."""
    rows = []
    programs = {manifest.get("packages", {}).get("kommunlupp") for manifest in manifests}
    rows.append(("Programmet kommunlupp", _joined(programs)))
    for stage, name in _STAGES.items():
        rows.append((name, _joined({m.get("stages", {}).get(stage) for m in manifests})))
    return [(name, version) for name, version in rows if version]


def _joined(versions: set[str | None]) -> str:
    return ", ".join(sorted(version for version in versions if version))


def error_rates(result: Aggregate) -> list[ErrorRate]:
    """Return the classifier's measured errors by measure; empty where they are not known."""
    rates = result.rates
    if rates is None:
        return []
    return [
        ErrorRate(
            SWEDISH[label],
            float(rates.precision[n]) if rates.right[n] + rates.wrong[n] else None,
            float(rates.recall[n]) if rates.right[n] + rates.missed[n] else None,
            int(rates.right[n] + rates.missed[n]),
        )
        for n, label in enumerate(LABELS)
    ]
