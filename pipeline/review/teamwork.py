"""How far coders agree, and probes that measure how readily reviewers nod."""

from __future__ import annotations

import hashlib
import random
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from pipeline.codebook import LABELS
from pipeline.review.agreement import Agreement, agreement
from pipeline.review.events import held
from pipeline.review.intake import SPACING, FindingRows, add_findings
from pipeline.review.judgement import Judgement
from pipeline.review.log import slots_of
from pipeline.review.queue import latest_run
from pipeline.review.schema import ExcerptRow, FindingRow
from pipeline.review.standing import standing


class Nodding(NamedTuple):
    """How one reviewer met the probes: how many judged, and how many accepted as they stood."""

    reviewer: str
    judged: int
    accepted: int


def judged_twice(connection: Connection) -> list[tuple[str, dict[str, Judgement]]]:
    """Findings that were coded double: suggested label, coder to judgement.

    Where two happened to judge the same finding, the second often knew what the first had said,
    or had no reason to say it again; that tells nothing of how far they agree.
    """
    labels: dict[str, str] = {
        row.id: row.label
        for row in connection.execute(
            select(FindingRow.id, FindingRow.label).where(FindingRow.coded.is_(True))
        )
    }
    pairs = []
    for finding, slots in slots_of(connection, list(labels)).items():
        stand = standing(held(slots))
        voices = {name: voice for name, voice in stand.voices.items() if name in stand.coders}
        if len(voices) > 1:
            pairs.append((labels[finding], voices))
    return pairs


def agreements(connection: Connection) -> dict[str, Agreement]:
    """Agreement on each measure that occurs, and in all (`""`), on status and on scope.

    A measure's units are the findings that were suggested with it, or that somebody gave it; the
    value is whether a reviewer gives it. "Unsure" counts as missing.
    """
    pairs = judged_twice(connection)
    units: dict[str, list[list[object]]] = defaultdict(list)
    for suggested, voices in pairs:
        said = [voice for voice in voices.values() if voice.verdict != "unsure"]
        given = [voice.content.label if voice.content else None for voice in said]
        for label in {suggested, *filter(None, given)}:
            units[label].append([one == label for one in given])
        units[""].append(list(given))
        contents = [voice.content for voice in said if voice.content]
        units["status"].append([content.status for content in contents])
        units["scope"].append([content.scope for content in contents])
    wanted = ("", *LABELS, "status", "scope")
    return {name: agreement(units[name]) for name in wanted if units.get(name)}


def seed_probes(connection: Connection, count: int) -> int:
    """Put copies of findings with a wrong label into the queue; returns how many.

    A copy's label is one that the run does not give to that sentence. It stands apart from its
    original in every order, or side by side they would give it away; where the run is too small
    for that there is none. Probes are in no export, and count for no figure but `noddings`.
    """
    chance = random.SystemRandom()
    run = latest_run(connection)
    probes = []
    for finding in _originals(connection, count):
        row = connection.execute(select(FindingRow).where(FindingRow.id == finding)).one()
        excerpt = connection.execute(
            select(ExcerptRow).where(ExcerptRow.finding_id == finding)
        ).one()
        there = connection.execute(
            select(FindingRow.label).where(
                FindingRow.document_id == row.document_id, FindingRow.start == row.start
            )
        ).scalars()
        label = chance.choice([name for name in LABELS if name not in set(there)])
        host = _host(connection, row, chance)
        if host:
            probes.append(_copy(row, excerpt, label, host, chance))
    new = [p for p in probes if not _exists(connection, p.finding["id"])]
    add_findings(connection, new, run, "probe")
    return len(new)


def _originals(connection: Connection, count: int) -> list[str]:
    """Findings at random that nobody has judged or codes."""
    known = connection.execute(
        select(FindingRow.id)
        .where(
            FindingRow.run == latest_run(connection),
            FindingRow.origin == "model",
            FindingRow.place == "open",
            FindingRow.coded.is_(False),
        )
        .order_by(FindingRow.id)
    ).scalars()
    ids = list(known)
    return random.SystemRandom().sample(ids, min(count, len(ids)))


def _host(connection: Connection, row: Any, chance: random.Random) -> Any:
    """The finding behind which a copy goes: of the same document where that leaves one between."""
    apart = (
        select(FindingRow.document_id, FindingRow.position, FindingRow.score, FindingRow.doubt)
        .where(
            FindingRow.run == row.run,
            FindingRow.origin == "model",
            func.abs(FindingRow.position - row.position) > SPACING,
        )
        .order_by(FindingRow.position)
    )
    siblings = connection.execute(
        select(FindingRow.score, FindingRow.doubt).where(
            FindingRow.document_id == row.document_id, FindingRow.start == row.start
        )
    ).all()
    near = connection.execute(apart.where(FindingRow.document_id == row.document_id)).all()
    known = _apart_in_every_order(near, siblings)
    known = known or _apart_in_every_order(connection.execute(apart).all(), siblings)
    return chance.choice(known) if known else None


def _apart_in_every_order(hosts: Sequence[Any], siblings: Sequence[Any]) -> list[Any]:
    """Hosts that have another one between them and every sibling, by score and by doubt."""
    for column in ("score", "doubt"):
        values = sorted(getattr(host, column) for host in hosts)
        ends = [getattr(one, column) for one in siblings]
        hosts = [host for host in hosts if _parted(getattr(host, column), ends, values)]
    return list(hosts)


def _parted(value: float, ends: Sequence[float], values: Sequence[float]) -> bool:
    between = (
        bisect_left(values, max(value, end)) - bisect_right(values, min(value, end)) for end in ends
    )
    return all(count > 0 for count in between)


def _copy(row: Any, excerpt: Any, label: str, host: Any, chance: random.Random) -> FindingRows:
    probe = hashlib.sha256(f"probe:{row.id}:{label}".encode()).hexdigest()[:24]
    finding = dict(row._mapping) | {
        "id": probe,
        "label": label,
        "now_label": label,
        "position": host.position + chance.randrange(2, SPACING - 1),
        "score": host.score,
        "doubt": host.doubt,
        "shuffle": chance.randrange(16**7),
    }
    return FindingRows({}, finding, dict(excerpt._mapping) | {"finding_id": probe})


def _exists(connection: Connection, finding: str) -> bool:
    return (
        connection.execute(select(FindingRow.id).where(FindingRow.id == finding)).first()
        is not None
    )


def noddings(connection: Connection) -> list[Nodding]:
    """How each reviewer met the probes."""
    probes: dict[str, str] = {
        row.id: row.label
        for row in connection.execute(
            select(FindingRow.id, FindingRow.label).where(FindingRow.origin == "probe")
        )
    }
    judged: dict[str, list[bool]] = defaultdict(list)
    for finding, slots in slots_of(connection, list(probes)).items():
        for name, voice in standing(held(slots)).voices.items():
            nodded = voice.content is not None and voice.content.label == probes[finding]
            judged[name].append(nodded)
    return [Nodding(name, len(them), sum(them)) for name, them in sorted(judged.items())]


def count_places(connection: Connection) -> dict[str, int]:
    """How many findings of the run stand where; probes left out."""
    rows = connection.execute(
        select(FindingRow.place, func.count().label("number"))
        .where(FindingRow.run == latest_run(connection), FindingRow.origin == "model")
        .group_by(FindingRow.place)
    )
    return {row.place: row.number for row in rows}
