"""Edits by rule."""

from __future__ import annotations

import pytest

from pipeline.stages.restore.normalise import normalise

KNOWN = frozenset(("ensamkommande", "stockholmsregionen", "nord-sverige"))


def known(word: str) -> bool:
    return word in KNOWN


@pytest.mark.parametrize(
    ("raw", "text", "kinds"),
    [
        ("ensam-\nkommande barn", "ensamkommande barn", {"hyphen"}),
        ("ensam- \n  kommande barn", "ensamkommande barn", {"hyphen"}),
        ("Stockholms-\nregionen", "Stockholmsregionen", {"hyphen"}),
        ("IT-\nstöd", "IT-stöd", {"hyphen"}),
        ("barn-\noch ungdomsvård", "barn-\noch ungdomsvård", set()),
        ("2013-\n2014", "2013-\n2014", set()),
        ("Rubrik -\nnästa rad", "Rubrik -\nnästa rad", set()),
        ("Nord-\nSverige", "Nord-Sverige", {"hyphen"}),
        ("e\ufb00ekt och \ufb01nans", "effekt och finans", {"ligature"}),
        ("ko\u00admmun", "kommun", {"invisible"}),
        ("a\u030atga\u0308rd", "åtgärd", {"nfc"}),
        ("a\u00ad\u030a", "å", {"invisible+nfc", "nfc", "invisible"}),
        ("10\u00a0000 kronor", "10 000 kronor", {"space"}),
        ("ensam\u00ad\nkommande", "ensam\nkommande", {"invisible"}),
    ],
)
def test_rules(raw: str, text: str, kinds: set[str]) -> None:
    offsets = normalise(raw, known)
    assert offsets.apply(raw) == text
    assert {edit.kind for edit in offsets.edits} <= kinds
    assert offsets.revert(text) == raw
    assert normalise(text, known).edits == ()


def test_broken_words_stay_broken_unless_asked() -> None:
    assert normalise("ensam-\nkommande", None).edits == ()
