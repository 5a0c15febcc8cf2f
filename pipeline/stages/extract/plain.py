"""Plain text: find its encoding, repair mojibake, drop control characters, cut at form feeds."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from ftfy import TextFixerConfig, fix_encoding
from ftfy.badness import badness

from pipeline.document import Page
from pipeline.errors import Issue
from pipeline.stages.extract import failures
from pipeline.stages.extract.reading import Reading

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_MAX_CONTROL_SHARE = 0.05
_BAD_BYTE = re.compile("[\udc80-\udcff]")
_LINE_ENDS = re.compile("\r\n?")


def sniff_text(head: bytes) -> str:
    """The first bytes of a file as text.

    Raises:
        NotText: too many control characters for any text.
    """
    text, _ = decode(head)
    controls = len(_CONTROL.findall(text)) + text.count("\ufffd")
    if controls > max(1, _MAX_CONTROL_SHARE * len(text)) and text.strip("\x00"):
        raise failures.NotText(f"{controls} of the first {len(text)} characters are no text")
    return text


def read_plain(path: Path) -> Reading:
    """Read a text file; a form feed ends a page. Line ends become "\\n".

    `raw` is the text after mojibake was repaired and control characters dropped: both are
    damage of the file, reported as warnings, not content that a finding could point at.
    """
    text, bad_bytes = decode(path.read_bytes())
    issues: list[Issue] = []
    if bad_bytes:
        message = f"{bad_bytes} bytes do not fit the encoding"
        issues.append(failures.EncodingDoubtful(message).issue())
    text, repaired = repair_mojibake(_LINE_ENDS.sub("\n", text))
    if repaired:
        message = f"{repaired} lines had been read in a wrong encoding"
        issues.append(failures.MojibakeRepaired(message).issue())
    text, dropped = _CONTROL.subn("", text)
    if dropped:
        message = f"{dropped} control characters left out"
        issues.append(failures.ControlCharacters(message).issue())
    return Reading(text, tuple(_pages(text)), tuple(issues))


def decode(data: bytes, declared: str | None = None) -> tuple[str, int]:
    """Decode by byte order mark, `declared` encoding, NUL pattern, then UTF-8 or Windows-1252.

    Returns:
        The text, and how many bytes did not fit and stand as U+FFFD.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _with_replacements(data[len(bom) :], encoding)
    if sixteen_bit := _utf16_without_bom(data):
        return _with_replacements(data, sixteen_bit)
    if declared and declared != "utf-8":
        return _with_replacements(data, declared)
    text = data.decode("utf-8", errors="surrogateescape")
    bad = len(_BAD_BYTE.findall(text))
    if not bad:
        return text, 0
    # A UTF-8 text with a few broken bytes still has more letters beyond ASCII that fit.
    if sum(character > "\x7f" for character in text) > 2 * bad:
        return _BAD_BYTE.sub("\ufffd", text), bad
    return _with_replacements(data, "cp1252")


def _with_replacements(data: bytes, encoding: str) -> tuple[str, int]:
    text = data.decode(encoding, errors="replace")
    if encoding == "cp1252":
        return text, text.count("\ufffd")
    return text, text.count("\ufffd") - data.count("\ufffd".encode(encoding))


def _utf16_without_bom(data: bytes) -> str | None:
    """UTF-16 shows in Latin script as a NUL in every second place."""
    head = data[:4096]
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


_FTFY = TextFixerConfig(unescape_html=False, explain=False)


def repair_mojibake(text: str) -> tuple[str, int]:
    """Put right the lines that were UTF-8 read in another encoding; others stay untouched.

    Returns:
        The text and the number of lines changed.
    """
    if not badness(text):
        return text, 0
    lines = text.split("\n")
    repaired = [fix_encoding(line, _FTFY) if badness(line) else line for line in lines]
    changed = sum(left != right for left, right in zip(lines, repaired, strict=True))
    return "\n".join(repaired), changed


def _pages(text: str) -> Iterator[Page]:
    """Pages between form feeds; one that ends the text opens no further page."""
    start = 0
    pieces = text.removesuffix("\f").split("\f")
    for number, piece in enumerate(pieces, 1):
        yield Page(number, start, start + len(piece), "file")
        start += len(piece) + 1
