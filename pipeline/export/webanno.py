"""WebAnno TSV 3.3, which INCEpTION imports too: a file a document, measures as a span layer.

The project needs a span layer `webanno.custom.Measure` with the text features label, status, scope
and municipalities, stacking allowed. Offsets are UTF-16 units, as the format's description says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.document import Document, Finding, Sentence
from pipeline.export.tokens import Utf16, by_sentence, tokens
from pipeline.offsets import Span

LAYER = "webanno.custom.Measure"
FEATURES = ("label", "status", "scope", "municipalities")
_RESERVED = {"->": "\\->", "\t": "\\t", "\r": "\\r", **{c: "\\" + c for c in "\\[]|_;*"}}


def write(documents: Iterable[Document], out: Path) -> int:
    """Write `<id>.tsv` files into the folder `out`, ids shortened."""
    out.mkdir(exist_ok=True)
    count = 0
    for document in documents:
        path = out / f"{document.id[:16]}.tsv"
        path.write_text("".join(_lines(document)), encoding="utf-8", newline="\n")
        count += 1
    return count


def _lines(document: Document) -> Iterator[str]:
    yield f"#FORMAT=WebAnno TSV 3.3\n#T_SP={LAYER}|{'|'.join(FEATURES)}\n\n\n"
    unit, text = Utf16(document.text), document.text
    ids: dict[str, int] = {}
    for number, (sentence, findings) in enumerate(_with_tokens(document), start=1):
        words = list(tokens(text, sentence))
        for line in text[words[0].start : words[-1].end].split("\n"):
            yield f"#Text={_escaped(line)}\n"
        columns = _columns(findings, ids)
        for place, token in enumerate(words, start=1):
            where = f"{number}-{place}\t{unit(token.start)}-{unit(token.end)}"
            form = _escaped(text[token.start : token.end])
            yield f"{where}\t{form}\t{columns}\t\n"
        yield "\n"


def _with_tokens(document: Document) -> Iterator[tuple[Sentence, list[Finding]]]:
    for sentence, findings in by_sentence(document):
        if any(tokens(document.text, Span(sentence.start, sentence.end))):
            yield sentence, findings


def _columns(findings: list[Finding], ids: dict[str, int]) -> str:
    """The features of a sentence's measures: the same on each of its tokens, told apart by ids."""
    if not findings:
        return "\t".join("_" for _ in FEATURES)
    for finding in findings:
        ids.setdefault(finding.id, len(ids) + 1)
    columns = []
    for feature in FEATURES:
        values = (_value(finding, feature) for finding in findings)
        stacked = zip(values, findings, strict=True)
        columns.append("|".join(f"{value}[{ids[finding.id]}]" for value, finding in stacked))
    return "\t".join(columns)


def _value(finding: Finding, feature: str) -> str:
    if feature == "municipalities":
        return _escaped(",".join(finding.municipalities)) or "*"
    return _escaped(str(getattr(finding, feature)))


def _escaped(value: str) -> str:
    kept, place = [], 0
    while place < len(value):
        step = 2 if value.startswith("->", place) else 1
        piece = value[place : place + step]
        kept.append(_RESERVED.get(piece, piece))
        place += step
    return "".join(kept)
