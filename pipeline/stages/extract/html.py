"""Web pages: the text that a browser shows, without scripts, menus and forms."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.document import RegionKind
from pipeline.stages.extract import failures
from pipeline.stages.extract.blocks import Blocks
from pipeline.stages.extract.plain import decode, repair_mojibake
from pipeline.stages.extract.reading import Reading

_LEFT_OUT = set(
    "head script style noscript template nav form button select option textarea svg math canvas"
    " iframe object audio video dialog".split()
)
_BLOCKS = set(
    "html body div p section article main aside header footer address blockquote center details"
    " summary dl dt dd ul ol li figure figcaption fieldset hr pre h1 h2 h3 h4 h5 h6 caption"
    " table thead tbody tfoot tr td th".split()
)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_CELLS = {"td", "th"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.I)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MAX_DEPTH = 240
"""libxml2 stops going deeper at 256 levels and drops text there without a word."""


def read_html(path: Path) -> Reading:
    """Read a web page as one page of blocks; menus, scripts, forms and hidden parts left out.

    `header` and `footer` of the whole page become `running_head`.

    Raises:
        NotText: no element at all.
    """
    data = path.read_bytes()
    text, bad_bytes = decode(data, _declared_encoding(data))
    issues = []
    if bad_bytes:
        message = f"{bad_bytes} bytes do not fit the encoding"
        issues.append(failures.EncodingDoubtful(message).issue())
    text, repaired = repair_mojibake(text)
    if repaired:
        message = f"{repaired} lines had been read in a wrong encoding"
        issues.append(failures.MojibakeRepaired(message).issue())
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    root = etree.fromstring(_CONTROL.sub("", text).encode("utf-8", "replace"), parser)
    if root is None:
        raise failures.NotText("no element in this web page")
    walker = _Walker()
    depth = walker.walk(root)
    if depth >= _MAX_DEPTH:
        issues.append(failures.NestingCut(f"elements nested {depth} deep").issue())
    return walker.blocks.reading(issues)


def _declared_encoding(data: bytes) -> str | None:
    """The encoding that the page names, as browsers take it: Latin-1 means Windows-1252."""
    match = _DECLARED.search(data[:4096])
    if not match:
        return None
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        return None
    # A page that can be searched byte by byte for its declaration is not UTF-16, whatever it says.
    if name.startswith(("utf-16", "utf-32")):
        return None
    return "cp1252" if name in ("iso8859-1", "ascii") else name


class _Walker:
    """Goes through a page without recursion, so that depth costs nothing."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        self._pieces: list[str] = []
        self._tables: list[list[list[str]]] = []
        self._open: list[str] = []

    def walk(self, root: Any) -> int:
        """Read all below `root`; returns the greatest depth met."""
        deepest = 0
        skipping: Any = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if skipping is None and _is_left_out(element, tag):
                    skipping = element
                if skipping is None:
                    # Before the tag is on the stack: what is flushed stood outside it.
                    self._enter(tag)
                self._open.append(tag)
                deepest = max(deepest, len(self._open))
                if skipping is None:
                    self._add(element.text)
                continue
            if skipping is None:
                self._leave(tag)
            self._open.pop()
            if skipping is element:
                skipping = None
            if skipping is None:
                self._add(element.tail)
        self._flush()
        return deepest

    def _add(self, text: str | None) -> None:
        if text:
            self._pieces.append(text if "pre" in self._open else re.sub(r"[ \t\r\n]+", " ", text))

    def _enter(self, tag: str) -> None:
        if tag == "br":
            self._pieces.append("\n")
        elif tag in _BLOCKS:
            self._break()
            if tag == "table":
                self._tables.append([])
            elif tag == "tr" and self._tables:
                self._tables[-1].append([])

    def _leave(self, tag: str) -> None:
        if tag in _CELLS and self._tables:
            rows = self._tables[-1]
            if not rows:
                rows.append([])
            rows[-1].append(self._take())
        elif tag == "caption" and len(self._tables) == 1:
            self._flush()
        elif tag == "table" and self._tables:
            self._close_table()
        elif tag in _BLOCKS:
            # The element is still on the stack: its own tag decides what the text was.
            self._break()

    def _close_table(self) -> None:
        """An inner table becomes text of the cell around it; one column is a frame, no table."""
        rows = self._tables.pop()
        if self._tables:
            self._pieces.append("\n".join(" ".join(row) for row in rows))
        elif all(len(row) < 2 for row in rows):
            for row in rows:
                self.blocks.add("prose", "\n".join(row))
        else:
            self.blocks.add_table(rows)

    def _break(self) -> None:
        """A block begins or ends: within a table that is white space, else a block is done."""
        if self._tables:
            self._pieces.append("\n")
        else:
            self._flush()

    def _flush(self) -> None:
        self.blocks.add(self._kind(), self._take())

    def _take(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        return re.sub(r" *\n *", "\n", re.sub(r"(?<=\S)  +", " ", text)).strip()

    def _kind(self) -> RegionKind:
        if not _HEADINGS.isdisjoint(self._open):
            return "heading"
        # Within an article or main part, header and footer hold its title and its notes.
        outer = self._open[:4]
        if ("header" in outer or "footer" in outer) and not {"article", "main"} & set(outer):
            return "running_head"
        return "list" if "li" in self._open else "prose"


def _is_left_out(element: Any, tag: str) -> bool:
    return (
        tag in _LEFT_OUT
        or element.get("hidden") is not None
        or element.get("role") == "navigation"
        or bool(_HIDDEN.search(element.get("style", "")))
    )
