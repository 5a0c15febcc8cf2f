"""The bad-input set: builds files that break readers, each with the issue code it must get.

`python tests/bad_inputs.py FOLDER` writes them for a look, or for a run of the whole tool.
"""

from __future__ import annotations

import os
import socket
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import bad_office
import bad_pdf
import bad_pictures

SENTENCE = "Nämnden har beslutat att anställa två samordnare för hemtjänsten på östra sidan."


@dataclass(frozen=True)
class BadInput:
    """One bad input.

    Attributes:
        write: makes the file at the path given, whose name is `name`.
        code: of an issue that extraction must record; None where the file must simply be read.
        reads: whether text must come out all the same.
        settings: of `ExtractConfig`, where the case is about a limit.
    """

    name: str
    code: str | None
    write: Callable[[Path], object]
    reads: bool = False
    settings: dict[str, Any] = field(default_factory=dict)


def _holding(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _link_to(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


def _sparse(size: int) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        path.write_bytes(SENTENCE.encode())
        os.truncate(path, size)

    return write


def _socket(path: Path) -> None:
    # Bound by a short relative name: socket addresses hold only about a hundred bytes.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(before)


_PARAGRAPH = (SENTENCE + "\n") * 4
_MOJIBAKE = _PARAGRAPH.encode().decode("cp1252").encode()
_MAIL = f"From: a@example.se\nMIME-Version: 1.0\nSubject: svar\n\n{SENTENCE}\n".encode()
_DEEP_HTML = b"<html><body>" + b"<div>" * 50_000 + SENTENCE.encode() + b"</div>" * 50_000
_RTF = rb"{\rtf1\ansi Beslut om bemanning.}"
_TAR = b"a.txt".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 760
_NOISE = bytes((index * 7919 + index * index * 31) % 256 for index in range(4000))


def _file_system() -> Iterator[BadInput]:
    text = _PARAGRAPH.encode()
    yield BadInput("missing.pdf", "file-missing", lambda path: None)
    yield BadInput("missing-folder/a.pdf", "file-missing", lambda path: None)
    yield BadInput("broken-link.pdf", "broken-link", _link_to("nowhere.pdf"))
    yield BadInput("link-to-itself.pdf", "link-to-itself", _link_to("link-to-itself.pdf"))
    yield BadInput("folder.pdf", "is-a-folder", Path.mkdir)
    yield BadInput("pipe.pdf", "not-a-file", os.mkfifo)
    yield BadInput("socket.pdf", "not-a-file", _socket)
    yield BadInput("device.pdf", "not-a-file", _link_to("/dev/zero"))
    yield BadInput("l" * 300 + ".pdf", "bad-file-name", lambda path: None)
    yield BadInput("empty.pdf", "empty-file", _holding(b""))
    yield BadInput("300-megabytes.txt", "too-large", _sparse(300_000_000))
    yield BadInput(unicodedata.normalize("NFD", "årsrapport.txt"), None, _holding(text), True)
    yield BadInput(unicodedata.normalize("NFC", "ålista.txt"), None, _holding(text), True)
    yield BadInput("two\nlines.txt", None, _holding(text), True)
    yield BadInput("latin-\udce5-name.txt", None, _holding(text), True)


def _text() -> Iterator[BadInput]:
    text = _PARAGRAPH
    yield BadInput("spaces.txt", "no-text", _holding(b" \n\t \n" * 50))
    yield BadInput("noise.txt", "not-text", _holding(_NOISE))
    yield BadInput("noise-without-extension", "not-text", _holding(_NOISE[::-1]))
    yield BadInput("nulls-only.txt", "no-text", _holding(b"\0" * 5000))
    yield BadInput("mojibake.txt", "mojibake-repaired", _holding(_MOJIBAKE), True)
    nulls = text.replace("hemtjänsten", "hem\0\x07tjänsten").encode()
    yield BadInput("control-characters.txt", "control-characters", _holding(nulls), True)
    broken = text.encode() + b"\xc3 \xff slut"
    yield BadInput("broken-utf-8.txt", "encoding-doubtful", _holding(broken), True)
    yield BadInput("utf-16-no-mark.txt", None, _holding(text.encode("utf-16-le")), True)
    odd = b"\xff\xfe" + text.encode("utf-16-le") + b"\x0a"
    yield BadInput("utf-16-odd-length.txt", "encoding-doubtful", _holding(odd), True)
    yield BadInput("windows-1252.txt", None, _holding(text.encode("cp1252")), True)
    page = f"<!doctype html><p>{SENTENCE}</p>".encode()
    yield BadInput("page-named.txt", "wrong-extension", _holding(page), True)
    yield BadInput("deep.html", "html-too-deep", _holding(_DEEP_HTML))
    script = b"<!doctype html><html><body><script>var a = 1;</script></body></html>"
    yield BadInput("script-only.html", "no-text", _holding(script))
    declared = b'<html><head><meta charset="utf-8"></head><body>' + text.encode() + b"\xff \xfe"
    yield BadInput("page-broken-utf-8.html", "encoding-doubtful", _holding(declared), True)


def _other_formats() -> Iterator[BadInput]:
    ole = bad_office.ole
    yield BadInput("old.doc", "format-doc", _holding(ole("WordDocument")))
    yield BadInput("old.xls", "format-spreadsheet", _holding(ole("Workbook")))
    yield BadInput("old.ppt", "format-slides", _holding(ole("PowerPoint Document")))
    yield BadInput("mail.msg", "format-message", _holding(ole("__properties_version1.0")))
    yield BadInput("password.docx", "office-encrypted", _holding(ole("EncryptedPackage")))
    yield BadInput("unknown.ole", "not-text", _holding(ole("Contents")))
    yield BadInput("mail.eml", "format-message", _holding(_MAIL))
    yield BadInput("letter.rtf", "format-rtf", _holding(_RTF))
    yield BadInput("rich-text-named.doc", "format-rtf", _holding(_RTF))
    yield BadInput("plot.ps", "format-postscript", _holding(b"%!PS-Adobe-3.0\nshowpage\n"))
    yield BadInput("data.xml", "format-xml", _holding(b'<?xml version="1.0"?><rows><row/></rows>'))
    yield BadInput("folder.tar", "format-archive", _holding(_TAR))
    yield BadInput("folder.7z", "format-archive", _holding(b"7z\xbc\xaf\x27\x1c" + _NOISE))
    for name, members in bad_office.OTHER_PACKAGES.items():
        code = bad_office.PACKAGE_CODES[name]
        yield BadInput(name, code, _holding(bad_office.package(members)))
    cut = bad_office.package({"a.txt": _NOISE})[:300]
    yield BadInput("cut.zip", "archive-broken", _holding(cut))
    yield BadInput("gzip-named.pdf", "format-compressed", _holding(bad_pdf.gzipped()))


@cache
def bad_inputs() -> tuple[BadInput, ...]:
    """All cases; names are unique."""
    cases = [*_file_system(), *_text(), *_other_formats()]
    for make in (bad_pdf.cases, bad_office.cases, bad_pictures.cases):
        for name, code, content, reads, settings in make():
            cases.append(BadInput(name, code, _holding(content), reads, settings))
    assert len({case.name for case in cases}) == len(cases)
    return tuple(cases)


def write_all(folder: Path) -> None:
    """Write every case, a folder that links to itself, and an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in bad_inputs():
        if len(case.name) < 256 and "/" not in case.name:
            case.write(folder / case.name)
    (folder / "loop").mkdir()
    (folder / "loop" / "back").symlink_to("..")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
