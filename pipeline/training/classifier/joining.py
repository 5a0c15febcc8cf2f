"""Two sentences read as one: real ones are long, lose their full stop, or stand in columns.

Writers of invented text keep their sentences short, and a page's layout mixes the lines of its
columns. So some sentences that are learned from run on into the next, or take turns with it, a few
words each; what is made of two holds the labels of both.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from pipeline.training.classifier.drawing import drawn
from pipeline.training.corpus_data import Gold, LabelledSentence

MOST_WORDS = 50
"""Of both together."""
LINKS = (" ", ", ", "; ", ", och ", " samt ", " – ")
MIXED = 0.3
"""Of the joined, those whose words stand as in two columns."""
LINE = (4, 8)
"""Words of a column's line, fewest and most."""
_ENDS_FIRMLY = re.compile(r"[?!:;]$|\.\w+\.$")
"""A question, a colon, an abbreviation: no comma can take the place of this."""


def joined(sentences: Sequence[LabelledSentence], share: float) -> list[LabelledSentence]:
    """Return the sentences, some of them joined with the one that follows: always the same.

    `share` of them are drawn, 0 to 1; one that nothing follows, or that would have more than
    `MOST_WORDS` words, stays as it is. The one that follows keeps a row of its own, where it may
    be joined in turn.
    """
    following = [*sentences[1:], None]
    return [
        _together(one, other)
        if other and drawn(f"joined:{one.example.text}") < share and _goes_on(one, other)
        else one
        for one, other in zip(sentences, following, strict=True)
    ]


def _goes_on(one: LabelledSentence, other: LabelledSentence) -> bool:
    words = len(one.example.text.split()) + len(other.example.text.split())
    same = one.document == other.document and one.example.after == other.example.text
    return same and words <= MOST_WORDS


def _together(one: LabelledSentence, other: LabelledSentence) -> LabelledSentence:
    chance = random.Random(one.example.text)
    make = _mixed if chance.random() < MIXED else _run_on
    example = replace(
        one.example,
        text=make(one.example.text, other.example.text, chance),
        after=other.example.after,
    )
    halves = (one, other)
    certain = {g.label for half in halves for g in half.gold if g.label not in half.disputed}
    disputed = (one.disputed | other.disputed) - certain
    return replace(one, example=example, gold=_both(one.gold, other.gold), disputed=disputed)


def _run_on(one: str, other: str, chance: random.Random) -> str:
    link = chance.choice(LINKS)
    if _ENDS_FIRMLY.search(one):
        return f"{one} {other}"
    if not link.isspace() and other[1:2].islower():
        other = other[0].lower() + other[1:]
    return one.removesuffix(".") + link + other


def _mixed(one: str, other: str, chance: random.Random) -> str:
    width = min(chance.randint(*LINE), max(1, len(one.split()) - 1))
    columns = (
        [words[i : i + width] for i in range(0, len(words), width)]
        for words in (one.split(), other.split())
    )
    return " ".join(word for lines in zip_longest(*columns, fillvalue=[]) for word in chain(*lines))


def _both(one: Sequence[Gold], other: Sequence[Gold]) -> tuple[Gold, ...]:
    """The labels of both; where both have one, the status and scope of either count as right."""
    found = {gold.label: gold for gold in one}
    for gold in other:
        had = found.get(gold.label, gold)
        found[gold.label] = Gold(
            gold.label,
            tuple(dict.fromkeys((*had.statuses, *gold.statuses))),
            tuple(dict.fromkeys((*had.scopes, *gold.scopes))),
        )
    return tuple(found.values())
