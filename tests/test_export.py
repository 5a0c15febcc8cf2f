"""Exports, each checked against the published description of its format."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.etree
import pytest
from click.testing import CliRunner
from other_tools import OtherTools

import pipeline
from pipeline.api import document_of_text
from pipeline.cli import cli
from pipeline.cli.export import FORMATS as OFFERED
from pipeline.codebook import LABELS, STATUSES
from pipeline.document import Document, Finding, Sentence
from pipeline.errors import OutputError
from pipeline.export import FORMATS, export, label_studio
from pipeline.offsets import Span

WIDE = "I dag 😊 anställer Åre kommun två [nya] chefer_1 | ett * ; \\ och -> en.\nMer\r sägs."
"""A character of two UTF-16 units, and everything that WebAnno reserves."""


def awkward() -> Document:
    """A document of one sentence with two measures, and one without."""
    end = WIDE.index("Mer")
    findings = tuple(
        Finding(f"id{n}", Span(8, end - 1), label, "taken", "named", 0.9, ("2321",) * n)
        for n, label in enumerate(("recruitment", "planning_followup"))
    )
    base = document_of_text(WIDE, "akt 1.txt")
    sentences = (Sentence(8, end - 1), Sentence(end, len(WIDE)))
    return Document(**{**vars(base), "sentences": sentences, "findings": findings})


@pytest.fixture(scope="module")
def documents(example_run: Path) -> list[Document]:
    return [doc.document for doc in pipeline.open_run(example_run)]


def units(text: str, start: int, end: int) -> str:
    """What stands between two offsets in UTF-16 units."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def written(documents: list[Document], form: str, folder: Path) -> Path:
    out = folder / form
    assert export(documents, form, out) == len(documents)
    return out


def test_docbin_is_read_by_plain_spacy(documents: list[Document], tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    store = spacy.tokens.DocBin().from_disk(written([*documents, awkward()], "docbin", tmp_path))
    docs = list(store.get_docs(spacy.blank("sv").vocab))
    for doc, document in zip(docs, [*documents, awkward()], strict=True):
        assert doc.text == document.text
        spans = doc.spans["measures"]
        assert [s.label_ for s in spans] == [f.label for f in document.findings]
        assert set(spans.attrs["findings"]) == {f.id for f in document.findings}
        assert doc.user_data["document_id"] == document.id


def test_conllu_follows_its_description(documents: list[Document], tmp_path: Path) -> None:
    """IDs from 1, ten columns, `# text` rebuilt from forms and SpaceAfter, unique sentence ids."""
    everything = [*documents, awkward()]
    text = written(everything, "conllu", tmp_path).read_text(encoding="utf-8")
    assert text.endswith("\n\n")
    sentences = text.split("\n\n")[:-1]
    assert len(sentences) == sum(len(document.sentences) for document in everything)
    seen = set()
    for sentence in sentences:
        lines = sentence.split("\n")
        comments = [line for line in lines if line.startswith("#")]
        rows = [line.split("\t") for line in lines[len(comments) :]]
        told = dict(c[2:].split(" = ", 1) for c in comments if " = " in c)
        seen.add(told["sent_id"])
        assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
        assert all(len(row) == 10 and all(row) for row in rows)
        whole = "".join(r[1] + ("" if "SpaceAfter=No" in r[9] else " ") for r in rows)
        assert whole.strip() == told["text"]
    assert len(seen) == len(sentences)
    assert text.count("# measure = ") == sum(len(document.findings) for document in everything)


def test_conllu_is_read_by_a_parser(documents: list[Document], tmp_path: Path) -> None:
    conllu = pytest.importorskip("conllu")
    parsed = conllu.parse(written(documents, "conllu", tmp_path).read_text(encoding="utf-8"))
    assert len(parsed) == sum(len(document.sentences) for document in documents)


def test_jsonl_holds_everything(documents: list[Document], tmp_path: Path) -> None:
    lines = written(documents, "jsonl", tmp_path).read_text(encoding="utf-8").splitlines()
    for line, document in zip(lines, documents, strict=True):
        record = json.loads(line)
        for span, finding in zip(record["spans"], document.findings, strict=True):
            assert record["text"][span["start"] : span["end"]]
            assert (span["label"], span["municipality_codes"]) == (
                finding.label,
                list(finding.municipalities),
            )


def test_doccano_import_format(documents: list[Document], tmp_path: Path) -> None:
    """JSONL for sequence labelling: `text` and `label`, a list of [start, end, name]."""
    path = written([*documents, awkward()], "doccano", tmp_path)
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        record = json.loads(line)
        assert isinstance(record["text"], str) and record["text"]
        for start, end, name in record["label"]:
            assert type(start) is type(end) is int and 0 <= start < end <= len(record["text"])
            assert name in LABELS
        assert all(isinstance(v, str) for k, v in record.items() if k != "label")


def test_label_studio_import_format(documents: list[Document], tmp_path: Path) -> None:
    """Tasks of `data` and `predictions`; regions fit the controls of the configuration."""
    out = written([*documents, awkward()], "label-studio", tmp_path)
    tasks = json.loads(out.read_text(encoding="utf-8"))
    config = lxml.etree.fromstring(out.with_name(label_studio.CONFIG.format(out.stem)).read_bytes())
    controls = {node.get("name"): node for node in config if node.get("toName")}
    values = {name: {child.get("value") for child in node} for name, node in controls.items()}
    assert values == {"measure": set(LABELS), "status": set(STATUSES)}
    (shown,) = config.iter("Text")
    for task in tasks:
        text = task["data"][shown.get("value").lstrip("$")]
        (prediction,) = task["predictions"]
        assert 0 <= prediction["score"] <= 1
        for region in prediction["result"]:
            control = controls[region["from_name"]]
            assert region["to_name"] == control.get("toName") == shown.get("name")
            assert region["type"] == control.tag.lower()
            value = region["value"]
            assert text[value["start"] : value["end"]] == value["text"]
            assert set(value[region["type"]]) <= values[region["from_name"]]


def test_label_studio_accepts_the_tasks(
    documents: list[Document], other_tools: OtherTools, tmp_path: Path
) -> None:
    out = written([*documents, awkward()], "label-studio", tmp_path)
    config = out.with_name(label_studio.CONFIG.format(out.stem))
    assert other_tools.read("label-studio", config, out) == []
    tasks = json.loads(out.read_text(encoding="utf-8"))
    tasks[-1]["predictions"][0]["result"][0]["value"]["labels"] = ["nonsense"]
    out.write_text(json.dumps(tasks), encoding="utf-8")
    assert other_tools.read("label-studio", config, out)  # it does look


def test_doccano_reads_all_spans(
    documents: list[Document], other_tools: OtherTools, tmp_path: Path
) -> None:
    """What doccano will not have it leaves out and says nothing: so everything is compared."""
    everything = [*documents, awkward()]
    read = other_tools.read("doccano", written(everything, "doccano", tmp_path))
    assert read["wrong"] == [] and read["texts"] == [document.text for document in everything]
    assert read["spans"] == [
        [[f.span.start, f.span.end, f.label] for f in document.findings] for document in everything
    ]


def read_webanno(text: str) -> tuple[str, dict[str, tuple[str, int, int]]]:
    """Read TSV 3.3 as its description says: the text, and per id its label and extent in units."""
    head, body = text.split("\n\n\n", 1)
    assert head.split("\n")[0] == "#FORMAT=WebAnno TSV 3.3"
    layer, *features = head.split("\n")[1].removeprefix("#T_SP=").split("|")
    assert layer == "webanno.custom.Measure" and len(features) == 4
    rebuilt, found = "", {}
    for block in body.removesuffix("\n\n").split("\n\n"):
        lines = block.split("\n")
        said = "\n".join(x.removeprefix("#Text=") for x in lines if x.startswith("#Text="))
        rows = [line.split("\t") for line in lines if not line.startswith("#Text=")]
        begin = int(rows[0][1].split("-")[0])
        rebuilt += " " * (begin - len(rebuilt.encode("utf-16-le")) // 2) + unescape(said)
        for row in rows:
            assert len(row) == 3 + len(features) + 1 and row[-1] == ""
            start, end = map(int, row[1].split("-"))
            assert units(rebuilt, start, end) == unescape(row[2])
            for value in re.split(r"(?<!\\)\|", row[3]) if row[3] != "_" else ():
                match = re.fullmatch(r"(.+)\[(\d+)\]", value)
                assert match
                low = min(start, found.get(match[2], ("", start, 0))[1])
                found[match[2]] = (unescape(match[1]), low, end)
    return rebuilt, found


def unescape(value: str) -> str:
    signs = {"\\t": "\t", "\\r": "\r", "\\->": "->"}
    return re.sub(r"\\(?:->|.)", lambda m: signs.get(m[0], m[0][1:]), value)


def test_webanno_tsv_follows_its_description(documents: list[Document], tmp_path: Path) -> None:
    everything = {d.id[:16]: d for d in [*documents, awkward()]}
    folder = written(list(everything.values()), "webanno", tmp_path)
    assert {path.stem for path in folder.iterdir()} == set(everything)
    for path in folder.iterdir():
        document = everything[path.stem]
        _, found = read_webanno(path.read_bytes().decode("utf-8"))
        assert [label for label, _, _ in found.values()] == [f.label for f in document.findings]
        for (_, start, end), finding in zip(found.values(), document.findings, strict=True):
            words = document.text[finding.span.start : finding.span.end].split()
            assert units(document.text, start, end).split() == words


def test_command(example_run: Path, tmp_path: Path) -> None:
    assert set(OFFERED) == set(FORMATS)
    out = tmp_path / "ny" / "fynd.jsonl"
    done = CliRunner().invoke(
        cli, ["export", str(example_run), "--format", "jsonl", "--out", str(out)]
    )
    assert done.exit_code == 0 and f"14 documents: {out}" in done.output
    assert len(out.read_text(encoding="utf-8").splitlines()) == 14


def test_what_cannot_be_written(tmp_path: Path) -> None:
    folder: Any = tmp_path / "taken"
    folder.mkdir()
    with pytest.raises(OutputError):
        export([awkward()], "jsonl", folder)


def test_label_studio_tasks_are_written_one_by_one(tmp_path: Path) -> None:
    out, text = tmp_path / "tasks.json", "Nämnden har anställt en handläggare. " * 2_000

    def passing() -> Iterator[Document]:
        for number in range(3):
            if number:  # what came before is on its way to the disk
                assert out.stat().st_size > number * len(text) - 50_000
            yield document_of_text(f"{number} {text}")

    assert label_studio.write(passing(), out) == 3
    tasks = json.loads(out.read_text(encoding="utf-8"))
    assert [one["data"]["text"][0] for one in tasks] == ["0", "1", "2"]
    assert label_studio.write([], out) == 0 and json.loads(out.read_text()) == []
