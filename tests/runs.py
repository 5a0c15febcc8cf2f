"""Runs for tests: made from rows, and drawn by hypothesis."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from pipeline.aggregate.columns import MERGED_DOCUMENTS
from pipeline.aggregate.merge import Run
from pipeline.codebook import SCOPES, STATUSES
from pipeline.evaluation.synthetic import document, finding
from pipeline.tables import FINDINGS, Row, as_table

BODIES = ("0120", "0180", "0180-bromma", "0180-farsta", "0182", "0980", "1280", "12")
"""Municipalities, two districts of one of them, and a region."""
TEXTS = (
    "Nämnden har anställt två socialsekreterare under våren.",
    "Nämnden har nu anställt två socialsekreterare under våren.",
    "Nämnden har anställt 2 socialsekreterare.",
    "Rutinerna för förhandsbedömning har setts över.",
)

Part = tuple[Row, list[Row]]
"""A document and its findings."""


def run_of(parts: Sequence[Part], finished: str = "2024-01-01T00:00:00+00:00") -> Run:
    """A run that read these documents."""
    documents = [{"copies": [], "run_finished": finished, **of} for of, _ in parts if of["outcome"]]
    findings = [row for _, rows in parts for row in rows]
    return Run(as_table(findings, FINDINGS), as_table(documents, MERGED_DOCUMENTS), ({},))


@st.composite
def parts(draw: st.DrawFn, name: str) -> Part:
    """A document, read or not, with findings where it was read."""
    outcome = draw(st.sampled_from(["read", "partly", "failed", "failed", "read"]))
    bodies = st.lists(st.sampled_from(BODIES), max_size=2, unique=True).map(sorted)
    known = {"author_codes": draw(bodies), "covered_codes": draw(bodies)}
    of = document(f"{name}.pdf", outcome, **({} if outcome == "failed" else known))
    if outcome == "failed" and draw(st.booleans()):
        of |= {"document_id": None}
    rows = []
    for start in range(0 if outcome == "failed" else draw(st.integers(0, 4))):
        codes = draw(bodies)
        scope = draw(st.sampled_from(SCOPES))
        rows.append(
            finding(
                of,
                start,
                label=draw(st.sampled_from(["recruitment", "funding"])),
                status=draw(st.sampled_from(STATUSES[:3])),
                scope=scope,
                score=draw(st.integers(5000, 10000)) / 10000,
                year=draw(st.sampled_from([None, 2012, 2013])),
                text=draw(st.sampled_from(TEXTS)),
                municipality_codes=codes,
                municipality_names=codes,
            )
        )
    return of, rows


@st.composite
def collections(draw: st.DrawFn) -> list[Part]:
    """Several documents."""
    return [draw(parts(f"dokument{n}")) for n in range(draw(st.integers(0, 5)))]
