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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, Self, TypeVar

from pydantic import TypeAdapter
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import minibatch, raise_error

from pipeline.api import document_of_text
from pipeline.config import ClassifyConfig, RestoreConfig
from pipeline.document import Document, Finding, Subject
from pipeline.errors import ModelError, OutputError, UsageError
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


StageT = TypeVar("StageT")
ComponentT = TypeVar("ComponentT", bound="_WithModel[Any]")
OnError = Callable[[str, Any, list[Doc], Exception], None]
"""What spaCy calls with a component's name, the component, documents and what went wrong."""


class AnnotatedTooEarly(UsageError):
    """A component stands before the restorer, whose new text would lose what it found."""

    code = "spacy-order"
    remedy = "Add `kommunlupp_restore` with first=True: repair makes a new text and new tokens."


class _OwnFolder:
    """A copy of a model's folder, there as long as this object is; pickled as its files."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._directory = TemporaryDirectory(prefix="kommunlupp-")
        self.path = Path(self._directory.name)
        for name, content in files.items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_bytes(content)

    def __reduce__(self) -> tuple[type[_OwnFolder], tuple[dict[str, bytes]]]:
        return _OwnFolder, (_files(self.path),)


def _files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, by path."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


class _WithModel(Generic[StageT]):
    """A stage whose model is saved with the pipeline, and loaded from there when first used."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder: Path | _OwnFolder = folder
        self._stage: StageT | None = None

    def _load(self, folder: Path) -> StageT:
        raise NotImplementedError

    @property
    def folder(self) -> Path:
        """Where the model lies."""
        return self._folder if isinstance(self._folder, Path) else self._folder.path

    @property
    def stage(self) -> StageT:
        """The stage with its model; raises `ModelError` where that cannot be loaded."""
        if self._stage is None:
            self._stage = self._load(self.folder)
        return self._stage

    def to_disk(self, path: Path | str, *, exclude: object = ()) -> None:
        """Copy the model into `path`; raises `OutputError`."""
        try:
            shutil.copytree(self.folder, Path(path) / "model", dirs_exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error}") from error

    def from_disk(self, path: Path | str, *, exclude: object = ()) -> Self:
        """Load the model that lies in `path`; raises `ModelError`."""
        folder = Path(path) / "model"
        if not folder.is_dir():
            raise ModelError(f"{folder} does not exist")
        # A copy: the pipeline may be saved again when `path` is gone.
        self._folder, self._stage = _OwnFolder(_files(folder)), None
        assert self.stage is not None
        return self

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_stage": None}  # loaded again where it is unpickled and used


def _ready(nlp: Language, component: ComponentT) -> ComponentT:
    """Load the model now, unless a saved pipeline is being read, which brings its own."""
    if component.name not in nlp._meta.get("pipeline", ()):
        assert component.stage is not None
    return component


class RestoreComponent(_WithModel[Restore]):
    """Returns a new `Doc` of the repaired text; nothing changes where there is no damage."""

    def __init__(self, nlp: Language, name: str, folder: Path, config: RestoreConfig) -> None:
        super().__init__(name, folder)
        self._nlp, self._config = nlp, config

    def _load(self, folder: Path) -> Restore:
        return Restore(self._config, folder)

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


class MeasuresComponent(_WithModel[Classify]):
    """Adds `doc.spans["measures"]`: one span a sentence and measure."""

    def __init__(self, name: str, folder: Path, threshold: float | None) -> None:
        super().__init__(name, folder)
        self._threshold, self._segment = threshold, Segment()
        self._on_error: OnError = raise_error

    def _load(self, folder: Path) -> Classify:
        return Classify(ClassifyConfig(model=folder, threshold=self._threshold))

    def __call__(self, doc: Doc) -> Doc:
        """Find measures in the document's sentences, as kommunlupp cuts them."""
        self._read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Find measures in a stream of documents; the model is asked once a batch."""
        for docs in minibatch(stream, batch_size):
            try:
                self._read(docs)
            except Exception as error:
                self._on_error(self.name, self, docs, error)
            else:
                yield from docs

    def set_error_handler(self, handler: OnError) -> None:
        """Let `handler` deal with batches that fail, as `Language.set_error_handler` asks."""
        self._on_error = handler

    def _read(self, docs: list[Doc]) -> None:
        cut = [self._segment(document_of_text(doc.text)) for doc in docs]
        for doc, document in zip(docs, self.stage.many(cut), strict=True):
            put_findings(doc, document.findings)


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


def _subject(doc: Doc) -> Subject | None:
    return _SUBJECTS.validate_python(doc.user_data.get(_SUBJECT))


def _raw_text(doc: Doc) -> str:
    raw: str = doc.user_data.get(_RAW, doc.text)
    return raw


def _edits(doc: Doc) -> list[Edit]:
    return _EDIT_LIST.validate_python(doc.user_data.get(_EDITS, []))


# By name: `nlp.pipe(n_process=2)` sends them to its processes.
Span.set_extension("measure", getter=_measure, force=True)
Doc.set_extension("municipal_subject", getter=_subject, force=True)
Doc.set_extension("raw_text", getter=_raw_text, force=True)
Doc.set_extension("edits", getter=_edits, force=True)


@Language.factory("kommunlupp_restore", default_config={"join_hyphens": True})
def make_restore(nlp: Language, name: str, join_hyphens: bool) -> RestoreComponent:
    """Make the component that repairs OCR damage; raises `ModelError`."""
    config = RestoreConfig(join_hyphens=join_hyphens)
    return _ready(nlp, RestoreComponent(nlp, name, model_folder("restorer"), config))


@Language.factory(
    "kommunlupp_measures",
    default_config={"model": None, "threshold": None},
    assigns=["doc.spans"],
)
def make_measures(
    nlp: Language, name: str, model: str | None, threshold: float | None
) -> MeasuresComponent:
    """Make the component that finds measures, with the shipped model or one in a folder.

    Raises:
        ModelError: the model cannot be loaded; of a saved pipeline, when it is read.
    """
    folder = Path(model) if model else model_folder(SHIPPED)
    return _ready(nlp, MeasuresComponent(name, folder, threshold))


@Language.factory("kommunlupp_municipalities", assigns=["doc.spans"])
def make_municipalities(nlp: Language, name: str) -> MunicipalitiesComponent:
    """Make the component that finds municipalities and credits measures to them."""
    return MunicipalitiesComponent()
