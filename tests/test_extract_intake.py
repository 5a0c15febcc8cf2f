"""Finding files and telling formats by content."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from bad_office import body, docx, paragraph
from bad_pdf import one_page, text_content
from bad_pictures import picture
from PIL import Image

from pipeline.errors import DocumentError
from pipeline.stages.extract.formats import Format, detect_format, extension_warning
from pipeline.stages.extract.intake import as_spelled, find_inputs, open_regular

HTML = "<!DOCTYPE html><html><body><p>Rapport</p></body></html>"


def test_folders_are_searched_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ["b/2.pdf", "a.pdf", "b/1.pdf", ".hidden.pdf", ".git/x.pdf", "b/~$1.docx", "c.txt"]:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    found = find_inputs([tmp_path])
    names = [str(path.relative_to(tmp_path)) for path in found.files]
    assert names == ["a.pdf", "b/1.pdf", "b/2.pdf", "c.txt"]
    assert found.issues == ()


def test_a_file_is_read_once_however_often_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_text("x", encoding="utf-8")
    (tmp_path / "link.pdf").symlink_to(path)
    assert find_inputs([path, tmp_path, tmp_path / "link.pdf"]).files == (path,)


def test_a_hidden_file_is_read_when_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".hidden.pdf"
    path.write_text("x", encoding="utf-8")
    assert find_inputs([path]).files == (path,)


def test_linked_folders_are_followed_and_loops_reported(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "up").symlink_to("../..")
    (tmp_path / "a" / "file.txt").write_text("x", encoding="utf-8")
    (tmp_path / "z").symlink_to("a")
    found = find_inputs([tmp_path])
    assert [path.name for path in found.files] == ["file.txt"]
    assert [issue.code for _, issue in found.issues] == ["link-loop"]


def test_an_empty_folder_is_reported(tmp_path: Path) -> None:
    found = find_inputs([tmp_path])
    assert [(path, issue.code) for path, issue in found.issues] == [(tmp_path, "folder-empty")]


def test_a_missing_path_is_handed_on_to_fail(tmp_path: Path) -> None:
    assert find_inputs([tmp_path / "no"]).files == (tmp_path / "no",)


@pytest.mark.parametrize(("stored", "asked"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_a_name_is_found_in_either_spelling(tmp_path: Path, stored: str, asked: str) -> None:
    name = "åtgärder/översikt.txt"
    path = tmp_path / unicodedata.normalize(stored, name)
    path.parent.mkdir()
    path.write_text("x", encoding="utf-8")
    assert as_spelled(tmp_path / unicodedata.normalize(asked, name)) == path
    assert find_inputs([tmp_path / unicodedata.normalize(asked, name)]).files == (path,)


def test_a_file_at_the_limit_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")
    with open_regular(path, 5) as file:
        assert file.read() == b"12345"
    with pytest.raises(DocumentError) as caught:
        open_regular(path, 4)
    assert caught.value.code == "too-large"


def test_a_name_with_a_nul(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        open_regular(tmp_path / "a\0b.txt")
    assert caught.value.code == "bad-file-name"


def test_no_file_is_left_open(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(b"")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        with pytest.raises(DocumentError):
            open_regular(path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    ("name", "content", "expected", "warned"),
    [
        ("a.pdf", one_page(text_content()), Format.PDF, False),
        ("a.doc", one_page(text_content()), Format.PDF, True),
        ("utan ändelse", one_page(text_content()), Format.PDF, False),
        ("a.docx", docx(body(paragraph("Hej"))), Format.DOCX, False),
        ("a.zip", docx(body(paragraph("Hej"))), Format.DOCX, True),
        ("a.html", HTML.encode(), Format.HTML, False),
        ("a.html", HTML.encode("utf-16"), Format.HTML, False),
        ("a.htm", b"Rubrik <p>utan ram</p>", Format.HTML, False),
        ("a.xhtml", b'<?xml version="1.0"?>\n' + HTML.encode(), Format.HTML, False),
        ("a.txt", HTML.encode(), Format.HTML, True),
        ("a.txt", "Från: nämnden\nÄrendet: bemanning".encode(), Format.TEXT, False),
        ("a.txt", b"BMI och kost i hemtj\xe4nsten", Format.TEXT, False),
        ("a.txt", b"Om a < b och <p> saknas", Format.TEXT, False),
        ("a.pdf", b"Bara text.", Format.TEXT, True),
        ("a.log", b"Bara text.", Format.TEXT, False),
        ("a.png", picture(Image.new("L", (9, 9)), "PNG"), Format.IMAGE, False),
        ("a.jpg", picture(Image.new("L", (9, 9)), "TIFF"), Format.IMAGE, False),
    ],
)
def test_format_by_content(
    tmp_path: Path, name: str, content: bytes, expected: Format, warned: bool
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert detect_format(path) is expected
    warning = extension_warning(path, expected)
    assert (warning is not None) == warned
    assert warning is None or warning.issue().severity == "warning"
