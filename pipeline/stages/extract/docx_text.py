"""The text of a Word paragraph as Word shows it, and what its style says of its role."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from pipeline.document import RegionKind

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_LEFT_OUT = {W + tag for tag in ("del", "moveFrom", "txbxContent", "pPr", "rPr", "instrText")}
_CHARACTERS = {
    W + "tab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "\u2011",
    W + "softHyphen": "\u00ad",
}
_HEADING = re.compile(r"heading\s*\d|rubrik\s*\d|title|subtitle|rubrik|underrubrik", re.I)
_CONTENTS = re.compile(r"(?:toc|innehåll)\s*\d", re.I)
_LIST = re.compile(r"list|punktlista|numrerad", re.I)


@dataclass(frozen=True)
class Styles:
    """What the styles of a document say, by style id."""

    kinds: dict[str, RegionKind] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    def kind(self, paragraph: Any) -> RegionKind:
        """The role of a paragraph: by its own outline level or numbering, else by its style."""
        properties = paragraph.find(W + "pPr")
        if properties is None:
            return "prose"
        own = _kind_by_properties(properties)
        styled = self.kinds.get(_value(properties.find(W + "pStyle")), "prose")
        return "heading" if "heading" in (own, styled) else own or styled

    def hides(self, properties: Any) -> bool:
        """Whether run or paragraph-mark properties hide the text, directly or by style."""
        if properties is None:
            return False
        direct = properties.find(W + "vanish")
        if direct is not None:
            return is_on(direct)
        style = properties.find(W + "rStyle")
        return _value(style) in self.hidden


def read_styles(root: Any) -> Styles:
    """Read `styles.xml` (None where the document has none); a style inherits from its base."""
    kinds: dict[str, RegionKind] = {}
    hidden: set[str] = set()
    elements = {} if root is None else {s.get(W + "styleId"): s for s in root.iter(W + "style")}
    for name, element in elements.items():
        chain, current = [], element
        while current is not None and current not in chain:
            chain.append(current)
            current = elements.get(_value(current.find(W + "basedOn")))
        found = next((kind for style in chain if (kind := _style_kind(style))), None)
        if found:
            kinds[name] = found
        if any(is_on(style.find(f"{W}rPr/{W}vanish")) for style in chain):
            hidden.add(name)
    return Styles(kinds, frozenset(hidden))


def _style_kind(style: Any) -> RegionKind | None:
    name = _value(style.find(W + "name"))
    if _HEADING.fullmatch(name):
        return "heading"
    if _CONTENTS.fullmatch(name):
        return "table"  # entry, leader, page number: columns, not sentences
    properties = style.find(W + "pPr")
    by_properties = None if properties is None else _kind_by_properties(properties)
    return by_properties or ("list" if _LIST.match(name) else None)


def _kind_by_properties(properties: Any) -> RegionKind | None:
    level = properties.find(W + "outlineLvl")
    if level is not None and _value(level).isdigit() and int(_value(level)) < 9:
        return "heading"
    numbering = properties.find(f"{W}numPr/{W}numId")
    return "list" if _value(numbering) not in ("", "0") else None


def _value(element: Any) -> str:
    return "" if element is None else str(element.get(W + "val", ""))


def is_on(element: Any) -> bool:
    """Whether a switch such as `<w:vanish/>` is there and not set to false."""
    return element is not None and _value(element) not in ("0", "false", "off")


def paragraph_text(paragraph: Any, styles: Styles) -> str:
    """The text of a paragraph: insertions in, deletions, hidden text and field codes out."""
    properties = paragraph.find(W + "pPr")
    if properties is not None and _value(properties.find(W + "pStyle")) in styles.hidden:
        return ""
    pieces: list[str] = []
    _collect(paragraph, styles, pieces)
    return "".join(pieces)


def _collect(element: Any, styles: Styles, pieces: list[str]) -> None:
    for child in element.iterchildren(etree.Element):
        tag = child.tag
        if tag == W + "t":
            pieces.append(child.text or "")
        elif tag in _CHARACTERS:
            pieces.append(_CHARACTERS[tag])
        elif tag in _LEFT_OUT or tag.endswith("}Fallback"):
            continue
        elif tag != W + "r" or not styles.hides(child.find(W + "rPr")):
            _collect(child, styles, pieces)
