"""Invented runs of any size, as `kommunlupp run` would write them: for tests and benchmarks."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.aggregate.uncertainty import Rates
from pipeline.batch.runfolder import RunFolder
from pipeline.codebook import LABELS
from pipeline.document import Document
from pipeline.gazetteer import Gazetteer
from pipeline.tables import Outcome, Row

_SUBJECTS = (
    "Socialförvaltningen", "Nämnden", "Enheten för barn och unga", "Kommunen", "Mottagningen",
    "Utredningsgruppen", "Verksamhetschefen", "Individ- och familjeomsorgen", "Stadsdelen",
)  # fmt: skip
_ACTIONS = {
    "recruitment": "anställt {n} socialsekreterare",
    "temporary_staffing": "tagit in {n} konsulter från ett bemanningsföretag",
    "reorganisation": "delat utredningsenheten i {n} grupper",
    "delegation": "flyttat beslutanderätten i {n} slag av ärenden till enhetschefen",
    "competence": "låtit {n} medarbetare gå en grundutbildning i utredningsmetodik",
    "working_conditions": "gett handläggarna administrativt stöd {n} dagar i veckan",
    "routines": "skrivit om {n} rutiner för förhandsbedömning",
    "collaboration": "träffat avtal om samverkan med {n} skolor",
    "placement_capacity": "öppnat ett stödboende med {n} platser",
    "service_development": "börjat med hembesök {n} gånger i månaden",
    "funding": "avsatt {n} miljoner kronor",
    "planning_followup": "följt upp handlingsplanen {n} gånger",
}
_ENDINGS = (
    "under våren", "sedan i höstas", "för att korta väntetiderna", "efter nämndens beslut i mars",
    "enligt den plan som fastställdes året innan", "med stöd av statsbidraget",
    "trots att sjukfrånvaron i arbetsgruppen har varit hög under större delen av året",
)  # fmt: skip
_STATUSES = ("taken", "taken", "taken", "ongoing", "ongoing", "planned", "planned", "proposed",
             "proposed", "rejected")  # fmt: skip
_MANIFEST: dict[str, Any] = {
    "finished": "2024-05-02T10:15:00+00:00",
    "stages": {"extract": "1", "restore": "1", "segment": "1", "classify": "1", "attribute": "1"},
    "packages": {"kommunlupp": "0.1.0"},
    "config": {"classify": {"model": None}},
}


@dataclass(frozen=True)
class Size:
    """How large a run to invent.

    Attributes:
        municipalities: how many have documents.
        collective: share of the findings that are credited to nobody.
        unread, partly: share of the documents.
    """

    findings: int
    documents: int
    municipalities: int = 290
    collective: float = 0.1
    unread: float = 0.05
    partly: float = 0.05
    first_year: int = 2008
    years: int = 8


@dataclass
class InventedRun:
    """Rows of a run's tables."""

    findings: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)

    def write(self, folder: Path, sources: Sequence[Document] = ()) -> None:
        """Write them as a run folder, with the document files in `sources`."""
        run = RunFolder(folder)
        run.create()
        for source in sources:
            run.write_document(source)
        with run.writing_tables() as tables:
            tables.findings.add(
                sorted(self.findings, key=lambda r: (r["document"], r["start"], r["label"]))
            )
            tables.documents.add(
                sorted(self.documents, key=lambda r: (r["file"], r["document_id"] or ""))
            )
        run.write_municipalities(Gazetteer.load())
        inputs = {source.id: source.source for source in sources}
        run.write_manifest({**_MANIFEST, "inputs": inputs})


def document(name: str, outcome: Outcome = "read", **columns: Any) -> Row:
    """A row of the documents table; its content is its name."""
    row: Row = {
        "document_id": hashlib.sha256(name.encode()).hexdigest(),
        "file": name,
        "pages": 0 if outcome == "failed" else 4,
        "author_codes": [],
        "covered_codes": [],
        "year": None,
        "outcome": outcome,
        "issue_codes": [] if outcome == "read" else ["parse-failed"],
    }
    return row | columns


def finding(of: Row, start: int = 0, **columns: Any) -> Row:
    """A row of the findings table, in the document of row `of`."""
    row: Row = {
        "document_id": of["document_id"],
        "document": of["file"],
        "page": 1 + start // 2000,
        "boxes": [],
        "heading": "Åtgärder",
        "before": "",
        "text": f"Mening nummer {start} om åtgärder.",
        "after": "",
        "start": start,
        "end": start + 80,
        "label": "recruitment",
        "status": "taken",
        "scope": "named",
        "score": 0.9,
        "municipality_codes": [],
        "municipality_names": [],
        "quantity": None,
        "quantity_count": None,
        "quantity_of": None,
        "quantity_percent": None,
        "year": None,
    }
    row |= columns
    place = f"{row['document_id']}:{row['start']}:{row['label']}"
    return {"finding_id": hashlib.sha256(place.encode()).hexdigest()[:24]} | row


def invent(size: Size, seed: int = 5) -> InventedRun:
    """Invent a run: documents by one municipality each."""
    draw, gazetteer, run = random.Random(seed), Gazetteer.load(), InventedRun()
    bodies = gazetteer.tables.bodies.values()
    codes = draw.sample([b.code for b in bodies if b.kind == "municipality"], size.municipalities)
    weights = [1 / (n + 1) ** 0.7 for n in range(len(LABELS))]
    for number in range(size.documents):
        code, chance = codes[number % len(codes)], draw.random()
        year = size.first_year + draw.randrange(size.years)
        short = gazetteer.body(code).short.lower().replace(" ", "_")
        failed, partly = chance < size.unread, chance < size.unread + size.partly
        known = {"author_codes": [code], "covered_codes": [code], "year": year}
        run.documents.append(
            document(
                f"{short}/tjänsteskrivelse_{year}_{number:05}.pdf",
                "failed" if failed else "partly" if partly else "read",
                **({} if failed else known),
            )
        )
    readable = [row for row in run.documents if row["outcome"] != "failed"]
    for number in range(size.findings):
        of = readable[number % len(readable)]
        label = draw.choices(LABELS, weights)[0]
        alone = draw.random() >= size.collective
        codes_of = of["author_codes"] if alone else []
        run.findings.append(
            finding(
                of,
                130 * (number // len(readable)),
                label=label,
                status=draw.choice(_STATUSES),
                scope="named" if alone else "some",
                score=round(draw.uniform(0.5, 1.0), 4),
                before=_sentence(draw, draw.choice(LABELS)),
                text=_sentence(draw, label),
                after=_sentence(draw, draw.choice(LABELS)),
                municipality_codes=codes_of,
                municipality_names=[gazetteer.name(one) for one in codes_of],
                quantity=None if alone else "tio av 39 kommuner",
                quantity_count=None if alone else 10,
                quantity_of=None if alone else 39,
                year=of["year"] if draw.random() < 0.8 else None,
            )
        )
    return run


def some_rates() -> Rates:
    """Error rates of a classifier of middling quality, the same for every label."""
    shape = len(LABELS)
    return Rates(np.full(shape, 80.0), np.full(shape, 20.0), np.full(shape, 30.0))


def _sentence(draw: random.Random, label: str) -> str:
    action = _ACTIONS[label].format(n=draw.randrange(2, 40))
    return f"{draw.choice(_SUBJECTS)} har {action} {draw.choice(_ENDINGS)}."
