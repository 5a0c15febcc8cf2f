"""spaCy's DocBin: documents with their measures and municipalities as span groups."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from pipeline.document import Document
from pipeline.spacy_components import put_findings, put_mentions, put_subject


def write(documents: Iterable[Document], out: Path) -> int:
    """Write one file, which `DocBin().from_disk(path)` reads without kommunlupp."""
    nlp = spacy.blank("sv")
    store = DocBin(store_user_data=True)
    for document in documents:
        store.add(as_doc(nlp, document))
    store.to_disk(out)
    return len(store)


def as_doc(nlp: Language, document: Document) -> Doc:
    """Return a document as a spaCy `Doc` of its restored text."""
    doc = nlp.make_doc(document.text)
    put_findings(doc, document.findings)
    put_mentions(doc)
    put_subject(doc, document)
    doc.user_data.update(source=document.source, document_id=document.id)
    return doc
