"""Damaged and hostile office files, made from bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_TEXT = "Kommunen ska under året rekrytera fler sjuksköterskor till äldreboendena."


def body(inner: str, prolog: str = "") -> str:
    """A main part with `inner` in its body."""
    return f'{prolog}<w:document xmlns:w="{NAMESPACE}"><w:body>{inner}</w:body></w:document>'


def paragraph(text: str) -> str:
    """A paragraph of one run."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def package(members: dict[str, str | bytes]) -> bytes:
    """A zip archive of `members`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def docx(document: str | bytes, **others: str) -> bytes:
    """A docx with this main part; `others` by part name below `word/`, `__` for a dot."""
    parts: dict[str, str | bytes] = {"[Content_Types].xml": _TYPES, "word/document.xml": document}
    parts.update({f"word/{name.replace('__', '.')}": text for name, text in others.items()})
    return package(parts)


def ole(stream: str) -> bytes:
    """An OLE2 container whose directory names one stream."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    directory = bytearray(512)
    directory[: 2 * len("Root Entry")] = "Root Entry".encode("utf-16-le")
    directory[128 : 128 + 2 * len(stream)] = stream.encode("utf-16-le")
    return bytes(header + directory)


OTHER_PACKAGES: dict[str, dict[str, str | bytes]] = {
    "text.odt": {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"},
    "sheet.xlsx": {"[Content_Types].xml": _TYPES, "xl/workbook.xml": "<workbook/>"},
    "slides.pptx": {"[Content_Types].xml": _TYPES, "ppt/presentation.xml": "<presentation/>"},
    "files.zip": {"a.txt": _TEXT, "b.txt": _TEXT},
    "empty.zip": {},
}
PACKAGE_CODES = {
    "text.odt": "format-opendocument",
    "sheet.xlsx": "format-spreadsheet",
    "slides.pptx": "format-slides",
    "files.zip": "format-archive",
    "empty.zip": "format-archive",
}

_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def _bad_checksum() -> bytes:
    data = bytearray(docx(body(paragraph(_TEXT))))
    at = data.index(b"word/document.xml") + len("word/document.xml") + 20
    data[at] ^= 0xFF
    return bytes(data)


def _encrypted_members() -> bytes:
    data = bytearray(docx(body(paragraph(_TEXT))))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + offset] |= 1
    return bytes(data)


def cases() -> Iterator[tuple[str, str | None, bytes, bool, dict[str, Any]]]:
    """Name, expected code, content, whether text comes out, settings."""
    good = docx(body(paragraph(_TEXT)))
    bomb = docx(body(paragraph("x" * 60_000_000)))
    laughs = docx(body(paragraph("&i;"), _LAUGHS + "]>"))
    unsafe = package(
        {
            "[Content_Types].xml": _TYPES,
            "word/document.xml": body(paragraph(_TEXT)),
            "../../etc/outside.txt": "x",
            "/absolute.txt": "x",
        }
    )
    deep = "<w:sdt><w:sdtContent>" * 400 + paragraph(_TEXT) + "</w:sdtContent></w:sdt>" * 400
    no_body = package({"[Content_Types].xml": _TYPES, "word/styles.xml": "<a/>"})
    yield "truncated.docx", "docx-broken", good[: len(good) // 2], False, {}
    yield "no-body.docx", "docx-no-body", no_body, False, {}
    yield "bomb.docx", "docx-bomb", bomb, False, {}
    yield "billion-laughs.docx", "docx-entities", laughs, False, {}
    outside = docx(body(paragraph("&a;"), _OUTSIDE))
    yield "external-entity.docx", "docx-entities", outside, False, {}
    yield "unsafe-names.docx", "docx-unsafe-names", unsafe, True, {}
    yield "broken-xml.docx", "docx-broken", docx(body("<w:p><w:r>")), False, {}
    yield "deep.docx", "docx-broken", docx(body(deep)), False, {}
    yield "bad-checksum.docx", "docx-broken", _bad_checksum(), False, {}
    yield "encrypted-members.docx", "office-encrypted", _encrypted_members(), False, {}
    yield "no-text.docx", "no-text", docx(body("<w:p/>")), False, {}
    yield "word-named.pdf", "wrong-extension", good, True, {}
