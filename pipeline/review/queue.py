"""Find findings: a page of a view, its neighbours, its counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from pipeline.review.schema import CreditRow, DocumentRow, DutyRow, ExcerptRow, FindingRow, RunRow
from pipeline.review.search import hits
from pipeline.review.view import PER_PAGE, View

MOST_LISTED = 300
"""Documents that a filter lists; where there are more, each row of the queue leads to its own."""
ROW: Select[Any] = select(FindingRow)
"""Findings; to be narrowed."""
_SORTS: dict[str, ColumnElement[Any]] = {
    "doubt": FindingRow.doubt.expression,
    "score": FindingRow.score.expression,
    "shuffle": FindingRow.shuffle.expression,
}


def matching(connection: Connection, view: View, user: str) -> list[ColumnElement[bool]]:
    """The conditions that a finding of the view fulfils."""
    run = latest_run(connection)
    found: list[ColumnElement[bool]] = []
    if view.changed == "vanished":
        found.append(and_(FindingRow.run < run, FindingRow.origin == "model"))
    elif view.changed == "new":
        found.append(and_(FindingRow.first_run == run, FindingRow.run == run))
    else:
        found.append(FindingRow.run == run)
    # What a reviewer added and took back again is nobody's work.
    found.append(or_(FindingRow.origin != "reviewer", FindingRow.place != "open"))
    for column, wanted in (
        (FindingRow.now_label, view.label),
        (FindingRow.now_status, view.status),
        (FindingRow.now_scope, view.scope),
        (FindingRow.document_id, view.document),
    ):
        if wanted:
            found.append(column == wanted)
    if view.year is not None:
        found.append(FindingRow.year == view.year)
    if view.low is not None:
        found.append(FindingRow.score >= view.low)
    if view.high is not None:
        found.append(FindingRow.score <= view.high)
    if view.municipality:
        credited = select(CreditRow.finding_id).where(CreditRow.code == view.municipality)
        found.append(FindingRow.id.in_(credited))
    if view.mine:
        found.append(FindingRow.id.in_(select(DutyRow.finding_id).where(DutyRow.user == user)))
    if view.state:
        found.append(_in_state(connection, view.state, user))
    if view.q:
        found.append(hits(connection, view.q, folded=view.fold))
    return found


def _in_state(connection: Connection, state: str, user: str) -> ColumnElement[bool]:
    if state != "open":
        return FindingRow.place == state
    plain = and_(FindingRow.place == "open", FindingRow.coded.is_(False))
    hers = select(DutyRow.finding_id).where(
        DutyRow.user == user, DutyRow.role == "coder", DutyRow.done.is_(False)
    )
    # Asked first: without the alternative an index leads straight to what is open.
    if connection.execute(hers.limit(1)).first() is None:
        return plain
    return or_(plain, FindingRow.id.in_(hers))


def latest_run(connection: Connection) -> int:
    """Number of the run that is reviewed; 0 before the first."""
    return connection.execute(select(func.max(RunRow.id))).scalar_one() or 0


def order(view: View, *, backwards: bool = False) -> list[ColumnElement[Any]]:
    """What a view is sorted by, most doubtful or most certain first."""
    columns = _keys(view)
    falling = view.sort == "score"
    first = [c.desc() if falling != backwards else c.asc() for c in columns[:-1]]
    last = columns[-1].desc() if backwards else columns[-1].asc()
    return [*first, last]


def _keys(view: View) -> list[ColumnElement[Any]]:
    position = FindingRow.position.expression
    return [_SORTS[view.sort], position] if view.sort in _SORTS else [position]


def count(connection: Connection, view: View, user: str, *, probes: bool = True) -> int:
    """How many findings the view has, with those that were seeded or without."""
    conditions = matching(connection, view, user)
    if not probes:
        conditions.append(FindingRow.origin != "probe")
    statement = select(func.count()).select_from(FindingRow).where(*conditions)
    return int(connection.execute(statement).scalar_one())


def page(connection: Connection, view: View, user: str) -> Sequence[Any]:
    """The findings of one page of the view, with sentence and document."""
    conditions = matching(connection, view, user)
    ids = (
        select(FindingRow.id)
        .where(*conditions)
        .order_by(*order(view))
        .limit(PER_PAGE)
        .offset((view.page - 1) * PER_PAGE)
    )
    statement = (
        select(FindingRow, ExcerptRow.text, ExcerptRow.heading, DocumentRow.name)
        .join(ExcerptRow, ExcerptRow.finding_id == FindingRow.id)
        .join(DocumentRow, DocumentRow.id == FindingRow.document_id)
        .where(FindingRow.id.in_(list(connection.execute(ids).scalars())))
        .order_by(*order(view))
    )
    return connection.execute(statement).all()


def ids_of(connection: Connection, view: View, user: str, limit: int | None = None) -> list[str]:
    """Ids of the view's findings in its order."""
    statement = select(FindingRow.id).where(*matching(connection, view, user))
    return list(connection.execute(statement.order_by(*order(view)).limit(limit)).scalars())


def neighbour(
    connection: Connection, view: View, user: str, finding: Any, *, backwards: bool = False
) -> str | None:
    """The finding of the view that stands behind (or before) one, which may have left the view.

    At the end a view of a state begins anew: there are left what was passed over.
    """
    conditions = matching(connection, view, user)
    statement = select(FindingRow.id).order_by(*order(view, backwards=backwards)).limit(1)
    beyond = _beyond(view, finding, backwards)
    found = connection.execute(statement.where(*conditions, beyond)).scalar()
    if found or backwards or not view.state:
        return found
    others = statement.where(*conditions, FindingRow.id != finding.id)
    return connection.execute(others).scalar()


def _beyond(view: View, finding: Any, backwards: bool) -> ColumnElement[bool]:
    *first, position = _keys(view)
    beyond: ColumnElement[bool]
    beyond = position < finding.position if backwards else position > finding.position
    if not first:
        return beyond
    key, value = first[0], getattr(finding, view.sort)
    if view.sort == "score":  # it falls where the position rises
        return or_(key > value if backwards else key < value, and_(key == value, beyond))
    pair, here = tuple_(key, position), tuple_(literal(value), literal(finding.position))
    rising: ColumnElement[bool] = pair < here if backwards else pair > here
    return rising


def first(connection: Connection, view: View, user: str) -> str | None:
    """The view's first finding."""
    found = ids_of(connection, view, user, limit=1)
    return found[0] if found else None


def choices(connection: Connection) -> dict[str, list[Any]]:
    """What the filters offer: years, municipalities, and documents unless they are too many."""
    run = latest_run(connection)
    years = select(FindingRow.year).where(FindingRow.run == run, FindingRow.year.is_not(None))
    codes = select(CreditRow.code).distinct()
    documents = select(DocumentRow.id, DocumentRow.name).order_by(DocumentRow.name)
    listed = connection.execute(documents.limit(MOST_LISTED + 1)).all()
    return {
        "years": sorted(connection.execute(years.distinct()).scalars(), reverse=True),
        "codes": list(connection.execute(codes).scalars()),
        "documents": [tuple(row) for row in listed] if len(listed) <= MOST_LISTED else [],
    }
