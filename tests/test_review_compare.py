"""A second model beside the one that made the run: figures, test, what would vanish and appear."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from review_reviewers import Reviewed, reviewed, token_in

from pipeline.codebook import LABELS
from pipeline.config import ClassifyConfig
from pipeline.errors import ModelError
from pipeline.resources import model_folder
from pipeline.review import queue
from pipeline.review.compare import Comparison, Judged, Rival, compare, judged_sentences, mcnemar
from pipeline.review.decide import Bulk, Decision, bulk, decide
from pipeline.review.judgement import Suggestion
from pipeline.review.log import Reviewer
from pipeline.review.schema import FindingRow
from pipeline.review.serve import Listen, Models, serve
from pipeline.review.view import View
from pipeline.stages.classify import SHIPPED, Classify, load_model

ANNA = Reviewer("anna", "reviewer")


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Reviewed]:
    """All that the shipped model finds is judged: one rejected, one given another label."""
    with reviewed(tmp_path, find=Classify(ClassifyConfig())) as made:
        with made.database.reading() as connection:
            findings = queue.ids_of(connection, View(), "anna")
        codes = made.app.state.site.names
        other = Suggestion("delegation", "planned", "named")
        for finding, verdict, content in (
            (findings[0], "rejected", None),
            (findings[1], "accepted", other),
        ):
            decision = Decision(uuid.uuid4().hex, finding, 0, verdict, content)
            made.database.write(lambda c, d=decision: decide(c, ANNA, d, codes))
        rest = Bulk(uuid.uuid4().hex, findings[2:], "accepted")
        made.database.write(lambda c: bulk(c, ANNA, rest, codes))
        yield made


def sentences_of(review: Reviewed) -> Judged:
    with review.database.reading() as connection:
        return judged_sentences(connection)


def test_the_runs_own_model_changes_nothing(review: Reviewed) -> None:
    """Also holds sentences, neighbours and headings of the review to what the model was given."""
    sentences = sentences_of(review)
    compared = compare(sentences, Rival(model_folder(SHIPPED)))
    assert compared.vanished == compared.appeared == []
    total = compared.rows[0]
    assert total.old == total.new and total.p_value is None
    found = sum(len(known.found) for known in sentences.values())
    # One was rejected, one is something else, which both models miss.
    assert (total.old.right, total.old.wrong, total.old.missed) == (found - 2, 2, 1)


def test_a_second_model_is_counted_as_by_hand(review: Reviewed, rival_model: Path) -> None:
    sentences = sentences_of(review)
    compared = compare(sentences, Rival(rival_model))
    model = load_model(rival_model)
    right = wrong = missed = only_old = only_new = 0
    vanished, appeared = set(), set()
    for (_, example), known in sentences.items():
        new = {label.label for label in model.predict([example])[0]}
        vanished |= {known.found[label] for label in known.found.keys() - new}
        appeared |= {(example.text, label) for label in new - known.found.keys()}
        for label, holds in known.truth.items():
            right += label in new and holds
            wrong += label in new and not holds
            missed += label not in new and holds
            old_fits, new_fits = (label in known.found) == holds, (label in new) == holds
            only_old += old_fits and not new_fits
            only_new += new_fits and not old_fits
    total = compared.rows[0]
    assert tuple(total.new) == (right, wrong, missed)
    assert (total.only_old, total.only_new) == (only_old, only_new)
    assert only_old, "a model of a part of the corpus misses something"
    assert {moved.finding for moved in compared.vanished} == vanished
    assert {(moved.text, moved.label) for moved in compared.appeared} == appeared
    assert sum_of(compared) == tuple(total.new)


def sum_of(compared: Comparison) -> tuple[int, ...]:
    """The new model's figures of every measure together."""
    return tuple(sum(row.new[n] for row in compared.rows[1:]) for n in range(3))


def test_intervals_and_shares(review: Reviewed) -> None:
    total = compare(sentences_of(review), Rival(model_folder(SHIPPED))).rows[0]
    precision, recall = total.new.precision, total.new.recall
    assert precision and recall
    assert precision.low < precision.value < precision.high < 1
    assert precision.whole == total.new.right + total.new.wrong
    assert recall.value == total.new.right / (total.new.right + total.new.missed)


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [(0, 0, None), (3, 3, 1.0), (0, 5, 2 / 32), (1, 9, 22 / 1024), (400, 500, 0.00097)],
)
def test_mcnemar_by_the_binomial_distribution(one: int, other: int, p: float | None) -> None:
    assert mcnemar(one, other) == (None if p is None else pytest.approx(p, rel=0.02))
    assert mcnemar(one, other) == mcnemar(other, one)


def test_a_part_of_a_sentence_counts_for_the_sentence(review: Reviewed) -> None:
    """A split leaves the sentence as the model reads it, with what reviewers found in it."""
    client = review.client("anna")
    before = sentences_of(review)
    key, known = next(iter(before.items()))
    label = next(label for label in LABELS if label not in known.truth)
    with review.database.reading() as connection:
        row = connection.execute(queue.ROW.where(FindingRow.id == known.anchor)).one()
    token = token_in(client.get(f"/findings/{row.id}").text)
    form = {"csrf": token, "key": uuid.uuid4().hex, "start": row.start, "end": row.start + 12}
    said = {"label": label, "status": "taken", "scope": "named"}
    answer = client.post(f"/findings/{row.id}/add", data=form | said)
    assert answer.status_code == 303, answer.text
    after = sentences_of(review)
    assert after.keys() == before.keys()
    assert [k for k in after if after[k].truth != before[k].truth] == [key]
    assert after[key].truth == known.truth | {label: True}


def test_a_folder_without_a_model_is_told_at_the_start(review: Reviewed, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        serve(review.database, review.run, Listen(), Models(rival=tmp_path))
