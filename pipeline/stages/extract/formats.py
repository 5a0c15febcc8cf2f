"""Tell a file's format by its content; its extension is only compared with that."""

from __future__ import annotations

import re
import zipfile
from enum import Enum
from pathlib import Path

from pipeline.errors import DocumentError
from pipeline.stages.extract import failures
from pipeline.stages.extract import format_failures as unsupported
from pipeline.stages.extract.plain import sniff_text


class Format(Enum):
    """A format that is read; the value is how messages name it."""

    PDF = "PDF"
    DOCX = "Word (docx)"
    HTML = "a web page"
    TEXT = "plain text"
    IMAGE = "a picture"


_HEAD_BYTES = 65_536

_EXTENSIONS = {
    **dict.fromkeys([".pdf"], Format.PDF),
    **dict.fromkeys([".docx", ".docm", ".dotx"], Format.DOCX),
    **dict.fromkeys([".html", ".htm", ".xhtml"], Format.HTML),
    **dict.fromkeys([".txt", ".text", ".md", ".csv"], Format.TEXT),
    **dict.fromkeys([".png", ".jpg", ".jpeg", ".tif", ".tiff"], Format.IMAGE),
    **dict.fromkeys([".doc", ".rtf", ".odt", ".xls", ".xlsx", ".ppt", ".pptx", ".zip"], None),
}
"""Extensions that promise a format; None: one that is not read."""

_MAGIC: tuple[tuple[bytes, Format | type[DocumentError]], ...] = (
    (b"\x89PNG\r\n\x1a\n", Format.IMAGE),
    (b"\xff\xd8\xff", Format.IMAGE),
    (b"II*\x00", Format.IMAGE),
    (b"MM\x00*", Format.IMAGE),
    (b"II+\x00", unsupported.UnsupportedImage),
    (b"MM\x00+", unsupported.UnsupportedImage),
    (b"GIF8", unsupported.UnsupportedImage),
    (b"BM", unsupported.UnsupportedImage),
    (b"\x00\x00\x00\x0cjP  ", unsupported.UnsupportedImage),
    (b"AT&TFORM", unsupported.UnsupportedImage),
    (b"{\\rtf", unsupported.RichText),
    (b"%!PS", unsupported.PostScript),
    (b"\x1f\x8b", unsupported.Compressed),
    (b"BZh", unsupported.Compressed),
    (b"\xfd7zXZ\x00", unsupported.Compressed),
    (b"\x28\xb5\x2f\xfd", unsupported.Compressed),
    (b"7z\xbc\xaf\x27\x1c", unsupported.Archive),
    (b"Rar!\x1a\x07", unsupported.Archive),
)

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", unsupported.OfficeEncrypted),
    ("WordDocument", unsupported.LegacyWord),
    ("Workbook", unsupported.Spreadsheet),
    ("PowerPoint Document", unsupported.Slides),
    ("__properties_version", unsupported.Message),
)

_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|title|div|p|h[1-6]|table|ul)\b", re.I)
_MAIL = re.compile(
    r"^(?:received|return-path|message-id|mime-version|delivered-to):\s", re.I | re.M
)
_MAIL_START = re.compile(r"(?:From |[A-Za-z][A-Za-z-]*:\s)")


def detect_format(path: Path) -> Format:
    """Return the format of a file that `open_regular` opens.

    Raises:
        DocumentError: the format is known but not read, or the bytes are no text either.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    if head[:2] == b"PK" and head[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08"):
        return _zip_format(path, head)
    if head.startswith(_OLE_MAGIC):
        raise _ole_failure(path, head)
    if head[257:262] == b"ustar":
        raise unsupported.Archive("a tar archive")
    if (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:12] in (b"ftypheic", b"ftypavif"):
        raise unsupported.UnsupportedImage("a picture in WebP or HEIF")
    for magic, found in _MAGIC:
        if head.startswith(magic) and not (magic == b"BM" and head[6:10] != b"\0\0\0\0"):
            if isinstance(found, Format):
                return found
            raise found((found.__doc__ or "").strip().rstrip("."))
    return _text_format(sniff_text(head), path)


def extension_warning(path: Path, found: Format) -> DocumentError | None:
    """The warning that the extension promises another format, or None."""
    extension = path.suffix.lower()
    if _EXTENSIONS.get(extension, found) is found:
        return None
    return failures.WrongExtension(f"named {extension}, but the content is {found.value}")


def _text_format(text: str, path: Path) -> Format:
    start = text.lstrip("\ufeff \t\r\n")
    if _MAIL_START.match(start) and _MAIL.search(start.partition("\n\n")[0]):
        raise unsupported.Message("an e-mail message or web archive")
    first_tag = _HTML.search(start[:4096])
    if first_tag and (start.startswith("<") or path.suffix.lower() in (".html", ".htm", ".xhtml")):
        return Format.HTML
    if start.startswith("<?xml"):
        raise unsupported.Xml("XML that is not a web page")
    return Format.TEXT


def _zip_format(path: Path, head: bytes) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:80] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        if b"[Content_Types].xml" in head or b"word/" in head:
            raise unsupported.DocxBroken(f"damaged zip container: {error}") from error
        raise unsupported.ArchiveBroken(f"damaged zip archive: {error}") from error
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        raise unsupported.OpenDocument("OpenDocument")
    folders = {name.partition("/")[0] for name in names}
    if "xl" in folders:
        raise unsupported.Spreadsheet("an Excel workbook")
    if "ppt" in folders:
        raise unsupported.Slides("PowerPoint slides")
    if "word" in folders or "[Content_Types].xml" in names:
        return Format.DOCX
    raise unsupported.Archive("a zip archive")


def _ole_failure(path: Path, head: bytes) -> DocumentError:
    """Which program wrote an OLE2 container, by the stream names in its directory."""
    sector_bytes = 1 << min(int.from_bytes(head[30:32], "little"), 16)
    with path.open("rb") as file:
        file.seek((int.from_bytes(head[48:52], "little") + 1) * sector_bytes)
        directory = file.read(4096)
    for name, failure in _OLE_STREAMS:
        if name.encode("utf-16-le") in directory:
            return failure((failure.__doc__ or "").strip().rstrip("."))
    return failures.NotText("an OLE2 container that holds no office document")
