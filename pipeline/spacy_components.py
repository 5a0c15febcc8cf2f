"""spaCy components: `kommunlupp_restore`, `kommunlupp_measures`, `kommunlupp_municipalities`.

They come to any pipeline by their entry points, once kommunlupp and spaCy are installed:

>>> import spacy
>>> nlp = spacy.blank("sv")
>>> for name in ("kommunlupp_restore", "kommunlupp_measures", "kommunlupp_municipalities"):
...     component = nlp.add_pipe(name)
>>> doc = nlp("Lunds kommun har under våren anställt två socialsekreterare.")
>>> [(span.label_, span._.measure.status) for span in doc.spans["measures"]]
[('recruitment', 'taken')]
>>> [(span.text, span.kb_id_) for span in doc.spans["municipalities"]]
[('Lunds kommun', '1281')]

`span._.measure` is a `pipeline.document.Finding`, `doc._.municipal_subject` a `Subject`,
`doc._.raw_text` and `doc._.edits` tell what was repaired. All of it is stored in attributes of
span groups and in `user_data` as plain values: a saved `Doc` can be read without kommunlupp.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import TypeAdapter
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from pipeline.api import document_of_text
from pipeline.config import ClassifyConfig, RestoreConfig
from pipeline.document import Document, Finding, Subject
from pipeline.errors import OutputError, UsageError
from pipeline.explore.html import COLOURS
from pipeline.gazetteer import Gazetteer
from pipeline.offsets import Edit
from pipeline.resources import model_folder
from pipeline.stages.attribute import Attribute
from pipeline.stages.classify import SHIPPED, Classify
from pipeline.stages.restore import Restore
from pipeline.stages.segment import Segment

MEASURES, MUNICIPALITIES = "measures", "municipalities"
"""Keys of `doc.spans`."""
DISPLACY = {"spans_key": MEASURES, "colors": COLOURS}
"""Options for `displacy.render(doc, style="span", options=DISPLACY)`."""
_RAW, _EDITS, _SUBJECT = "kommunlupp_raw", "kommunlupp_edits", "kommunlupp_subject"
_FINDINGS: TypeAdapter[dict[str, Finding]] = TypeAdapter(dict[str, Finding])
_EDIT_LIST: TypeAdapter[list[Edit]] = TypeAdapter(list[Edit])
_SUBJECTS: TypeAdapter[Subject | None] = TypeAdapter(Subject | None)


class AnnotatedTooEarly(UsageError):
    """A component stands before the restorer, whose new text would lose what it found."""

    code = "spacy-order"
    remedy = "Add `kommunlupp_restore` with first=True: repair makes a new text and new tokens."


class _WithModel:
    """Saves the model's folder with the pipeline, and loads it from there."""

    def __init__(self, folder: Path, load: Callable[[Path], Any]) -> None:
        self._folder, self._load = folder, load
        self._own: TemporaryDirectory[str] | None = None
        self.stage = load(folder)

    def to_disk(self, path: Path | str, *, exclude: object = ()) -> None:
        """Copy the model into `path`; raises `OutputError`."""
        try:
            shutil.copytree(self._folder, Path(path) / "model", dirs_exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error}") from error

    def from_disk(self, path: Path | str, *, exclude: object = ()) -> _WithModel:
        """Load the model that lies in `path`; raises `ModelError`."""
        # A copy: the pipeline may be saved again when `path` is gone.
        own = TemporaryDirectory(prefix="kommunlupp-")
        copy = Path(own.name) / Path(self._folder).name
        shutil.copytree(Path(path) / "model", copy)
        self.stage, self._folder, self._own = self._load(copy), copy, own
        return self


class RestoreComponent(_WithModel):
    """Returns a new `Doc` of the repaired text; nothing changes where there is no damage."""

    def __init__(self, nlp: Language, folder: Path, config: RestoreConfig) -> None:
        super().__init__(folder, lambda path: Restore(config, path))
        self._nlp = nlp

    def __call__(self, doc: Doc) -> Doc:
        """Repair; raises `AnnotatedTooEarly` where the tokens carry annotations."""
        document = self.stage(document_of_text(doc.text))
        annotated = doc.ents or doc.spans or any(map(doc.has_annotation, ("TAG", "DEP", "LEMMA")))
        if not document.offsets.edits:
            restored = doc
        elif annotated:
            raise AnnotatedTooEarly("text is to be repaired, but its tokens are annotated already")
        else:
            restored = self._nlp.make_doc(document.text)
            restored.user_data.update(doc.user_data)
            restored._context = doc._context  # what nlp.pipe(as_tuples=True) carries along
        restored.user_data[_RAW] = document.raw
        restored.user_data[_EDITS] = [asdict(edit) for edit in document.offsets.edits]
        return restored


class MeasuresComponent(_WithModel):
    """Adds `doc.spans["measures"]`: one span a sentence and measure."""

    def __init__(self, folder: Path, threshold: float | None) -> None:
        super().__init__(
            folder, lambda path: Classify(ClassifyConfig(model=path, threshold=threshold))
        )
        self._segment = Segment()

    def __call__(self, doc: Doc) -> Doc:
        """Find measures in the document's sentences, as kommunlupp cuts them."""
        document = self.stage(self._segment(document_of_text(doc.text)))
        put_findings(doc, document.findings)
        return doc


class MunicipalitiesComponent:
    """Adds `doc.spans["municipalities"]`, and says whose the measures are, where there are any."""

    def __init__(self) -> None:
        self._segment, self._attribute = Segment(), Attribute()

    def __call__(self, doc: Doc) -> Doc:
        """Find names, subject and credits."""
        put_mentions(doc)
        findings = tuple(findings_of(doc).values())
        document = replace(document_of_text(doc.text), findings=findings)
        document = self._attribute(self._segment(document))
        if findings:
            put_findings(doc, document.findings)
        put_subject(doc, document)
        return doc


def put_findings(doc: Doc, findings: tuple[Finding, ...]) -> None:
    """Store findings, whose spans are in offsets of `doc.text`, as a span group."""
    spans = [
        _span(doc, (finding.span.start, finding.span.end), finding.label, id=finding.id)
        for finding in findings
    ]
    known = {finding.id: asdict(finding) for finding in findings}
    doc.spans[MEASURES] = SpanGroup(doc, name=MEASURES, spans=spans, attrs={"findings": known})


def put_mentions(doc: Doc) -> None:
    """Store where a body is named: labelled with its kind, `kb_id_` its code."""
    gazetteer = Gazetteer.load()
    spans = [
        _span(doc, (mention.start, mention.end), gazetteer.body(code).kind.upper(), kb_id=code)
        for mention in gazetteer.find(doc.text)
        for code in mention.codes[:1]
    ]
    doc.spans[MUNICIPALITIES] = SpanGroup(doc, name=MUNICIPALITIES, spans=spans)


def put_subject(doc: Doc, document: Document) -> None:
    """Store whom a document is by and about."""
    doc.user_data[_SUBJECT] = asdict(document.subject) if document.subject else None


def findings_of(doc: Doc) -> dict[str, Finding]:
    """Return the findings that a `Doc` holds, by id."""
    group = doc.spans.get(MEASURES)
    return _FINDINGS.validate_python(group.attrs["findings"]) if group is not None else {}


def _span(doc: Doc, place: tuple[int, int], label: str, *, kb_id: str = "", id: str = "") -> Span:
    """A span of whole tokens around a place in the text."""
    span = doc.char_span(*place, label=label, kb_id=kb_id, span_id=id, alignment_mode="expand")
    assert span is not None  # "expand" finds tokens for every place in the text
    return span


def _measure(span: Span) -> Finding | None:
    return findings_of(span.doc).get(span.id_)


Span.set_extension("measure", getter=_measure, force=True)
Doc.set_extension(
    "municipal_subject",
    getter=lambda doc: _SUBJECTS.validate_python(doc.user_data.get(_SUBJECT)),
    force=True,
)
Doc.set_extension("raw_text", getter=lambda doc: doc.user_data.get(_RAW, doc.text), force=True)
Doc.set_extension(
    "edits",
    getter=lambda doc: _EDIT_LIST.validate_python(doc.user_data.get(_EDITS, [])),
    force=True,
)


@Language.factory("kommunlupp_restore", default_config={"join_hyphens": True})
def make_restore(nlp: Language, name: str, join_hyphens: bool) -> RestoreComponent:
    """Make the component that repairs OCR damage; raises `ModelError`."""
    config = RestoreConfig(join_hyphens=join_hyphens)
    return RestoreComponent(nlp, model_folder("restorer"), config)


@Language.factory(
    "kommunlupp_measures",
    default_config={"model": None, "threshold": None},
    assigns=["doc.spans"],
)
def make_measures(
    nlp: Language, name: str, model: str | None, threshold: float | None
) -> MeasuresComponent:
    """Make the component that finds measures, with the shipped model or one in a folder."""
    return MeasuresComponent(Path(model) if model else model_folder(SHIPPED), threshold)


@Language.factory("kommunlupp_municipalities", assigns=["doc.spans"])
def make_municipalities(nlp: Language, name: str) -> MunicipalitiesComponent:
    """Make the component that finds municipalities and credits measures to them."""
    return MunicipalitiesComponent()
