"""Slips of the pen in what a network learns from."""

from __future__ import annotations

from pipeline.training.classifier.misspelling import misspelt

SENTENCES = [
    f"Under {year} anlitades konsulter, och Socialnämnden i Ånge antog nya mål (dnr {year}:4)."
    for year in range(1900, 2100)
]


def test_as_many_sentences_as_asked_have_slips_and_always_the_same() -> None:
    assert [misspelt(one, 0.0) for one in SENTENCES] == SENTENCES
    once, again = ([misspelt(one, 0.5) for one in SENTENCES] for _ in range(2))
    assert once == again
    changed = sum(one != other for one, other in zip(once, SENTENCES, strict=True))
    assert 40 < changed < 100  # of half of them, some are lucky


def test_a_slip_is_small_and_spares_names_and_numbers() -> None:
    for sentence in SENTENCES:
        old, new = sentence.split(), misspelt(sentence, 1.0).split()
        assert len(new) == len(old)
        for before, after in zip(old, new, strict=True):
            assert abs(len(after) - len(before)) <= 1 and after[0] == before[0]
            if not before.strip(",.()").isalpha() or len(before.strip(",")) < 5:
                assert after == before
        assert new[5][0] == "S" and new[7] == "Ånge"


def test_every_kind_of_slip_occurs() -> None:
    seen = {misspelt(sentence, 1.0).split()[2] for sentence in SENTENCES}
    lengths = {len(word) - len("anlitades") for word in seen}
    assert lengths == {-1, 0, 1} and "anlitades" in seen and len(seen) > 12
