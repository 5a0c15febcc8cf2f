"""The Python interface: `load()` for documents, `open_run()` for what `kommunlupp run` wrote.

A `Document` is data and nothing else; `Analysis`, `Found` and `Run` are views of such data, as
tables and as what a notebook shows.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from pipeline.aggregate import Aggregate, aggregate
from pipeline.aggregate.merge import read_run
from pipeline.batch.rates import rates_of
from pipeline.batch.runfolder import RunFolder, read_document
from pipeline.config import Config
from pipeline.config import load as load_config
from pipeline.document import Document, Finding, Page
from pipeline.errors import Issue, ModelError, UsageError
from pipeline.explore import html
from pipeline.flow import Pipeline, identify
from pipeline.gazetteer import Gazetteer
from pipeline.tables import FINDINGS, Row, as_table, finding_rows

if TYPE_CHECKING:
    import pandas as pd

Counted = Literal[
    "findings", "documents", "municipalities", "rollup", "collective", "coverage", "estimates"
]
"""Tables of a run; `pipeline.tables` and `pipeline.aggregate.columns` describe their columns."""


def load(config: Path | str | Config | None = None, overrides: Iterable[str] = ()) -> Analyser:
    """Load the models; returns what reads documents.

    Args:
        config: a configuration, or a TOML file of one; None: the defaults.
        overrides: `section.key=value`, as `--set` of the commands takes them.

    Raises:
        ConfigError: the configuration cannot be read, or holds a key that does not exist.
        ModelError: a model is missing or broken.

    >>> nlp = load(overrides=["restore.enabled=false"])
    >>> [stage.name for stage in nlp.pipeline.stages]
    ['extract', 'restore', 'segment', 'classify', 'attribute']
    """
    if not isinstance(config, Config):
        config = load_config(Path(config) if config else None, overrides)
    return Analyser(Pipeline.from_config(config))


def open_run(path: Path | str) -> Run:
    """Open a folder that `kommunlupp run` wrote; raises `UsageError` where it is none."""
    return Run(Path(path))


def document_of_text(text: str, source: str = "text") -> Document:
    """Return a text as an extracted document of one page without boxes; its id hashes the text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    page = Page(1, 0, len(text), "file")
    return Document(id=digest, source=source, raw=text, pages=(page,), text=text)


class Analyser:
    """Reads documents: call it with a path, or `text()` with a text."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline

    def __call__(self, path: Path | str) -> Analysis:
        """Read one file of any kind that `kommunlupp run` takes.

        What goes wrong inside the document stands in `Analysis.issues`.

        Raises:
            DocumentError: there is no such file, or it cannot be opened.
        """
        return Analysis(self.pipeline(identify(Path(path))))

    def pipe(self, paths: Iterable[Path | str]) -> Iterator[Analysis]:
        """Read files one after the other, as they are asked for."""
        return map(self, paths)

    def text(self, text: str) -> Analysis:
        """Read a text, as if it were a plain text file.

        >>> found = load().text("Nämnden har under våren anställt två socialsekreterare.").findings
        >>> [(one.label, one.status) for one in found]
        [('recruitment', 'taken')]
        """
        after_extraction = Pipeline(self.pipeline.stages[1:])
        return Analysis(after_extraction(document_of_text(text)))


@dataclass(frozen=True)
class Analysis:
    """A document that was read, with what was found in it."""

    document: Document

    @property
    def text(self) -> str:
        """The restored text."""
        return self.document.text

    @property
    def raw(self) -> str:
        """The text as extraction read it, before any repair."""
        return self.document.raw

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What went wrong, with remedies."""
        return self.document.issues

    @property
    def ok(self) -> bool:
        """Whether the document was read in full: without it, no finding says nothing."""
        return not any(issue.severity == "error" for issue in self.issues)

    @cached_property
    def rows(self) -> list[Row]:
        """The findings as rows of `findings.csv`."""
        return finding_rows(self.document, Gazetteer.load())

    @cached_property
    def findings(self) -> tuple[Found, ...]:
        """The findings in document order, each with its excerpt and place."""
        by_id = {finding.id: finding for finding in self.document.findings}
        return tuple(Found(by_id[row["finding_id"]], row) for row in self.rows)

    def to_arrow(self) -> pa.Table:
        """The findings as an Arrow table with the columns of `findings.parquet`."""
        return as_table(self.rows, FINDINGS)

    def to_frame(self) -> pd.DataFrame:
        """The findings as a data frame with the columns of `findings.csv`."""
        return _frame(self.to_arrow())

    def _repr_html_(self) -> str:
        return html.document(self.document, Gazetteer.load())


@dataclass(frozen=True)
class Found:
    """A finding with its words and its place on the page.

    Attributes:
        row: everything that is known of it, by the column names of `findings.csv`.
    """

    finding: Finding = field(repr=False)
    row: Row = field(repr=False)

    @property
    def id(self) -> str:
        """Stable across models: of document, place and label."""
        return self.finding.id

    @property
    def label(self) -> str:
        """The measure, one of `pipeline.codebook.LABELS`."""
        return self.finding.label

    @property
    def status(self) -> str:
        """One of taken, ongoing, planned, proposed and rejected."""
        return self.finding.status

    @property
    def score(self) -> float:
        """Calibrated probability that the label holds, 0 to 1."""
        return self.finding.score

    @property
    def text(self) -> str:
        """The sentence, restored, its white space single blanks."""
        return str(self.row["text"])

    @property
    def municipalities(self) -> list[str]:
        """Names of those that it is credited to."""
        return list(self.row["municipality_names"])

    @property
    def page(self) -> int | None:
        """Page on which the sentence begins, from 1; None where the format has no pages."""
        page: int | None = self.row["page"]
        return page

    def picture(self) -> bytes | None:
        """The lines on the page, marked, as a WebP image; None where the format has no pages.

        Raises:
            DocumentError: the file is gone or cannot be drawn any more.
        """
        if not self.row["boxes"]:
            return None
        from pipeline.explore.picture import excerpt

        return excerpt(Path(self.row["document"]), self.row["page"], self.row["boxes"])

    def __repr__(self) -> str:
        return f"Found({self.label}, {self.status}, {self.score:.2f}: {self.text!r})"

    def _repr_html_(self) -> str:
        from pipeline.errors import DocumentError

        try:
            picture, why = self.picture(), ""
        except DocumentError as error:
            picture, why = None, error.message
        return html.finding(self.row, picture, why)


class Run:
    """The tables and documents of a run folder.

    Raises:
        UsageError: the folder is no run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = read_run(path)

    @property
    def manifest(self) -> dict[str, Any]:
        """Configuration, versions, inputs and counts."""
        return self._read.manifests[0]

    @cached_property
    def totals(self) -> Aggregate:
        """Everything that is counted of the run.

        Estimates are empty where the errors of the classifier that made it are not known: warned.
        """
        try:
            rates = rates_of(self._read.manifests)
        except ModelError as error:
            warnings.warn(f"counts are not corrected for errors: {error.message}", stacklevel=3)
            rates = None
        return aggregate([self._read], Gazetteer.load(), rates=rates)

    def arrow(self, name: Counted) -> pa.Table:
        """One of the tables as Arrow."""
        if name in ("findings", "documents"):
            table: pa.Table = getattr(self._read, name)
            return table
        counted: pa.Table = getattr(self.totals, name)
        return counted

    def findings(self) -> pd.DataFrame:
        """One row a finding: document, page, boxes, excerpt, measure, status, municipalities."""
        return _frame(self.arrow("findings"))

    def documents(self) -> pd.DataFrame:
        """One row a file: read, partly read, failed or copy; author, year."""
        return _frame(self.arrow("documents"))

    def municipalities(self) -> pd.DataFrame:
        """One row a municipality, measure, status and year, with counts and estimates."""
        return _frame(self.arrow("municipalities"))

    def coverage(self) -> pd.DataFrame:
        """One row a municipality, whether anything was read of it or not."""
        return _frame(self.arrow("coverage"))

    def estimates(self) -> pd.DataFrame:
        """Corrected totals a measure, with 95 % intervals: municipalities, counties, nation."""
        return _frame(self.arrow("estimates"))

    def failures(self) -> pd.DataFrame:
        """What could not be read, and what to do about it."""
        import pandas as pd

        return pd.read_csv(
            self.path / "failures.csv", encoding="utf-8-sig", dtype={"page": "Int64"}
        )

    def document(self, name: str) -> Analysis:
        """Return the one document whose path contains `name`, or whose id begins with it.

        Raises:
            UsageError: there is none, or more than one.
        """
        matching = {
            row["document_id"]: row["file"]
            for row in self._read.documents.to_pylist()
            if row["document_id"] and (name in row["file"] or row["document_id"].startswith(name))
        }
        if len(matching) != 1:
            found = ", ".join(sorted(matching.values())) or "none"
            remedy = "Give more of its path, or its id; `run.documents()` lists them all."
            raise UsageError(f"documents that match {name!r}: {found}", remedy=remedy)
        return Analysis(read_document(self.path / "documents" / f"{next(iter(matching))}.json"))

    def __iter__(self) -> Iterator[Analysis]:
        """Yield the documents that were read, sorted by id."""
        return map(Analysis, RunFolder(self.path).documents())

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    def _repr_html_(self) -> str:
        return html.run(self.totals)


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame
