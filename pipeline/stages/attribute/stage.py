"""The attribute stage: reads who a document is by, then credits its findings one by one.

The classifier sees a sentence and its neighbours; what it predicts as scope is checked against
the whole document. It is corrected in six cases, and in no other:

1. `named`, but the sentence's subject is a quantity of bodies ("flera kommuner"): `some`, or `all`.
2. `named`, but neither sentence, heading, context nor document gives a name, in a text about a
   group: `some`.
3. `some` or `all` in a text by or about one body, with no word for a group of bodies: `named`
   (the passive in a municipality's own memo is that municipality's).
4. `all`, but the words count some of the bodies ("flera kommuner"): `some`.
5. `some` or `all`, where named bodies are the subject and no quantity or group is: `named`.
6. `other` in a document about municipalities, where neither the sentence nor the one before names
   anybody else: read as `named`, and then as above.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.document import Document, Finding, Quantity, Scope, Sentence
from pipeline.gazetteer import Gazetteer
from pipeline.stages.attribute.credit import NOBODY, Credit, credits
from pipeline.stages.attribute.outsiders import names_outsider
from pipeline.stages.attribute.quantities import (
    find_quantity,
    is_of_all,
    names_bodies,
    names_group,
)
from pipeline.stages.attribute.reading import Reading
from pipeline.stages.attribute.subject import Standing, standing_of
from pipeline.stages.attribute.years import year_of_sentence

MAX_WORDS_BEFORE_SUBJECT = 3
"""A quantity this near a sentence's start is its subject ("I flera kommuner …")."""


class Attribute:
    """The stage that adds `subject` and completes findings: municipalities, quantity, year."""

    name = "attribute"
    version = "3"

    def __init__(self) -> None:
        self.gazetteer = Gazetteer.load()

    def __call__(self, document: Document) -> Document:
        """Credit every finding; ids, labels, statuses and scores stay as they are."""
        reading = Reading.of(document, self.gazetteer)
        standing = standing_of(reading)
        sentences = document.sentences
        before = [None, *sentences][: len(sentences)]
        by_start = {
            sentence.start: _Place(sentence, previous, credit)
            for sentence, previous, credit in zip(
                sentences, before, credits(reading, standing), strict=True
            )
        }
        findings = tuple(
            _attributed(finding, by_start.get(finding.span.start), document, standing)
            for finding in document.findings
        )
        return replace(document, findings=findings, subject=standing.subject)


@dataclass(frozen=True, slots=True)
class _Place:
    sentence: Sentence
    before: Sentence | None
    credit: Credit


def _attributed(
    finding: Finding, place: _Place | None, document: Document, standing: Standing
) -> Finding:
    text = document.text[finding.span.start : finding.span.end]
    credit = place.credit if place else NOBODY
    heading = place.sentence.heading if place else ""
    quantity = find_quantity(text)
    before = place.before if place else None
    said_before = document.text[before.start : before.end] if before else ""
    about = _Texts(text, said_before, standing)
    scope = _corrected_scope(finding.scope, credit, quantity, about)
    year = year_of_sentence(text, heading, finding.status, standing.subject.year)
    completed = replace(finding, scope=scope, year=year)
    if scope == "named":
        return replace(completed, municipalities=credit.codes, basis=credit.basis)
    if scope == "other":
        return completed
    members = _members(quantity, standing) if scope == "all" else ()
    return replace(
        completed,
        quantity=quantity,
        municipalities=members,
        basis="all_members" if members else "none",
    )


@dataclass(frozen=True, slots=True)
class _Texts:
    sentence: str
    before: str
    standing: Standing

    @property
    def others_are_not_named(self) -> bool:
        """Whether the document is about municipalities, and names nobody else here."""
        said = f"{self.before} {self.sentence}"
        outsider = names_outsider(said, we_are_inside=self.standing.is_author)
        return bool(self.standing.subject.covered) and not outsider


def _corrected_scope(
    scope: Scope, credit: Credit, quantity: Quantity | None, about: _Texts
) -> Scope:
    if scope == "other":
        if not about.others_are_not_named:
            return scope
        scope = "named"
    one = about.standing.of_one
    boards = not one or any("-" in code for code in about.standing.subject.covered)
    counted = quantity is not None and (not one or names_bodies(quantity, boards=boards))
    if scope == "named":
        unnamed = credit.basis != "sentence"
        if counted and quantity and unnamed and _is_subject(quantity, about.sentence):
            if credit.codes and quantity.count == quantity.of == len(credit.codes):
                return scope
            return "all" if is_of_all(quantity) else "some"
        nobody = not credit.codes and not one and not about.standing.of_unnamed
        return "some" if nobody else scope
    if counted and quantity and scope == "all" and not is_of_all(quantity):
        return "some"
    if one:
        return scope if counted or names_group(about.sentence, boards=boards) else "named"
    named = credit.basis == "sentence" and credit.codes
    return "named" if named and not quantity and not names_group(about.sentence) else scope


def _is_subject(quantity: Quantity, sentence: str) -> bool:
    """Whether the quantity opens the sentence, but for a preposition or an adverb."""
    words = re.sub(r"\s+", " ", sentence)
    before = words.split(quantity.text, 1)[0].split()
    outside = {"med", "från", "till", "som", "än", "mot", "av"}
    return len(before) <= MAX_WORDS_BEFORE_SUBJECT and not outside & {w.casefold() for w in before}


def _members(quantity: Quantity | None, standing: Standing) -> tuple[str, ...]:
    """The bodies of "samtliga sex kommuner", where the document names just as many."""
    covered = standing.subject.covered
    if standing.of_one or quantity is None or quantity.count != quantity.of:
        return ()
    return covered if quantity.count == len(covered) else ()
