"""Word documents (docx): zip and XML read with limits, text in the order that Word shows it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

from pipeline.errors import Issue
from pipeline.stages.extract import format_failures as failures
from pipeline.stages.extract.blocks import Blocks
from pipeline.stages.extract.docx_text import Styles, W, is_on, paragraph_text, read_styles
from pipeline.stages.extract.reading import Reading

_MAX_PART_BYTES = 100_000_000
_MAX_RATIO = 200
"""XML of real documents packs 5 to 30 times; deflate reaches 1000 times only on repetition."""
_RATIO_FREE_BYTES = 1_000_000
_BODY = "word/document.xml"
_RELATIONS = "word/_rels/document.xml.rels"
_CONTAINERS = {W + tag for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}


def read_docx(path: Path) -> Reading:
    """Read a docx: headers, body, footnotes, footers; tracked deletions and hidden text left out.

    Headings, lists and tables become regions; headers and footers `running_head`.

    Raises:
        DocumentError: damaged, without main part, or built to do harm (one subclass a reason).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(_Package(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise failures.DocxBroken(f"damaged zip container: {error}") from error


class _Package:
    """The parts of a docx, parsed on demand."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = set(archive.namelist())
        self.issues: list[Issue] = []
        unsafe = [name for name in self._names if _is_unsafe(name)]
        if unsafe:
            message = f"{len(unsafe)} members are named outside the document's folder"
            self.issues.append(failures.DocxUnsafeNames(message).issue())

    def part(self, name: str) -> Any:
        """The root element of a part, or None where it does not exist."""
        if name not in self._names:
            return None
        info = self._archive.getinfo(name)
        if info.flag_bits & 0x1:
            raise failures.OfficeEncrypted("its parts are encrypted")
        # The size in the directory may lie, so reading stops there by itself.
        allowed = min(
            _MAX_PART_BYTES, max(_RATIO_FREE_BYTES, _MAX_RATIO * max(info.compress_size, 1))
        )
        with self._archive.open(info) as file:
            data = file.read(allowed + 1)
        if len(data) > allowed or info.file_size > allowed:
            raise failures.DocxBomb(f"{name} unpacks to more than {allowed} bytes")
        if b"<!DOCTYPE" in data or "<!DOCTYPE".encode("utf-16-le") in data:
            raise failures.DocxEntities(f"{name} declares a document type")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise failures.DocxBroken(f"{name} is no valid XML: {error}") from error

    def related(self, kind: str) -> Iterator[Any]:
        """The parts that the main part refers to as `kind`, e.g. header."""
        relations = self.part(_RELATIONS)
        for relation in () if relations is None else relations:
            if str(relation.get("Type", "")).endswith("/" + kind):
                target = str(relation.get("Target", "")).lstrip("/")
                name = target if target.startswith("word/") else f"word/{target}"
                part = self.part(name)
                if part is not None:
                    yield part


def _is_unsafe(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or name[1:2] == ":"


def _read(package: _Package) -> Reading:
    document = package.part(_BODY)
    if document is None:
        raise failures.DocxNoBody(f"the container holds no {_BODY}")
    styles = read_styles(package.part("word/styles.xml"))
    blocks = Blocks()
    _add_running_heads(blocks, package.related("header"), styles)
    for body in document.iterchildren(W + "body"):
        _add_blocks(blocks, body, styles)
    for notes in package.related("footnotes"):
        for note in notes.iterchildren(W + "footnote"):
            # Typed notes are the separator lines that Word keeps among them.
            if note.get(W + "type") in (None, "normal"):
                _add_blocks(blocks, note, styles)
    _add_running_heads(blocks, package.related("footer"), styles)
    return blocks.reading(package.issues)


def _add_running_heads(blocks: Blocks, parts: Iterator[Any], styles: Styles) -> None:
    """One block for each different text: first, even and odd pages mostly repeat it."""
    texts = (_lines(part, styles) for part in parts)
    for text in dict.fromkeys(texts):
        blocks.add("running_head", text)


def _lines(container: Any, styles: Styles) -> str:
    """The text of all paragraphs below `container`, tables included, a paragraph a line."""
    found = [paragraph_text(paragraph, styles) for paragraph in _paragraphs(container)]
    return "\n".join(line for line in found if line.strip())


def _paragraphs(container: Any) -> Iterator[Any]:
    """Paragraphs below `container`, those in text boxes of a paragraph after it."""
    for child in container.iterchildren(etree.Element):
        if child.tag == W + "p":
            yield child
            yield from _in_text_boxes(child)
        elif child.tag not in (W + "del", W + "moveFrom"):
            yield from _paragraphs(child)


def _in_text_boxes(paragraph: Any) -> Iterator[Any]:
    """A text box stands twice in the file: as a drawing, and as its fallback for old programs."""
    for box in paragraph.iterdescendants(W + "txbxContent"):
        if not any(above.tag.endswith("}Fallback") for above in box.iterancestors()):
            yield from _paragraphs(box)


def _add_blocks(blocks: Blocks, container: Any, styles: Styles) -> None:
    for child in container.iterchildren(etree.Element):
        if child.tag == W + "p":
            blocks.add(styles.kind(child), paragraph_text(child, styles))
            for inner in _in_text_boxes(child):
                blocks.add(styles.kind(inner), paragraph_text(inner, styles))
        elif child.tag == W + "tbl":
            _add_table(blocks, child, styles)
        elif child.tag in _CONTAINERS:
            _add_blocks(blocks, child, styles)


def _add_table(blocks: Blocks, table: Any, styles: Styles) -> None:
    """A table of one column is a frame around prose; others keep their rows."""
    rows = [
        list(_below(row, "tc", lambda tag: tag != W + "tbl"))
        for row in _below(table, "tr", lambda tag: tag != W + "tc")
        if not is_on(row.find(f"{W}trPr/{W}del"))
    ]
    if all(len(cells) < 2 for cells in rows):
        for cells in rows:
            for cell in cells:
                _add_blocks(blocks, cell, styles)
    else:
        blocks.add_table([_lines(cell, styles) for cell in cells] for cells in rows)


def _below(element: Any, name: str, enter: Callable[[str], bool]) -> Iterator[Any]:
    """Elements called `name` below `element`, looking only into what `enter` allows."""
    for child in element.iterchildren(etree.Element):
        if child.tag == W + name:
            yield child
        elif enter(child.tag):
            yield from _below(child, name, enter)
