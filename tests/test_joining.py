"""Two sentences that a network reads as one."""

from __future__ import annotations

from dataclasses import replace

from pipeline.stages.classify.examples import in_sequence
from pipeline.training.classifier.joining import MOST_WORDS, joined
from pipeline.training.corpus_data import Gold, LabelledSentence

TEXTS = [
    f"Under {year} anställdes två handläggare, och nämnden antog nya mål för enheten."
    for year in range(1900, 2100)
]
HIRED = Gold("recruitment", ("taken",), ("named",))
PLANNED = Gold("recruitment", ("planned",), ("named",))
AIMS = Gold("planning_followup", ("taken",), ("some",))
SENTENCES = [
    LabelledSentence(example, (HIRED,) if row % 2 else (PLANNED, AIMS), f"document {row // 20}")
    for row, example in enumerate(in_sequence(TEXTS, [f"{row // 20}" for row in range(200)]))
]


def pairs() -> list[tuple[LabelledSentence, LabelledSentence, LabelledSentence]]:
    """What was joined, what follows it, and what became of both."""
    found = zip(SENTENCES, SENTENCES[1:], joined(SENTENCES, 1.0), strict=False)
    return [(one, other, both) for one, other, both in found if both != one]


def test_as_many_as_asked_are_joined_and_always_the_same() -> None:
    assert joined(SENTENCES, 0.0) == SENTENCES
    once, again = (joined(SENTENCES, 0.5) for _ in range(2))
    assert once == again
    assert 70 < sum(one != other for one, other in zip(once, SENTENCES, strict=True)) < 120


def test_every_word_of_both_is_there_and_every_label() -> None:
    assert len(pairs()) == 190  # the last of each document is followed by nothing
    for one, other, both in pairs():
        words = both.example.text.replace(", och under", " under").replace("samt under", "under")
        plain = [word.strip(".,;–").lower() for word in words.split() if word.strip(".,;–")]
        of_both = f"{one.example.text} {other.example.text}".split()
        assert sorted(plain) == sorted(word.strip(".,").lower() for word in of_both)
        assert (both.example.before, both.example.after) == (
            one.example.before,
            other.example.after,
        )
        status = {gold.label: set(gold.statuses) for gold in both.gold}
        assert status == {"recruitment": {"taken", "planned"}, "planning_followup": {"taken"}}


def test_some_run_on_and_some_stand_in_columns() -> None:
    run_on = [both.example.text.startswith(one.example.text[:-1]) for one, _, both in pairs()]
    assert 100 < sum(run_on) < 160


def test_what_would_be_too_long_stays() -> None:
    long = " ".join(TEXTS[:4])
    assert len(long.split()) < MOST_WORDS
    one, other = (
        replace(sentence, example=example)
        for sentence, example in zip(
            SENTENCES, in_sequence([long, TEXTS[5]], ["", ""]), strict=False
        )
    )
    assert joined([one, other], 1.0) == [one, other]


def together(one: str, other: str) -> set[str]:
    """What may become of two sentences, as chance falls."""
    found = set()
    for number in range(60):
        texts = [one.replace("0", str(number)), other]
        pair = [LabelledSentence(example, (), "d") for example in in_sequence(texts, ["", ""])]
        found.add(joined(pair, 1.0)[0].example.text.replace(str(number), "0"))
    return found


def test_acronyms_keep_their_capitals_and_questions_their_mark() -> None:
    runs = together("Nämnden antog mål 0.", "SKR och Ivar stod bakom.")
    assert "Nämnden antog mål 0, SKR och Ivar stod bakom." in runs
    assert not any("sKR" in run for run in runs)
    assert "Nämnden antog mål 0, det var allt." in together("Nämnden antog mål 0.", "Det var allt.")
    asked = together("Finns det 0 mål?", "Svaret är nej.")
    assert "Finns det 0 mål? Svaret är nej." in asked
    assert not any("?," in run or "?;" in run for run in asked)


def test_a_label_that_one_half_is_sure_of_is_not_disputed() -> None:
    texts = in_sequence(TEXTS[:2], ["", ""])
    doubtful = LabelledSentence(texts[0], (), "d", frozenset({"recruitment", "routines"}))
    sure = LabelledSentence(texts[1], (HIRED,), "d")
    (both, _) = joined([doubtful, sure], 1.0)
    assert both.gold == (HIRED,) and both.disputed == {"routines"}
