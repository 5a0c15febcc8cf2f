"""What the review page rests on, without a database: log, standing, undo, figures, masking."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.review import events, texts
from pipeline.review.accounts import ROLE_NEEDED
from pipeline.review.agreement import agreement
from pipeline.review.app import create_app
from pipeline.review.errors import Refused
from pipeline.review.events import Change, Event, Head, Origin, replay, seal
from pipeline.review.folding import fold, words_of
from pipeline.review.history import Action, stacks
from pipeline.review.judgement import (
    InvalidJudgement,
    Judgement,
    Suggestion,
    checked,
    no_municipality,
)
from pipeline.review.keys import KEYS, usable
from pipeline.review.masking import mask, mask_all
from pipeline.review.precision import precision
from pipeline.review.standing import CODERS, RULING, SHARED, opinion_of, standing

ORIGIN = Origin("a1", "judge", "anna", "2024-05-02T10:00:00.000+00:00", 1200, "m1", "c1")
ACCEPTED = Judgement("anna", "accepted", Suggestion("funding", "taken", "named", ("1470",)))


def a_log(length: int = 6) -> list[Event]:
    """A log in which one finding's slot changes again and again."""
    log: list[Event] = []
    head, before = Head(), None
    for n in range(length):
        after = {"by": "anna", "verdict": "rejected", "n": n}
        log += seal(head, ORIGIN, [Change("f1", SHARED, before, after)])
        head, before = Head(log[-1].seq, log[-1].hash), after
    return log


def test_a_log_that_nobody_touched_has_no_faults() -> None:
    log = a_log()
    state, head, faults = replay(log)
    assert faults == [] and head == Head(6, log[-1].hash)
    assert state["f1", SHARED].value == log[-1].after
    assert state["f1", SHARED].version == 6


@pytest.mark.parametrize("at", range(6))
def test_an_edited_event_shows(at: int) -> None:
    log = a_log()
    for name, value in (("actor", "bo"), ("after", {"by": "x"}), ("millis", 1), ("at", "2023")):
        changed = [*log[:at], replace(log[at], **{name: value}), *log[at + 1 :]]
        assert replay(changed)[2]
    forged = replace(log[at], actor="bo")
    forged = replace(forged, hash=events.digest(forged))  # also its hash made to fit
    _, head, faults = replay([*log[:at], forged, *log[at + 1 :]])
    assert faults or (at == 5 and head.hash != log[-1].hash)


@pytest.mark.parametrize("at", range(5))
def test_a_dropped_or_moved_event_shows(at: int) -> None:
    log = a_log()
    assert replay([*log[:at], *log[at + 1 :]])[2]
    swapped = [*log[:at], log[at + 1], log[at], *log[at + 2 :]]
    assert replay(swapped)[2]


def test_standing_follows_the_slots() -> None:
    mine = ACCEPTED.as_value()
    theirs = Judgement("bo", "rejected").as_value()
    assert standing({}).place == "open"
    assert standing({SHARED: mine}).outcome == ACCEPTED
    assert standing({SHARED: mine, opinion_of("bo"): theirs}).place == "disagreed"
    assert standing({SHARED: mine | {"by": "bo"}, opinion_of("anna"): mine}).place == "reviewed"
    taken_back = standing({SHARED: mine, opinion_of("anna"): None})
    assert taken_back.voices == {"anna": ACCEPTED}  # no opinion of her own any more
    ruled = standing({SHARED: mine, opinion_of("bo"): theirs, RULING: theirs})
    assert ruled.place == "reviewed" and ruled.outcome and ruled.outcome.verdict == "rejected"
    doubted = Judgement("cilla", "unsure").as_value()
    passed_on = standing({SHARED: mine, opinion_of("bo"): theirs, RULING: doubted})
    assert passed_on.place == "unsure" and passed_on.to_rule  # neither confirmed nor rejected
    assert standing({SHARED: Judgement("bo", "unsure").as_value()}).place == "unsure"


def test_double_coding_waits_for_every_coder() -> None:
    coders = {"users": ["anna", "bo"]}
    mine = {opinion_of("anna"): ACCEPTED.as_value()}
    assert standing({CODERS: coders}).place == "open"
    assert standing({CODERS: coders, **mine}).place == "waiting"
    same = {opinion_of("bo"): ACCEPTED.as_value() | {"by": "bo"}}
    assert standing({CODERS: coders, **mine, **same}).place == "reviewed"
    other = {opinion_of("bo"): Judgement("bo", "rejected").as_value()}
    assert standing({CODERS: coders, **mine, **other}).place == "disagreed"


def test_undo_and_redo_stacks() -> None:
    told = [
        Action("1", "judge"),
        Action("2", "bulk"),
        Action("3", "undo", "2"),
        Action("4", "undo", "1"),
        Action("5", "redo", "1"),
    ]
    assert stacks(told) == (["1"], ["2"])
    assert stacks([*told, Action("6", "judge")]) == (["1", "6"], [])


@given(st.lists(st.sampled_from(["do", "undo", "redo"]), max_size=30))
def test_undo_and_redo_like_two_stacks(moves: list[str]) -> None:
    done: list[str] = []
    undone: list[str] = []
    log: list[Action] = []
    for n, move in enumerate(moves):
        if move == "do":
            log.append(Action(str(n), "judge"))
            done, undone = [*done, str(n)], []
        elif move == "undo":
            target = done.pop() if done else None
            undone += [target] if target else []
            log.append(Action(str(n), "undo", target))
        else:
            target = undone.pop() if undone else None
            done += [target] if target else []
            log.append(Action(str(n), "redo", target))
    assert stacks(log) == (done, undone)


def test_judgements_hold_to_the_codebook() -> None:
    good = Suggestion("funding", "taken", "named", ("1470",))
    assert checked("anna", "accepted", good, {"1470"}).content == good
    assert checked("anna", "rejected", good, {"1470"}).content is None
    for verdict, content in (
        ("maybe", good),
        ("accepted", None),
        ("accepted", replace(good, label="x")),
        ("accepted", replace(good, municipalities=("9999",))),
    ):
        with pytest.raises(InvalidJudgement):
            checked("anna", verdict, content, {"1470"})
    assert Judgement.from_value(ACCEPTED.as_value()) == ACCEPTED


def test_krippendorff_as_published() -> None:
    """The nominal example of Krippendorff (2011), section C: alpha 0.743 over eleven units."""
    observers = (
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )
    rows = [line.split() for line in observers]
    units = [[row[n] for row in rows if row[n] != "."] for n in range(12)]
    found = agreement(units)
    assert found.units == 11
    assert found.alpha == pytest.approx(0.743, abs=0.0005)
    assert agreement([["a", "a"], ["a", "a"]]).alpha is None
    assert agreement([["a", "a"], ["b", "b"]]).alpha == 1.0
    assert agreement([["a"]]).percent is None


def test_precision_and_what_is_missing() -> None:
    known = precision(90, 100, 10_000)
    assert known.value == 0.9
    assert (known.low, known.high) == pytest.approx((0.8256, 0.9448), abs=5e-4)  # Wilson
    assert 250 < known.needed < 400
    assert precision(0, 0, 50).needed == 48  # nearly all of fifty
    assert precision(50, 50, 50).needed == 0
    assert precision(0, 0, 0).needed == 0


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("811218-9876", True),
        ("19811218-9876", True),
        ("198112189876", True),
        ("811218+9876", True),
        ("811278-9873", True),  # coordination number: day 18 + 60
        ("811218 - 9876", True),
        ("811218-\n9876", True),
        ("19811218  9876", True),
        ("811218-\n        9876", True),  # one blank where the sentence is shown, but not in `raw`
        ("811218\u22129876", True),
        ("811218-9875", False),  # wrong check digit
        ("811318-9876", False),  # no such month
        ("8112189876543", False),
        ("600 000", False),
        ("811218      9876", False),
    ],
)
def test_personal_numbers_are_masked(text: str, hidden: bool) -> None:
    masked = mask(f"Anna {text}, född")
    assert len(masked) == len(f"Anna {text}, född")
    assert (text not in masked) is hidden
    assert mask_all({"a": [text]})["a"] != [text] if hidden else True


def test_folding() -> None:
    assert fold("Åtgärder för ÖPPENVÅRD é") == "atgarder for oppenvard e"
    assert words_of('öppen* OR "x" -- ;', folded=False) == ["öppen", "or", "x"]


def test_every_word_of_the_interface_has_english() -> None:
    folder = Path(texts.__file__).parent / "templates"
    used = {about for _, about in KEYS.values()}
    everything = "\n".join(used)
    for path in folder.glob("*.html"):
        content = path.read_text(encoding="utf-8")
        everything += content
        used |= {m.group(2) for m in re.finditer(r"\b_\(([\"'])(.*?)\1\s*[,)]", content)}
    assert used - texts.ENGLISH.keys() == set()
    assert [swedish for swedish in texts.ENGLISH if swedish not in everything] == []
    assert all(
        set(re.findall(r"{\w+}", k)) == set(re.findall(r"{\w+}", v))
        for k, v in texts.ENGLISH.items()
    )


def test_every_refusal_has_swedish() -> None:
    """Sentences are constants, with facts in braces: read from the code, subclasses and calls."""
    assert create_app  # all modules are loaded
    refusals = [Refused, *subclasses(Refused)]
    names = {kind.__name__ for kind in refusals}
    said = {kind.remedy for kind in refusals} | set(ROLE_NEEDED.values())
    for path in Path(texts.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in names:
                remedies = [word.value for word in call.keywords if word.arg == "remedy"]
                for sentence in (call.args[0], *remedies):
                    if not isinstance(sentence, ast.Subscript):  # of ROLE_NEEDED
                        assert isinstance(sentence, ast.Constant), f"{path}:{call.lineno}"
                        said.add(sentence.value)
    assert said == texts.REFUSALS.keys()
    for english, swedish in texts.REFUSALS.items():
        fields = [set(re.findall(r"{(\w+)", sentence)) for sentence in (english, swedish)]
        assert fields[0] == fields[1], english


def subclasses(kind: type[Refused]) -> Iterator[type[Refused]]:
    for under in kind.__subclasses__():
        yield under
        yield from subclasses(under)


def test_a_refusal_is_told_in_both_languages() -> None:
    error = no_municipality("Kihl")
    assert texts.explain(error, "en")[0] == "no municipality 'Kihl'"
    assert texts.explain(error, "sv") == (
        "det finns ingen kommun ”Kihl”",
        "Se över hur namnet är stavat.",
    )


def test_keys_are_one_an_action() -> None:
    assert usable({})
    assert not usable({"accept": "n"})
    assert usable({"accept": "g"})
