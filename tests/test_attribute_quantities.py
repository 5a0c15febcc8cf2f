"""Quantities of bodies: the bed, and what counts something else."""

import json
from pathlib import Path

import pytest

from pipeline.stages.attribute.numbers import percent_of_every, percent_of_fraction, value_of
from pipeline.stages.attribute.quantities import find_quantity, is_of_all, names_bodies

BED = Path(__file__).parent / "beds" / "quantities.jsonl"


def test_bed() -> None:
    rows = [json.loads(line) for line in BED.read_text(encoding="utf-8").splitlines()]
    wrong = []
    for row in rows:
        found, gold = find_quantity(row["text"]), row["quantity"]
        got = (found.count, found.of, found.percent) if found else None
        if got != ((gold["count"], gold["of"], gold["percent"]) if gold else None):
            wrong.append((row["text"], found))
        elif found and gold["words"]:
            assert found.text == gold["words"]
    assert sum(row["quantity"] is not None for row in rows) >= 60
    assert len(wrong) <= 0.05 * len(rows), wrong


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("noll", 0),
        ("tjugotre", 23),
        ("etthundratjugo", 120),
        ("sjuttioen", 71),
        ("39", 39),
        ("1 200", 1200),
        ("tiotal", 10),
        ("dussin", 12),
        ("kommun", None),
    ],
)
def test_numbers(word: str, value: int | None) -> None:
    assert value_of(word) == value


def test_every_number_below_a_thousand_that_is_written_out() -> None:
    tens = ["", "", *"tjugo trettio fyrtio femtio sextio sjuttio åttio nittio".split()]
    units = " ett två tre fyra fem sex sju åtta nio".split(" ")
    for ten in range(2, 10):
        for unit in range(10):
            assert value_of(tens[ten] + units[unit]) == 10 * ten + unit
            sentence = f"{(tens[ten] + units[unit]).capitalize()} kommuner har infört BBIC."
            quantity = find_quantity(sentence)
            assert quantity is not None
            assert quantity.count == 10 * ten + unit


def test_shares() -> None:
    assert percent_of_fraction("två tredjedelar") == 67
    assert percent_of_fraction("hälften") == 50
    assert percent_of_every("annan") == 50
    assert percent_of_every("tredje") == 33


def test_a_rough_rate_is_a_share() -> None:
    rough = find_quantity("Nästan nio av tio kommuner har en plan.")
    assert rough is not None
    assert (rough.count, rough.percent) == (None, 90)
    exact = find_quantity("Nio av tio granskade kommuner har en plan.")
    assert exact is not None
    assert (exact.count, exact.of) == (9, 10)


@pytest.mark.parametrize(
    ("sentence", "words", "numbers"),
    [
        ("Extern handledning finns hos samtliga åtta.", "samtliga åtta", (8, 8)),
        ("Larmet är på plats hos alla utom en.", "alla utom en", (None, None)),
        ("I tre är planen klar.", "tre", (3, None)),
        ("Formulären har provats av fem.", "fem", (5, None)),
        ("Kontakterna är informella i de övriga.", "de övriga", (None, None)),
        ("Sex av de sju deltar i upphandlingen.", "Sex av de sju", (6, 7)),
        ("De två kommuner där planen saknas ska skriva en.", "De två kommuner", (2, None)),
        ("I de mindre kommunerna turas man om.", "de mindre kommunerna", (None, None)),
        ("Andra nöjer sig med en broschyr.", "Andra", (None, None)),
        ("Resterande kommuner tar fram sina i höst.", "Resterande kommuner", (None, None)),
        ("Tjänsten köps in av ett 70-tal kommuner.", "ett 70-tal kommuner", (70, None)),
        ("Planen antogs 2019 av samtliga kommuner.", "samtliga kommuner", (None, None)),
    ],
)
def test_of_those_spoken_of_before(
    sentence: str, words: str, numbers: tuple[int | None, int | None]
) -> None:
    found = find_quantity(sentence)
    assert found is not None
    assert found.text == words
    assert (found.count, found.of) == numbers


@pytest.mark.parametrize(
    "sentence",
    [
        "Avgiften steg från tre till fem.",
        "Arvodet har höjts för att fler ska vilja ta uppdrag.",
        "I två år har enheten haft en metodhandledare.",
        "Ett gemensamt råd har bildats med landets största kommun.",
    ],
)
def test_what_counts_nobody(sentence: str) -> None:
    assert find_quantity(sentence) is None


def test_kinds() -> None:
    everybody = find_quantity("Samtliga åtta kommuner har en krisplan.")
    some = find_quantity("Sju av dessa har en krisplan.")
    assert everybody is not None
    assert some is not None
    assert is_of_all(everybody)
    assert names_bodies(everybody)
    assert not is_of_all(some)
    assert not names_bodies(some)
