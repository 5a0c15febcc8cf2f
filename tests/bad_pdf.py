"""Damaged, locked, recursive and empty PDFs, written object by object."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

from fpdf import FPDF
from fpdf.enums import EncryptionMethod

_TEXT = "Kommunen har infort en central bemanningsenhet for aldreomsorgen."
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


def pdf(objects: list[bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of `objects`, numbered from 1, with a correct cross-reference table."""
    data, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(data), len(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n" % size
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return data


def stream(content: bytes, keys: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), keys, content)


def page(keys: bytes = b"", box: bytes = b"0 0 595 842") -> bytes:
    """A page whose content is object 4 and whose font is object 5."""
    resources = b"/Resources << /Font << /F 5 0 R >> >>"
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] %s %s >>" % (box, resources, keys)


def text_content(lines: int = 6) -> bytes:
    """Content that shows a few lines of text."""
    shown = b" T* ".join(b"(%s) Tj" % _TEXT.encode("ascii") for _ in range(lines))
    return b"BT /F 12 Tf 14 TL 60 760 Td %s ET" % shown


def one_page(content: bytes, keys: bytes = b"", **options: Any) -> bytes:
    """A PDF of one page with this content stream."""
    sheet = page(b"/Contents 4 0 R", **options)
    return pdf([_CATALOG, _PAGES, sheet, stream(content, keys), _FONT])


def gzipped() -> bytes:
    """A good PDF, compressed by gzip."""
    return gzip.compress(one_page(text_content()), mtime=0)


def _locked(user: str) -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("helvetica", size=12)
    document.multi_cell(0, text=_TEXT * 3)
    document.set_encryption("owner", user, encryption_method=EncryptionMethod.AES_128)
    return bytes(document.output())


def _unknown_lock() -> bytes:
    lock = b"/Root 1 0 R /Encrypt << /Filter /Adobe.PubSec /V 4 >> /ID [<00> <00>]"
    objects = [_CATALOG, _PAGES, page(b"/Contents 4 0 R"), stream(text_content()), _FONT]
    return pdf(objects, lock)


def _outline(entries: int) -> bytes:
    """A text page and an outline whose entries hang one below the other."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>",
        _PAGES,
        page(b"/Contents 4 0 R"),
        stream(text_content()),
        _FONT,
        b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count %d >>" % entries,
    ]
    for number in range(7, 7 + entries):
        below = b"/First %d 0 R /Last %d 0 R" % (number + 1, number + 1)
        last = number == 6 + entries
        objects.append(
            b"<< /Title (Rubrik) /Parent %d 0 R %s /Dest [3 0 R /Fit] >>"
            % (number - 1, b"" if last else below)
        )
    return pdf(objects)


def _forms() -> bytes:
    """A form XObject that draws itself."""
    form = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources 6 0 R")
    resources = b"<< /XObject << /X 4 0 R >> >>"
    sheet = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 6 0 R /Contents 5 0 R >>"
    )
    return pdf([_CATALOG, _PAGES, sheet, form, stream(b"/X Do"), resources])


def _image_without_area() -> bytes:
    image = stream(
        b"",
        b"/Type /XObject /Subtype /Image /Width 0 /Height 0 /BitsPerComponent 8"
        b" /ColorSpace /DeviceGray",
    )
    sheet = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
        b" /Resources << /XObject << /X 5 0 R >> >> /Contents 4 0 R >>"
    )
    return pdf([_CATALOG, _PAGES, sheet, stream(b"q 500 0 0 700 9 9 cm /X Do Q"), image])


def _garbage_glyphs() -> bytes:
    """Text whose font maps every code to a private-use character."""
    lines = b"\n".join(b"<%02x> <%04x>" % (code, 0xE000 + code) for code in range(32, 127))
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n"
        b"95 beginbfchar\n" + lines + b"\nendbfchar\nendcmap end end"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    content = stream(text_content())
    return pdf([_CATALOG, _PAGES, page(b"/Contents 4 0 R"), content, font, stream(cmap)])


def _previous_loop() -> bytes:
    data = one_page(text_content())
    start = data.rindex(b"xref\n0 ")
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def memory_bomb(megabytes: int) -> bytes:
    """A content stream packed twice, so that a small file unpacks to very much."""
    packer = zlib.compressobj(1)
    block = b" " * 1_000_000
    packed = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    twice = zlib.compress(packed, 9)
    return one_page(twice, b"/Filter [/FlateDecode /FlateDecode]")


def _many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(6, 6 + count))
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    content = stream(text_content())
    return pdf([_CATALOG, pages, b"null", content, _FONT, *[page(b"/Contents 4 0 R")] * count])


def cases() -> Iterator[tuple[str, str | None, bytes, bool, dict[str, Any]]]:
    """Name, expected code, content, whether text comes out, settings."""
    good = one_page(text_content())
    no_pages = b"<< /Type /Pages /Kids [] /Count 0 >>"
    loop = b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"
    own_kid = b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>"
    endless = zlib.compress(b"0 0 m 9 9 l S " * 2_000_000)
    flate = b"/Filter /FlateDecode"
    yield "head-only.pdf", "pdf-broken", good[:20], False, {}
    yield "not-really.pdf", "pdf-broken", b"%PDF-1.4\n" + b"lorem ipsum " * 99, False, {}
    yield "cut-before-page.pdf", "pdf-broken", good[: good.index(b"3 0 obj")], False, {}
    yield "cut-in-page-text.pdf", "pdf-broken", good[: good.index(b"endstream") - 40], False, {}
    yield "cut-before-table.pdf", "pdf-broken", good[: good.index(b"xref")], False, {}
    yield "junk-before.pdf", None, b"\n" * 300 + good, True, {}
    yield "locked.pdf", "pdf-encrypted", _locked("hemligt"), False, {}
    yield "locked-empty-password.pdf", None, _locked(""), True, {}
    yield "unknown-lock.pdf", "pdf-encrypted", _unknown_lock(), False, {}
    yield "no-pages.pdf", "pdf-no-pages", pdf([_CATALOG, no_pages]), False, {}
    yield "no-root.pdf", "pdf-broken", pdf([b"<< >>"], b""), False, {}
    pages_loop = pdf([_CATALOG, loop, page(b"/Contents 4 0 R"), stream(text_content()), _FONT])
    yield "page-tree-loop.pdf", None, pages_loop, True, {}
    yield "page-tree-own-kid.pdf", "pdf-no-pages", pdf([_CATALOG, _PAGES, own_kid]), False, {}
    yield "previous-table-loop.pdf", "pdf-broken", _previous_loop(), False, {}
    yield "form-draws-itself.pdf", "page-blank", _forms(), False, {}
    yield "outline-10000.pdf", None, _outline(10_000), True, {}
    yield "image-without-area.pdf", "page-blank", _image_without_area(), False, {}
    no_area = one_page(text_content(), box=b"0 0 0 0")
    yield "page-without-area.pdf", None, no_area, True, {}
    outside = page(b"/Contents 4 0 R /CropBox [700 900 800 1000]")
    crop = pdf([_CATALOG, _PAGES, outside, stream(b"0 0 50 50 re f"), _FONT])
    yield "crop-outside-page.pdf", "page-without-area", crop, False, {}
    yield "huge-page.pdf", "page-blank", one_page(b"", box=b"0 0 90000 90000"), False, {}
    yield "garbage-glyphs.pdf", "pdf-garbage-text", _garbage_glyphs(), True, {}
    yield "no-content.pdf", "page-blank", pdf([_CATALOG, _PAGES, page()]), False, {}
    yield "bad-compression.pdf", "page-blank", one_page(b"no zlib data", flate), False, {}
    nested = b"[" * 100_000 + text_content()
    yield "nested-arrays.pdf", "page-blank", one_page(nested), False, {}
    yield "gzip-bomb.pdf", "parse-memory", memory_bomb(400), False, {"memory_mib": 320}
    yield "endless.pdf", "parse-timeout", one_page(endless, flate), False, {"deadline_s": 1.5}
    yield "three-pages.pdf", "pdf-too-many-pages", _many_pages(3), True, {"max_pages": 2}
