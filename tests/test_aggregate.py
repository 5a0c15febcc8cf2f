"""Counts add up, nothing unread vanishes, and neither order nor division of the runs matters."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import TEXTS, Part, collections, run_of

from pipeline.aggregate import Aggregate, aggregate, by_municipality, outputs, passing
from pipeline.aggregate.decisions import Decisions
from pipeline.aggregate.duplicates import fold
from pipeline.aggregate.merge import Run, merge, read_run
from pipeline.aggregate.outputs import tables_of, write
from pipeline.errors import UsageError
from pipeline.evaluation.synthetic import Size, document, finding, invent
from pipeline.gazetteer import Gazetteer
from pipeline.tables import FINDINGS, as_table

GAZETTEER = Gazetteer.load()
KEY = ("label", "status", "year")


def count_of(parts: list[Part], **options: Any) -> Aggregate:
    return aggregate([run_of(parts)], GAZETTEER, **options)


def totals(result: Aggregate, level: str, column: str) -> Counter[tuple[Any, ...]]:
    """Sums of a column of the roll-up by code, label, status and year."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for row in result.rollup.to_pylist():
        if row["level"] == level:
            counted[(row["code"], *(row[name] for name in KEY))] += row[column]
    return counted


@given(collections())
@settings(max_examples=60, deadline=None)
def test_counts_add_up_across_every_roll_up(parts: list[Part]) -> None:
    result = count_of(parts)
    units = [
        (row["municipality_code"], row["county_code"], row)
        for row in result.municipalities.to_pylist()
    ]
    units += [
        (row["code"], row["code"], row)
        for row in result.rollup.to_pylist()
        if row["level"] == "region"
    ]
    by_county: Counter[tuple[Any, ...]] = Counter()
    nation: Counter[tuple[Any, ...]] = Counter()
    for _, county, row in units:
        key = tuple(row[name] for name in KEY)
        by_county[(county, *key)] += row["findings"]
        nation[("SE", *key)] += row["findings"]
    assert totals(result, "county", "credits") == by_county
    assert totals(result, "nation", "credits") == nation
    assert +totals(result, "total", "credits") == Counter(
        {("total", *key[1:]): n for key, n in nation.items()}
    )
    for column in ("findings", "distinct_findings", "as_member"):
        credited = totals(result, "nation", column)
        alone = totals(result, "uncredited", column)
        whole = totals(result, "total", column)
        assert sum(whole.values()) == sum(credited.values()) + sum(alone.values())
    assert sum(totals(result, "total", "findings").values()) == sum(len(f) for _, f in parts)
    collective = [f for _, rows in parts for f in rows if not f["municipality_codes"]]
    assert result.collective.num_rows == sum(f["scope"] in ("all", "some") for f in collective)


@given(collections())
@settings(max_examples=40, deadline=None)
def test_each_cell_is_what_a_plain_count_gives(parts: list[Part]) -> None:
    expected: dict[tuple[Any, ...], dict[str, Any]] = defaultdict(dict)
    for _, rows in parts:
        for row in rows:
            for code in {code[:4] for code in row["municipality_codes"] if len(code) > 2}:
                expected[(code, *(row[name] for name in KEY))][row["finding_id"]] = row
    rows = count_of(parts).municipalities.to_pylist()
    assert len(rows) == len(expected)
    for row in rows:
        cell = expected[(row["municipality_code"], *(row[name] for name in KEY))]
        scores = [one["score"] for one in cell.values()]
        assert row["evidence"] == sorted(cell)
        assert row["findings"] == len(cell)
        assert row["documents"] == len({one["document_id"] for one in cell.values()})
        assert row["highest_score"] == max(scores)
        assert row["mean_score"] == pytest.approx(sum(scores) / len(scores), abs=1e-4)
        assert 1 <= row["distinct_findings"] <= row["findings"]


@given(collections(), st.data())
@settings(max_examples=60, deadline=None)
def test_order_and_parts_make_no_difference(parts: list[Part], data: st.DataObject) -> None:
    whole = merge([run_of(parts)])
    # Every document lands in one run or more; runs come in any order; some are merged beforehand.
    runs: dict[int, list[Part]] = {n: [] for n in range(3)}
    for part in parts:
        for n in data.draw(st.sets(st.integers(0, 2), min_size=1)):
            runs[n].append(part)
    order = data.draw(st.permutations(range(3)))
    divided = [run_of(runs[n]) for n in order]
    early = data.draw(st.integers(1, 3))
    divided = [merge(divided[:early]), *divided[early:]]
    expected = aggregate([whole], GAZETTEER)
    result = aggregate(divided, GAZETTEER)
    for name, (table, _) in tables_of(result).items():
        assert table.equals(tables_of(expected)[name][0]), name


@given(collections())
@settings(max_examples=60, deadline=None)
def test_unread_documents_never_vanish(parts: list[Part]) -> None:
    coverage = {row["code"]: row for row in count_of(parts).coverage.to_pylist()}
    unread = [of for of, _ in parts if of["outcome"] == "failed"]
    assert coverage["total"]["unread"] == coverage["unknown"]["unread"] == len(unread)
    assert coverage["total"]["documents"] == len(parts)
    assert coverage["total"]["read"] + coverage["total"]["partly"] == len(parts) - len(unread)
    for of, rows in parts:
        about = {*of["author_codes"], *of["covered_codes"]}
        about |= {code for row in rows for code in row["municipality_codes"]}
        for code in {code.partition("-")[0] for code in about} or {"unknown"}:
            assert coverage[code]["documents"] > 0
    assert sum(row["level"] == "municipality" for row in coverage.values()) == 290


def test_a_document_read_twice_counts_once_and_the_fullest_reading_is_used() -> None:
    full, partly = document("a.pdf"), document("a.pdf", "partly", file="b.pdf")
    early = run_of([(partly, [finding(partly, 9, municipality_codes=["0120"])])], "2025")
    late = run_of([(full, [finding(full, n, municipality_codes=["0120"]) for n in (1, 2)])], "2024")
    result = aggregate([early, late], GAZETTEER)
    (row,) = result.run.documents.to_pylist()
    assert (row["outcome"], row["file"], row["copies"]) == ("read", "a.pdf", ["b.pdf"])
    assert result.run.findings.num_rows == 2
    assert sum(result.municipalities.column("findings").to_pylist()) == 2


def test_of_two_full_readings_the_latest_is_used() -> None:
    of = document("a.pdf")
    old = run_of([(of, [finding(of, 1)])], "2023-05-01T00:00:00+00:00")
    new = run_of([(of, [finding(of, 2)])], "2024-05-01T00:00:00+00:00")
    for runs in ((old, new), (new, old)):
        assert merge(runs).findings.column("start").to_pylist() == [2]


def test_a_content_known_only_as_a_copy_is_unread() -> None:
    lost = document("a.pdf", "copy")
    (row,) = merge([run_of([(lost, [])])]).documents.to_pylist()
    assert row["outcome"] == "failed"


def test_a_finding_in_two_districts_counts_once_for_their_municipality() -> None:
    of = document("a.pdf")
    row = finding(of, municipality_codes=["0180-bromma", "0180-farsta"])
    result = count_of([(of, [row])])
    (municipality,) = result.municipalities.to_pylist()
    assert (municipality["municipality_code"], municipality["findings"]) == ("0180", 1)
    assert [r["code"] for r in result.rollup.to_pylist() if r["level"] == "district"] == [
        "0180-bromma",
        "0180-farsta",
    ]


def test_near_duplicates_are_folded_within_a_document_only() -> None:
    rows = []
    for name in ("a.pdf", "b.pdf"):
        of = document(name)
        rows += [
            finding(of, n, text=text, municipality_codes=["0120"]) for n, text in enumerate(TEXTS)
        ]
    (table,) = by_municipality(as_table(rows, FINDINGS).to_batches(), GAZETTEER)
    (row,) = table.to_pylist()
    assert (row["findings"], row["distinct_findings"]) == (8, 6)


@given(st.lists(st.lists(st.sampled_from("abcdefghij2"), max_size=12).map(" ".join), max_size=12))
@settings(max_examples=200, deadline=None)
def test_folding_finds_every_pair_that_comparing_all_finds(texts: list[str]) -> None:
    sets = [frozenset(text.split()) for text in texts]
    numbers = [words & {"2"} for words in sets]
    label = list(range(len(texts)))
    for _ in texts:  # chains: as often as it takes
        for i, j in itertools.combinations(range(len(texts)), 2):
            alike = 5 * len(sets[i] & sets[j]) >= 4 * len(sets[i] | sets[j])
            if alike and numbers[i] == numbers[j]:
                label[i] = label[j] = min(label[i], label[j])
    assert fold(["k"] * len(texts), texts) == label


@given(collections(), st.integers(1, 5), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_counting_in_passing_gives_the_same_table(
    parts: list[Part], at_once: int, unpacked: int
) -> None:
    """Whatever is read and written at once; a finding that stands twice counts once, too."""
    findings = merge([run_of(parts)]).findings
    numbers = [n for n in range(findings.num_rows) for _ in range(1 + n % 2)]
    twice = findings.take(pa.array(numbers, pa.int64()))
    with mock.patch.object(passing, "_AT_ONCE", unpacked):
        tables = list(by_municipality(twice.to_batches(at_once), GAZETTEER))
    expected = count_of(parts).municipalities
    assert pa.concat_tables([expected.slice(0, 0), *tables]).equals(expected)


def test_reviewers_decisions_are_counted() -> None:
    of = document("a.pdf")
    rows = [finding(of, n, municipality_codes=["0120"]) for n in range(5)]
    ids = [row["finding_id"] for row in rows]
    decisions = Decisions({ids[0]: True, ids[1]: True, ids[2]: False, "elsewhere": True})
    result = count_of([(of, rows)], decisions=decisions)
    (row,) = result.municipalities.to_pylist()
    assert (row["findings"], row["confirmed"], row["rejected"]) == (5, 2, 1)
    assert result.foreign_decisions == 1


def test_an_aggregation_keeps_the_decisions_that_it_was_given(tmp_path: Path) -> None:
    of = document("a.pdf")
    rows = [finding(of, n, municipality_codes=["0120"]) for n in range(3)]
    first, second, third = (row["finding_id"] for row in rows)
    judged = Decisions({first: True, second: False, "elsewhere": True}, frozenset({first}))
    write(count_of([(of, rows)], decisions=judged), tmp_path / "once")
    kept = read_run(tmp_path / "once")
    assert kept.decisions == judged
    (row,) = aggregate([kept], GAZETTEER).municipalities.to_pylist()
    assert (row["confirmed"], row["rejected"]) == (1, 1)
    other = Decisions({third: False})
    (row,) = aggregate([kept], GAZETTEER, decisions=other).municipalities.to_pylist()
    assert (row["confirmed"], row["rejected"]) == (0, 1)
    write(count_of([(of, rows)], decisions=Decisions({first: False})), tmp_path / "other")
    with pytest.raises(UsageError, match="two verdicts"):
        aggregate([kept, read_run(tmp_path / "other")], GAZETTEER)


def test_what_this_version_does_not_know_is_refused() -> None:
    of = document("a.pdf")
    for column, value in (("label", "arson"), ("status", "maybe"), ("scope", "none")):
        with pytest.raises(UsageError, match=value):
            count_of([(of, [finding(of, **{column: value})])])
    with pytest.raises(UsageError, match="9999"):
        count_of([(of, [finding(of, municipality_codes=["9999"])])])
    with pytest.raises(UsageError, match="does not list"):
        count_of([(document("b.pdf"), [finding(of)])])


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two run folders that share documents."""
    base = tmp_path_factory.mktemp("runs")
    first, second = invent(Size(120, 12, municipalities=6)), invent(Size(80, 9, 4), seed=6)
    second.findings += [f for f in first.findings if f["document"] == first.documents[0]["file"]]
    second.documents.append(first.documents[0])
    first.write(base / "first")
    second.write(base / "second")
    return [base / "first", base / "second"]


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_written_bytes_are_the_same_in_any_order_and_in_parts(
    folders: list[Path], tmp_path: Path
) -> None:
    def written(name: str, *runs: Path) -> Path:
        result = aggregate([read_run(run) for run in runs], GAZETTEER)
        write(result, tmp_path / name)
        return tmp_path / name

    first, second = folders
    expected = content(written("one", first, second))
    assert content(written("two", second, first, first)) == expected
    part = written("part", second)
    assert content(written("three", part, first)) == expected
    assert {name.rpartition(".")[2] for name in expected} == {
        "csv", "parquet", "xlsx", "json", "jsonld",
    }  # fmt: skip


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a run folder"):
        read_run(tmp_path)


def test_documents_of_a_run_reach_the_table(folders: list[Path]) -> None:
    run: Run = read_run(folders[0])
    assert run.documents.num_rows == 12
    assert set(run.documents.column("run_finished").to_pylist()) == {"2024-05-02T10:15:00+00:00"}


def test_an_aggregation_that_was_broken_off_may_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = aggregate([run_of([(document("a.pdf"), [])])], GAZETTEER)
    with monkeypatch.context() as patched:
        patched.setattr(outputs, "write_csv", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write(result, tmp_path / "out")
    write(result, tmp_path / "out")
    assert (tmp_path / "out" / "kommunlupp.xlsx").is_file()
