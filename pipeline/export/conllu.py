"""CoNLL-U: sentences and tokens, without morphology and syntax; measures in comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.document import Document, Finding, Sentence
from pipeline.export.tokens import by_sentence, tokens


def write(documents: Iterable[Document], out: Path) -> int:
    """Write all documents to one file; columns other than ID, FORM and MISC are empty.

    A comment `# measure = label status scope score codes` stands for a finding, `_` for no code.
    MISC holds `SpaceAfter=No` and the token's offsets in the restored text.
    """
    count = 0
    with out.open("w", encoding="utf-8", newline="\n") as sink:
        for document in documents:
            count += 1
            name = " ".join(document.source.split())
            sink.write(f"# newdoc id = {document.id}\n# source = {name}\n")
            for number, (sentence, findings) in enumerate(by_sentence(document), start=1):
                sink.writelines(_sentence(document, number, sentence, findings))
    return count


def _sentence(
    document: Document, number: int, sentence: Sentence, findings: list[Finding]
) -> Iterator[str]:
    words = " ".join(document.text[sentence.start : sentence.end].split())
    yield f"# sent_id = {document.id[:12]}-{number}\n# text = {words}\n"
    if sentence.heading:
        yield f"# heading = {sentence.heading}\n"
    for finding in findings:
        codes = ",".join(finding.municipalities) or "_"
        yield (
            f"# measure = {finding.label} {finding.status} {finding.scope} "
            f"{finding.score:.4f} {codes}\n"
        )
    for place, token in enumerate(tokens(document.text, sentence), start=1):
        form = document.text[token.start : token.end]
        misc = f"start_char={token.start}|end_char={token.end}"
        behind = document.text[token.end : token.end + 1]
        if token.end < sentence.end and not behind.isspace():
            misc = f"SpaceAfter=No|{misc}"
        yield f"{place}\t{form}" + "\t_" * 7 + f"\t{misc}\n"
    yield "\n"
