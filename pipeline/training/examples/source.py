"""The source text of an example document: its grammar, read into blocks of labelled sentences.

A source is TOML between two lines `+++`, then the body, a sentence a line:

    # Heading                  `##` one level down
    A sentence.                lines that follow each other are one paragraph
    = routines taken named     a measure of the sentence above; `@ Ale kommun, Lunds kommun`
                               credits others than the author (or the only one dealt with)
    ~ två av tre | 2 | 3 |     the sentence counts bodies: words, count, of, percent
    - A sentence.              a bullet
    > A line.                  a line that is kept as it is (address, signature, copy list);
                               `> a || b` sets two side by side
    ^ Caption of a table
    | a | b |                  a table row, the first one is its head
    ---                        a new page
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.document import Quantity, Scope, Status

FileFormat = Literal["pdf", "scan", "mixed", "docx", "html", "ocr_txt"]
"""`scan`: page images, with a hidden text layer where a language is named; `mixed`: some pages are
images without text; `ocr_txt`: the text that Tesseract read, nothing else."""

FOOTER = "Påhittat exempel – kommunlupp"


class SourceError(ValueError):
    """A source text breaks the grammar."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One label of a sentence, by the codebook."""

    label: str
    status: Status
    scope: Scope


@dataclass
class Statement:
    """A sentence and what it says; `municipalities` are official names."""

    text: str
    measures: list[Measure] = field(default_factory=list)
    municipalities: list[str] = field(default_factory=list)
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest in the body."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that run on, or (`bullets`) stand as a list, one a bullet."""

    statements: list[Statement]
    bullets: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that are set as they stand."""

    lines: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the first row the head, and the caption above ("" where there is none)."""

    rows: list[list[str]]
    caption: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page."""


Block = Heading | Paragraph | Lines | Table | PageBreak


@dataclass(frozen=True)
class Source:
    """An example document as it was written.

    Attributes:
        head: the TOML part: title, letterhead, style, scan conditions.
        author, covered, copied: municipalities as "code name"; `copied` stand only on a copy list.
    """

    id: str
    head: dict[str, Any]
    format: FileFormat
    author: tuple[str, ...]
    covered: tuple[str, ...]
    copied: tuple[str, ...]
    blocks: list[Block]

    @property
    def title(self) -> str:
        """The title as it stands on the first page."""
        return str(self.head["title"])

    @property
    def date(self) -> date:
        """The day that the document bears."""
        day: date = self.head["date"]
        return day

    def letter(self, key: str) -> str:
        """A field of the letterhead, "" where the document has none."""
        return str(self.head["letterhead"].get(key, ""))

    def style(self, key: str, default: Any) -> Any:
        """A property of the looks."""
        return self.head.get("style", {}).get(key, default)


def read_source(path: Path) -> Source:
    """Read one source file; raises `SourceError` where it breaks the grammar."""
    _, head_text, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    head = tomllib.loads(head_text)
    if head["format"] not in get_args(FileFormat):
        raise SourceError(f"{path.name}: unknown format {head['format']}")
    places = head["municipalities"]
    try:
        blocks = _Body(_default_names(places)).read(body)
    except ValueError as error:
        raise SourceError(f"{path.name}: {error}") from error
    return Source(
        id=path.stem,
        head=head,
        format=head["format"],
        author=tuple(places.get("author", [])),
        covered=tuple(places.get("covered", [])),
        copied=tuple(places.get("copied", [])),
        blocks=blocks,
    )


class _Body:
    """Reads the body line by line; `names` are those whom "named" credits by default."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._blocks: list[Block] = []
        self._caption = ""
        self._open = False
        """Whether the next line may go on with the last block."""

    def read(self, body: str) -> list[Block]:
        for line in body.splitlines():
            if not line.strip():
                self._open = False
                continue
            self._line(line)
        return self._blocks

    def _line(self, line: str) -> None:
        mark, _, rest = line.partition(" ")
        if mark in ("#", "##"):
            self._start(Heading(rest, len(mark)))
        elif mark == "---":
            self._start(PageBreak())
        elif mark == "^":
            self._caption = rest
        elif mark == "|":
            self._row([cell.strip() for cell in line.strip(" |").split("|")])
        elif mark == ">":
            self._kept_line(rest)
        elif mark == "=":
            self._measure(rest)
        elif mark == "~":
            self._last().quantity = _quantity(rest)
        elif mark == "-":
            self._statement(rest, bullets=True)
        else:
            self._statement(line, bullets=False)

    def _start(self, block: Block) -> None:
        self._blocks.append(block)
        self._open = True

    def _row(self, cells: list[str]) -> None:
        last = self._blocks[-1]
        if not (self._open and isinstance(last, Table)):
            last = Table([], self._caption)
            self._caption = ""
            self._start(last)
        last.rows.append(cells)

    def _kept_line(self, text: str) -> None:
        last = self._blocks[-1] if self._blocks else None
        if not (self._open and isinstance(last, Lines)):
            last = Lines([])
            self._start(last)
        last.lines.append(text)

    def _statement(self, text: str, bullets: bool) -> None:
        last = self._blocks[-1] if self._blocks else None
        if not (self._open and isinstance(last, Paragraph) and last.bullets == bullets):
            last = Paragraph([], bullets)
            self._start(last)
        last.statements.append(Statement(text))

    def _last(self) -> Statement:
        last = self._blocks[-1] if self._blocks else None
        if not isinstance(last, Paragraph):
            raise ValueError("a label stands without a sentence")
        return last.statements[-1]

    def _measure(self, text: str) -> None:
        words, _, names = text.partition(" @ ")
        label, status, scope = words.split()
        if label not in LABELS or status not in STATUSES or scope not in SCOPES:
            raise ValueError(f"not in the codebook: {words}")
        statement = self._last()
        statement.measures.append(Measure(label, status, scope))
        if scope == "named":
            credited = [name.strip() for name in names.split(",")] if names else self._names
            if not credited:
                raise ValueError(f"nobody is named: {statement.text}")
            statement.municipalities += [n for n in credited if n not in statement.municipalities]


def _quantity(text: str) -> Quantity:
    words, count, of, percent = (part.strip() for part in text.split("|"))
    return Quantity(
        text=words,
        count=int(count) if count else None,
        of=int(of) if of else None,
        percent=float(percent) if percent else None,
    )


def _default_names(places: dict[str, list[str]]) -> list[str]:
    """The author's name or, of a document by another body, that of the one it deals with."""
    covered = places.get("covered", [])
    credited = places.get("author") or (covered if len(covered) == 1 else [])
    return [place.partition(" ")[2] for place in credited]
