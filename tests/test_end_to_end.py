"""How the whole chain is held against the truth."""

from __future__ import annotations

from pipeline.document import Document, Sentence
from pipeline.evaluation.end_to_end import matches


def document(*sentences: str) -> Document:
    text, places = "", []
    for sentence in sentences:
        places.append(Sentence(len(text), len(text) + len(sentence), ""))
        text += sentence + "\n"
    return Document("0", "a.txt", text, text=text, sentences=tuple(places))


def test_a_sentence_is_matched_once() -> None:
    said_twice = "Två handläggare har anställts."
    read = document("Nämnden sammanträdde.", said_twice, "Tva handldggare har anstdllts.")
    truth = {"sentences": [{"text": said_twice}, {"text": said_twice}, {"text": "Något annat."}]}
    assert [match for _, match in matches(truth, read)] == [1, 2, None]


def test_a_document_without_sentences_matches_nothing() -> None:
    truth = {"sentences": [{"text": "Nämnden sammanträdde."}]}
    assert [match for _, match in matches(truth, document())] == [None]
