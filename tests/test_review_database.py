"""Decisions in the database: once, never lost, never overwritten; SQLite and PostgreSQL alike."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from click.testing import CliRunner
from review_run import LABELS, make_run
from review_servers import postgres, postgres_programs
from sqlalchemy import Connection, func, select, text, update

from pipeline.cli import cli
from pipeline.errors import ExitCode, UsageError
from pipeline.gazetteer import Gazetteer
from pipeline.review import assignment, decide, queue, teamwork, undo
from pipeline.review.database import Database
from pipeline.review.decide import Bulk, Decision
from pipeline.review.errors import (
    KeyReused,
    LogBroken,
    NotHere,
    NothingToRule,
    NotYours,
    ReviewError,
)
from pipeline.review.exchange.dump import dump, restore
from pipeline.review.intake import Taken, take_in
from pipeline.review.judgement import Suggestion
from pipeline.review.log import Answer, Reviewer, audit, head_of, slots_of
from pipeline.review.progress import precisions
from pipeline.review.schema import (
    ActionRow,
    Base,
    DocumentRow,
    EventRow,
    FindingRow,
    HeadRow,
    SlotRow,
)
from pipeline.review.standing import CODERS, SHARED, opinion_of
from pipeline.review.texts import explain
from pipeline.review.verify import verify
from pipeline.review.view import View

ANNA, BO, CILLA = (
    Reviewer(n, r) for n, r in (("anna", "reviewer"), ("bo", "reviewer"), ("cilla", "admin"))
)
CODES = Gazetteer.load().tables.bodies


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if postgres_programs() is None:
        pytest.skip("PostgreSQL is not installed (configs/debian-test-packages.txt)")
    with postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A review of the small run."""
    if request.param == "sqlite":
        opened = Database.at(tmp_path / "review.db")
    else:
        opened = Database(request.getfixturevalue("server"))
        with opened.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    opened.migrate()
    take_in(opened, make_run(tmp_path / "run"))
    yield opened
    opened.close()


def key() -> str:
    return uuid.uuid4().hex


def ids(database: Database, **view: object) -> list[str]:
    with database.reading() as connection:
        return queue.ids_of(connection, View(**view), "anna")


def draw(database: Database, count: int, *coders: str) -> list[str]:
    """Draw a sample for the coders."""
    action = key()
    database.write(lambda c: assignment.code_double(c, CILLA, action, count, coders))
    with database.reading() as connection:
        drawn = select(EventRow.finding).where(EventRow.action == action).order_by(EventRow.seq)
        return list(connection.execute(drawn).scalars())


def version(database: Database, finding: str, slot: str = SHARED) -> int:
    with database.reading() as connection:
        held = slots_of(connection, [finding]).get(finding, {}).get(slot)
    return held.version if held else 0


def judge(
    database: Database,
    who: Reviewer,
    finding: str,
    verdict: str = "rejected",
    *,
    expected: int | None = None,
    label: str = "funding",
    ruling: bool = False,
    once: str | None = None,
) -> Answer:
    content = Suggestion(label, "taken", "named", ("1470",)) if verdict == "accepted" else None
    seen = version(database, finding) if expected is None else expected
    decision = Decision(once or key(), finding, seen, verdict, content, ruling, 900)
    return database.write(lambda c: decide.decide(c, who, decision, CODES))


def place(database: Database, finding: str) -> tuple[str, str | None]:
    with database.reading() as connection:
        row = connection.execute(
            select(FindingRow.place, FindingRow.verdict).where(FindingRow.id == finding)
        ).one()
    return row.place, row.verdict


def sound(database: Database) -> bool:
    with database.reading() as connection:
        return verify(connection)[1] == []


def test_a_decision_counts_once_however_often_it_is_sent(database: Database) -> None:
    finding = ids(database)[0]
    same = key()
    answers = [judge(database, ANNA, finding, expected=0, once=same) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    with database.reading() as connection:
        logged = select(func.count()).where(EventRow.finding == finding)
        assert connection.execute(logged).scalar_one() == 1
    with pytest.raises(KeyReused):
        judge(database, ANNA, ids(database)[1], expected=0, once=same)
    with pytest.raises(KeyReused):
        judge(database, BO, finding, expected=0, once=same)
    assert sound(database)


def test_two_on_one_finding_see_a_conflict_and_both_are_kept(database: Database) -> None:
    finding = ids(database)[0]
    assert judge(database, ANNA, finding, "accepted", expected=0)["result"] == "saved"
    clash = judge(database, BO, finding, "rejected", expected=0)
    assert clash["result"] == "conflict" and clash["theirs"]["by"] == "anna"
    assert place(database, finding) == ("disagreed", None)
    with pytest.raises(NotYours):
        judge(database, BO, finding, "rejected", expected=0, ruling=True)
    judge(database, CILLA, finding, "rejected", expected=0, ruling=True)
    assert place(database, finding) == ("reviewed", "rejected")
    same = ids(database)[1]
    judge(database, ANNA, same, "rejected", expected=0)
    assert judge(database, BO, same, "rejected", expected=0)["result"] == "saved"
    assert place(database, same) == ("reviewed", "rejected")
    assert sound(database)


def test_whoever_agrees_is_on_record_and_may_change_her_mind(database: Database) -> None:
    finding = ids(database)[0]
    judge(database, ANNA, finding, "rejected", expected=0)
    judge(database, BO, finding, "rejected", expected=0)
    with database.reading() as connection:
        logged = select(EventRow.actor, EventRow.slot).where(EventRow.finding == finding)
        assert connection.execute(logged).all() == [("anna", SHARED), ("bo", opinion_of("bo"))]
        assert teamwork.agreements(connection) == {}  # nobody was asked to code it double
    own = version(database, finding, opinion_of("bo"))
    judge(database, BO, finding, "accepted", expected=own)
    assert place(database, finding) == ("disagreed", None)
    for expected in (("reviewed", "rejected"), ("reviewed", "rejected")):
        database.write(lambda c: undo.undo(c, BO, key()))
        assert place(database, finding) == expected
    judge(database, BO, finding, "accepted")  # now knowing what anna said
    assert place(database, finding) == ("reviewed", "accepted")
    assert sound(database)


def test_nobody_rules_where_nobody_disagrees(database: Database) -> None:
    (coded,) = draw(database, 1, "anna", "bo")
    settled = next(finding for finding in ids(database) if finding != coded)
    judge(database, ANNA, settled, "accepted", expected=0)
    judge(database, ANNA, coded, "accepted", expected=0)
    with pytest.raises(NothingToRule) as refused:
        judge(database, BO, coded, "rejected", expected=0, ruling=True)
    assert refused.value.code == "review-nothing-to-rule"
    assert explain(refused.value, "sv")[0] == "ingen är oense om det här fyndet"
    assert place(database, coded) == ("waiting", None)
    judge(database, BO, coded, "accepted", expected=0)
    with pytest.raises(NothingToRule):
        judge(database, CILLA, coded, "rejected", expected=0, ruling=True)
    assert place(database, coded) == ("reviewed", "accepted")
    with pytest.raises(NothingToRule):
        judge(database, CILLA, settled, "rejected", expected=0, ruling=True)
    assert place(database, settled) == ("reviewed", "accepted")
    assert sound(database)


def test_eight_reviewers_at_once_lose_nothing(database: Database) -> None:
    findings = ids(database)
    with ThreadPoolExecutor(8) as pool:
        told = pool.map(
            lambda n: judge(
                database, Reviewer(f"r{n % 8}", "reviewer"), findings[n % 14], expected=0
            ),
            range(56),
        )
    assert all(answer["result"] == "saved" for answer in told)  # all say the same
    assert len(ids(database, state="reviewed")) == 14
    assert sound(database)


def test_undo_reaches_over_bulk_and_leaves_what_others_changed(database: Database) -> None:
    findings = ids(database)
    judge(database, ANNA, findings[0], "accepted")
    order = Bulk(key(), findings, "rejected")
    told = database.write(lambda c: decide.bulk(c, ANNA, order, CODES))
    assert (told["judged"], told["left"]) == (13, 1)
    judge(database, BO, findings[5], "accepted")  # knowing what anna said
    told = database.write(lambda c: undo.undo(c, ANNA, key()))
    assert (told["changed"], told["left"]) == (12, 1)
    assert place(database, findings[5]) == ("reviewed", "accepted")
    assert place(database, findings[1]) == ("open", None)
    told = database.write(lambda c: undo.undo(c, ANNA, key()))
    assert told["finding"] == findings[0] and place(database, findings[0])[0] == "open"
    assert database.write(lambda c: undo.undo(c, ANNA, key()))["result"] == "nothing"
    for _ in range(2):
        database.write(lambda c: undo.redo(c, ANNA, key()))
    assert place(database, findings[0]) == ("reviewed", "accepted")
    assert place(database, findings[1]) == ("reviewed", "rejected")
    assert sound(database)


def test_an_undo_sent_twice_undoes_once(database: Database) -> None:
    first, second = ids(database)[:2]
    judge(database, ANNA, first)
    judge(database, ANNA, second)
    same = key()
    told = [database.write(lambda c: undo.undo(c, ANNA, same)) for _ in range(2)]
    assert told[0] == told[1]
    assert place(database, first)[0] == "reviewed" and place(database, second)[0] == "open"


def test_double_coding_is_blind_and_measures_agreement(database: Database) -> None:
    drawn = draw(database, 6, "anna", "bo")
    with pytest.raises(NotYours):
        judge(database, CILLA, drawn[0], expected=0)
    for n, finding in enumerate(drawn):
        judge(database, ANNA, finding, "rejected", expected=0)
        assert place(database, finding)[0] == "waiting"
        judge(database, BO, finding, "accepted" if n < 2 else "rejected", expected=0)
    assert len(ids(database, state="disagreed")) == 2
    assert len(ids(database, state="reviewed")) == 4
    with database.reading() as connection:
        found = teamwork.agreements(connection)
        sampled = precisions(connection, sampled=True)
    assert found[""].units == 6 and found[""].percent == pytest.approx(100 * 4 / 6)
    assert found[""].alpha is not None and -1 < found[""].alpha < 1
    assert sum(row.precision.judged for row in sampled) == 4
    assert sum(row.unsettled for row in sampled) == 2
    assert sound(database)


def test_the_sample_is_drawn_from_the_whole_run(database: Database) -> None:
    """Also from what was judged already: else whoever judges the easy ones first biases it."""
    findings = ids(database)
    judge(database, ANNA, findings[0], "accepted")
    judge(database, ANNA, findings[1], "unsure")
    judge(database, ANNA, findings[2], "accepted")
    judge(database, BO, findings[2], "rejected", expected=0)
    assert sorted(draw(database, 10, "anna", "bo") + draw(database, 9, "anna", "bo")) == sorted(
        findings
    )
    with database.reading() as connection:
        held = slots_of(connection, findings)
        sampled = precisions(connection, sampled=True)
        assert assignment.duties_left(connection, "bo") == 11
    assert [held[f][CODERS].value for f in findings[:3]] == [{"users": []}] * 3
    assert held[findings[3]][CODERS].value == {"users": ["anna", "bo"]}
    assert sum(row.precision.judged for row in sampled) == 1
    assert sum(row.unsettled for row in sampled) == 13
    judge(database, BO, findings[1], "rejected")  # as before: it is nobody's to code
    assert place(database, findings[1]) == ("reviewed", "rejected")
    database.write(lambda c: undo.undo(c, CILLA, key()))
    with database.reading() as connection:
        sampled = precisions(connection, sampled=True)
    assert sum(row.precision.judged + row.unsettled for row in sampled) == 10
    assert sound(database)


def test_nothing_waits_for_a_reviewer_that_she_cannot_find(
    database: Database, tmp_path: Path
) -> None:
    findings = ids(database)
    names = {finding: ["bo"] for finding in findings}
    database.write(lambda c: assignment.assign(c, CILLA, key(), names))
    database.write(lambda c: assignment.code_double(c, CILLA, key(), 3, ["anna", "bo"]))
    uncoded = [f for f in findings if not version(database, f, CODERS)]
    judge(database, ANNA, uncoded[0], expected=0)
    take_in(database, make_run(tmp_path / "second", model="linear-2", labels=8))
    hers = View(mine=True, state="open")
    with database.reading() as connection:
        assert assignment.duties_left(connection, "bo") == queue.count(connection, hers, "bo") > 0


def test_probes_count_only_as_probes(database: Database) -> None:
    assert database.write(lambda c: teamwork.seed_probes(c, 3)) == 3
    everything = ids(database)
    assert len(everything) == 17
    with database.reading() as connection:
        probes = list(
            connection.execute(select(FindingRow.id).where(FindingRow.origin == "probe")).scalars()
        )
        labels = {
            row.id: row.label for row in connection.execute(select(FindingRow.id, FindingRow.label))
        }
    judge(database, ANNA, probes[0], "accepted", label=labels[probes[0]])
    judge(database, ANNA, probes[1], "rejected")
    with database.reading() as connection:
        (nodding,) = teamwork.noddings(connection)
        assert (nodding.reviewer, nodding.judged, nodding.accepted) == ("anna", 2, 1)
        assert sum(row.precision.judged for row in precisions(connection)) == 0


def test_a_better_model_keeps_decisions(database: Database, tmp_path: Path) -> None:
    findings = ids(database)
    judge(database, ANNA, findings[0], "accepted", label="routines")
    judge(database, ANNA, findings[9], "rejected")
    fewer = make_run(tmp_path / "second", model="linear-2", labels=8)
    assert take_in(database, fewer) == Taken(findings=10, new=0, vanished=4)
    assert take_in(database, fewer) is None  # the very same run
    assert place(database, findings[0]) == ("reviewed", "accepted")
    assert ids(database, label="routines")[0] == findings[0]
    assert len(ids(database)) == 10 and len(ids(database, changed="vanished")) == 4
    assert findings[9] in ids(database, changed="vanished")
    more = make_run(tmp_path / "third", model="linear-3")
    assert take_in(database, more) == Taken(findings=14, new=0, vanished=0)
    assert place(database, findings[9]) == ("reviewed", "rejected")
    assert len(ids(database, municipality="1470")) == 12
    assert sound(database)


def test_filters_sorts_and_neighbours(database: Database) -> None:
    everything = ids(database)
    assert len(everything) == 14
    with database.reading() as connection:
        rows = {r.id: r for r in connection.execute(select(FindingRow))}

        def found(**view: object) -> list[str]:
            return queue.ids_of(connection, View(**view), "anna")

        assert [rows[i].label for i in everything if rows[i].year == 2019] == list(LABELS)
        assert found(label="funding") == [i for i in everything if rows[i].label == "funding"]
        assert found(low=0.5, high=0.7) == [i for i in everything if 0.5 <= rows[i].score <= 0.7]
        assert found(year=2021) == [i for i in everything if rows[i].year == 2021]
        assert len(found(q="ÅRSSKIFT")) == 1 and found(q="arsskift") == []
        assert found(q="arsskift", fold=True) == found(q="årsskiftet")
        assert len(found(q="nämnden gjort")) == 12  # in the heading
        assert found(q='" OR 1=1 --') == []
        for sort in ("doubt", "score", "position", "shuffle"):
            view = View(sort=sort)
            listed = found(sort=sort)
            assert sorted(listed) == sorted(everything)
            walked, at = [listed[0]], listed[0]
            for _ in range(13):
                following = queue.neighbour(connection, view, "anna", rows[at])
                assert following
                back = queue.neighbour(connection, view, "anna", rows[following], backwards=True)
                assert back == at
                walked.append(following)
                at = following
            assert walked == listed
            assert queue.neighbour(connection, view, "anna", rows[at]) is None
            again = View(sort=sort, state="open")  # begins anew with what was passed over
            assert queue.neighbour(connection, again, "anna", rows[at]) == listed[0]
        scores = [rows[i].score for i in found(sort="score")]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "how",
    ["edited", "dropped", "last dropped", "cut short", "head", "no head", "action", "moved",
     "state", "standing", "now"],
)  # fmt: skip
def test_verify_finds_what_was_changed_from_outside(database: Database, how: str) -> None:
    findings = ids(database)
    for finding in findings[:5]:
        judge(database, ANNA, finding)
    with database.reading() as connection:
        last = connection.execute(select(func.max(EventRow.seq))).scalar_one()
        _, faults = verify(connection)
    assert faults == []
    assert database.write(lambda c: tamper(c, how, last, findings[0])) is None
    with database.reading() as connection:
        assert verify(connection)[1]


def tamper(connection: Connection, how: str, last: int, finding: str) -> None:
    event = Base.metadata.tables["events"]
    if how == "edited":
        connection.execute(update(EventRow).where(EventRow.seq == last - 2).values(actor="bo"))
    elif how == "dropped":
        connection.execute(event.delete().where(event.c.seq == last - 2))
    elif how == "last dropped":
        connection.execute(event.delete().where(event.c.seq == last))
    elif how == "cut short":  # an event about the review itself: no finding tells of it
        audit(connection, "cilla", "export", count=14)
        connection.execute(event.delete().where(event.c.seq == last + 1))
    elif how == "head":
        connection.execute(update(HeadRow).values(seq=last - 1))
    elif how == "no head":
        connection.execute(Base.metadata.tables["head"].delete())
    elif how == "action":
        newest = select(func.max(ActionRow.number)).scalar_subquery()
        connection.execute(update(ActionRow).where(ActionRow.number == newest).values(changes=2))
    elif how == "now":
        values = {"now_label": "routines"}
        connection.execute(update(FindingRow).where(FindingRow.id == finding).values(**values))
    elif how == "moved":
        for old, new in ((last, 10**6), (last - 1, last), (10**6, last - 1)):
            connection.execute(update(EventRow).where(EventRow.seq == old).values(seq=new))
    elif how == "state":
        connection.execute(
            update(SlotRow).where(SlotRow.finding_id == finding).values(value={"by": "x"})
        )
    else:
        connection.execute(update(FindingRow).where(FindingRow.id == finding).values(place="open"))


def test_an_end_that_was_cut_off_stays_visible(database: Database) -> None:
    """What is decided afterwards goes on from where the log ended, not from what is left of it."""
    findings = ids(database)
    judge(database, ANNA, findings[0])

    def cut(connection: Connection) -> None:
        """Take the last decision away, with all that follows from it."""
        last = select(func.max(EventRow.seq)).scalar_subquery()
        connection.execute(Base.metadata.tables["events"].delete().where(EventRow.seq == last))
        connection.execute(Base.metadata.tables["slots"].delete())
        connection.execute(Base.metadata.tables["actions"].delete())
        connection.execute(update(FindingRow).values(place="open", verdict=None))

    database.write(cut)
    assert not sound(database)
    judge(database, ANNA, findings[1])
    assert not sound(database)


def test_whoever_reads_sees_one_moment(database: Database) -> None:
    finding = ids(database)[0]
    with database.reading() as connection:
        head = head_of(connection)
        judge(database, ANNA, finding, expected=0)  # while a log is verified, or an export written
        assert head_of(connection) == head
        assert connection.execute(select(func.max(EventRow.seq))).scalar_one() == head.seq
    with database.reading() as connection:
        assert head_of(connection).seq == head.seq + 1
    assert sound(database)


def test_a_document_that_was_moved_is_shown_from_where_it_is_now(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    take_in(database, make_run(tmp_path / "elsewhere" / "run", model="linear-2"))
    with database.reading() as connection:
        sources = connection.execute(select(DocumentRow.source)).scalars().all()
    assert {Path(source).parents[1] for source in sources} == {tmp_path / "elsewhere"}


def test_a_database_of_the_first_version_is_brought_up_to_date(database: Database) -> None:
    finding = draw(database, 1, "anna", "bo")[0]
    judge(database, ANNA, finding, expected=0)
    with database.reading() as connection:
        before = head_of(connection)
    statements = [
        "DROP TABLE head",
        "ALTER TABLE actions DROP COLUMN changes",
        "DROP INDEX ix_findings_sampled",
        "ALTER TABLE findings DROP COLUMN sampled",
        "UPDATE alembic_version SET version_num = '0001'",
    ]
    if not database.is_sqlite:
        both = "lower(text || ' ' || heading)"
        statements += ["DROP TABLE search"] + [
            f"CREATE INDEX ix_search_{name} ON excerpts USING gin (to_tsvector('simple', {of}))"
            for name, of in (("folded", "folded"), ("plain", both))
        ]
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.migrate()
    assert len(ids(database, q="nämnden gjort")) == 12
    assert ids(database, q="arsskift", fold=True) == ids(database, q="årsskiftet") != []
    with database.reading() as connection:
        assert head_of(connection) == before
        assert sum(row.unsettled for row in precisions(connection, sampled=True)) == 1
    assert sound(database)


def test_the_log_rebuilds_everything_elsewhere(database: Database, tmp_path: Path) -> None:
    findings = ids(database)
    judge(database, ANNA, findings[0], "accepted")
    judge(database, BO, findings[0], "rejected", expected=0)
    database.write(lambda c: decide.comment(c, ANNA, key(), findings[1], "Åh, 😀"))
    with database.reading() as connection:
        lines = list(dump(connection))
    other = Database.at(tmp_path / "other.db")
    other.migrate()
    other.write(lambda c: restore(c, lines))
    with database.reading() as here, other.reading() as there:
        for table in ("findings", "slots", "events", "excerpts", "duties", "credits"):
            columns = list(Base.metadata.tables[table].c)
            rows = [sorted(map(repr, c.execute(select(*columns)))) for c in (here, there)]
            assert rows[0] == rows[1], table
        assert verify(there)[1] == []
        assert queue.ids_of(there, View(q="konsulter"), "anna") == [findings[1]]
    with pytest.raises(ReviewError):
        other.write(lambda c: restore(c, lines))
    other.close()
    third = Database.at(tmp_path / "third.db")
    third.migrate()
    for short in (lines[:-1], [*lines[:-2], lines[-1]]):
        with pytest.raises(LogBroken):
            third.write(lambda c, some=short: restore(c, some))
    third.close()


def test_migrations_make_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        changes = compare_metadata(context, Base.metadata)
    of_ours = [change for change in changes if "search" not in repr(change)]
    assert of_ours == []
    database.migrate()  # once more changes nothing


def test_what_does_not_exist_is_refused(database: Database) -> None:
    with pytest.raises(NotHere):
        judge(database, ANNA, "f" * 24, expected=0)
    assert sound(database)


def test_commands(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    database = Database.at(run / "review.db")
    database.migrate()
    take_in(database, run)
    judge(database, ANNA, ids(database)[0])
    database.close()
    out, log, fresh = tmp_path / "ut.jsonl", tmp_path / "log.jsonl", tmp_path / "fresh"
    fresh.mkdir()

    def call(*arguments: object) -> object:
        result = CliRunner().invoke(cli, ["review", *map(str, arguments)], standalone_mode=False)
        if result.exception:
            raise result.exception
        return result.return_value

    assert call("verify", run) == ExitCode.OK
    call("export", run, "--out", out)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 14 and sum(line["verdict"] == "rejected" for line in lines) == 1
    with pytest.raises(UsageError):
        call("export", run, "--format", "log", "--out", log)
    call("export", run, "--format", "log", "--unmasked", "--out", log)
    call("restore", fresh, log)
    assert call("verify", fresh) == ExitCode.OK
    call("add-user", run, "dag", "--role", "admin", "--password", "tolv tecken långt")
    call("import", run, out, "--reviewer", "dag")
    database = Database.at(run / "review.db")
    database.write(
        lambda c: c.execute(text("UPDATE events SET actor = 'x' WHERE seq = 2")) and None
    )
    database.close()
    assert call("verify", run) == ExitCode.SOME_FAILED
    with pytest.raises(UsageError):
        take_in(Database.at(tmp_path / "x.db"), tmp_path)
