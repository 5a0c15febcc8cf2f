"""How well findings are credited: gold measures in, municipalities, author and quantity out.

The documents are those of `corpus/measures` (one JSON a line). Each is rebuilt as a text of
title, author line, headings and sentences; the stage gets the gold label, status and scope. A
document on one body alone whose words never name it gets its name as the line under the author, as
letterhead or addressee would have it.
`python -m pipeline.evaluation.attribution FILE…` prints the figures of each file.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.document import Document, Finding, Quantity, Sentence
from pipeline.gazetteer import Gazetteer
from pipeline.offsets import Span
from pipeline.stages.attribute import Attribute

Draft = dict[str, Any]
"""A document of the corpus: `title`, `author`, `year`, `sections[].sentences[]`."""


@dataclass
class Scores:
    """Counts over a set of documents.

    Attributes:
        right, wrong, missed: codes credited rightly, wrongly, and not at all, over all findings
            whose gold scope is `named`.
        authors, authors_right: documents by one municipality or district, and those recognised.
        quantities, quantities_right: gold quantities of collective findings, and those whose
            count and percent (to within 1) agree and whose denominator does not disagree.
        errors: a line for each wrong credit, author or quantity.
    """

    right: int = 0
    wrong: int = 0
    missed: int = 0
    authors: int = 0
    authors_right: int = 0
    quantities: int = 0
    quantities_right: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Micro-averaged F1 of the municipality sets of named findings."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    @property
    def author_accuracy(self) -> float:
        """Share of single-author documents whose author was recognised."""
        return self.authors_right / max(1, self.authors)

    @property
    def quantity_accuracy(self) -> float:
        """Share of gold quantities read right."""
        return self.quantities_right / max(1, self.quantities)


def read_drafts(files: Iterable[Path]) -> Iterator[Draft]:
    """Yield the documents of corpus files."""
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def evaluate_attribution(drafts: Iterable[Draft]) -> Scores:
    """Run the attribute stage on rebuilt documents and compare with their gold."""
    stage, scores = Attribute(), Scores()
    for draft in drafts:
        document, gold = rebuild(draft)
        done = stage(document)
        _score_author(done, draft, stage.gazetteer, scores)
        for finding, sentence in zip(done.findings, gold, strict=True):
            _score_finding(finding, sentence, draft, stage.gazetteer, scores)
    return scores


def rebuild(draft: Draft) -> tuple[Document, list[Draft]]:
    """Return a draft as a document with gold findings, and the gold sentence of each finding."""
    text = f"{draft['title']}\n\n{draft['author']}\n\n{_never_named(draft)}"
    headings = [Span(0, len(draft["title"]))]
    sentences, findings, gold = [], [], []
    for section in draft["sections"]:
        heading = section.get("heading", "")
        if heading:
            headings.append(Span(len(text), len(text) + len(heading)))
            text += f"{heading}\n\n"
        for sentence in section["sentences"]:
            span = Span(len(text), len(text) + len(sentence["text"]))
            sentences.append(Sentence(span.start, span.end, heading))
            for label in sentence["labels"]:
                ident = f"{span.start}-{label['label']}"
                findings.append(
                    Finding(ident, span, label["label"], label["status"], label["scope"], 1.0)
                )
                gold.append(sentence)
            text += sentence["text"] + " "
        text = text.rstrip() + "\n\n"
    document = Document(
        id=draft["id"],
        source="document.txt",
        raw=text,
        text=text,
        headings=tuple(headings),
        sentences=tuple(sentences),
        findings=tuple(findings),
    )
    return document, gold


def _never_named(draft: Draft) -> str:
    """A line with the one body that a document is on, where nothing in it says which."""
    bodies = draft["municipalities"]
    said = [draft["title"], draft["author"]]
    said += [s["text"] for section in draft["sections"] for s in section["sentences"]]
    stem = bodies[0].split()[0].rstrip("s") if bodies else ""
    return f"{bodies[0]}\n\n" if len(bodies) == 1 and stem not in " ".join(said) else ""


def codes_of(names: Iterable[str], gazetteer: Gazetteer, year: int | None) -> set[str]:
    """Return the codes of bodies given by name; a name shared by cities keeps all its codes."""
    found: set[str] = set()
    for name in names:
        codes = [code for m in gazetteer.find(name) if m.acting for code in m.codes]
        cities = {code[:4] for code in codes if "-" in code}
        precise = [code for code in codes if code not in cities]
        valid = [code for code in precise if gazetteer.is_valid(code, year)]
        found.update(valid or precise)
    return found


def _score_author(done: Document, draft: Draft, gazetteer: Gazetteer, scores: Scores) -> None:
    gold = codes_of([draft["author"].split(", till ")[0]], gazetteer, draft["year"])
    if len(gold) != 1 or next(iter(gold)) not in gazetteer.tables.bodies:
        return
    scores.authors += 1
    author = done.subject.author if done.subject else ()
    if set(author) == gold:
        scores.authors_right += 1
    else:
        scores.errors.append(f"author {draft['id']} {draft['author']}: {author}")


def _score_finding(
    finding: Finding, sentence: Draft, draft: Draft, gazetteer: Gazetteer, scores: Scores
) -> None:
    scope = next(y["scope"] for y in sentence["labels"] if y["label"] == finding.label)
    if scope == "named":
        gold = codes_of(sentence["municipalities"], gazetteer, draft["year"])
        credited = set(finding.municipalities)
        scores.right += len(gold & credited)
        scores.wrong += len(credited - gold)
        scores.missed += len(gold - credited)
        if gold != credited:
            scores.errors.append(
                f"credit {draft['id']} {sorted(gold)} {finding.basis} {sorted(credited)}: "
                f"{sentence['text']}"
            )
    elif sentence.get("quantity"):
        scores.quantities += 1
        if _agrees(finding.quantity, sentence["quantity"]):
            scores.quantities_right += 1
        else:
            scores.errors.append(
                f"quantity {sentence['quantity']} {finding.quantity}: {sentence['text']}"
            )


def _agrees(found: Quantity | None, gold: dict[str, Any]) -> bool:
    if found is None or found.count != gold.get("count"):
        return False
    given, share = gold.get("percent"), found.percent
    if (given is None) != (share is None):
        return False
    near = given is None or share is None or abs(given - share) <= 1
    return near and found.of in (None, gold.get("of"))


def main() -> None:
    """Print one line of JSON a file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    for path in parser.parse_args().files:
        scores = evaluate_attribution(read_drafts([path]))
        figures = {
            "file": path.name,
            "municipality_f1": round(scores.f1, 4),
            "authors": f"{scores.authors_right}/{scores.authors}",
            "quantities": f"{scores.quantities_right}/{scores.quantities}",
        }
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
