"""Every bad input gets its own issue code and a remedy, and the files after it still read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bad_inputs import SENTENCE, BadInput, bad_inputs, write_all

from pipeline.config import ExtractConfig
from pipeline.document import Document
from pipeline.errors import DocumentError, all_errors
from pipeline.stages.extract import Extract
from pipeline.stages.extract.intake import find_inputs, open_regular


@pytest.fixture(scope="module")
def extract() -> Iterator[Extract]:
    stage = Extract(ExtractConfig(deadline_s=30))
    yield stage
    stage.close()


def extracted(stage: Extract, path: Path) -> Document:
    """As the pipeline does it: an error becomes the document's issue."""
    document = Document("id", str(path))
    try:
        return stage(document)
    except DocumentError as error:
        return Document("id", str(path), issues=(error.issue(),))


@pytest.mark.parametrize("case", bad_inputs(), ids=lambda case: ascii(case.name[:40]))
def test_bad_input(case: BadInput, extract: Extract, tmp_path: Path) -> None:
    path, good = tmp_path / case.name, tmp_path / "good.txt"
    case.write(path)
    good.write_text(SENTENCE, encoding="utf-8")
    stage = Extract(ExtractConfig(**case.settings)) if case.settings else extract

    document = extracted(stage, path)

    codes = [issue.code for issue in document.issues]
    assert codes == [] if case.code is None else case.code in codes, document.issues
    assert bool(document.raw.strip()) == case.reads
    for issue in document.issues:
        assert issue.message
        assert len(issue.remedy) > 20
    assert document.text == document.raw
    assert extracted(stage, good).raw == SENTENCE
    if case.settings:
        stage.close()


def test_there_are_enough_cases_and_codes() -> None:
    cases = bad_inputs()
    assert sum(case.code is not None for case in cases) >= 45
    assert len({case.code for case in cases if case.code}) >= 40


def test_every_code_is_one_class() -> None:
    codes = [error.code for error in all_errors()]
    assert len(codes) == len(set(codes))


def test_a_folder_of_them_is_searched(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    write_all(folder)
    found = find_inputs([folder])
    assert set(found.files) == set(folder.iterdir()) - {folder / "loop", folder / "folder.pdf"}
    assert [(path.name, issue.code) for path, issue in found.issues] == [("back", "link-loop")]


@contextmanager
def without_privileges() -> Iterator[None]:
    """Root may read everything: step down to a user who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_unreadable_permission() -> None:
    # pytest's own folders are closed to other users, which would hide what is tested here.
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        top.chmod(0o755)
        path, folder = top / "secret.pdf", top / "closed"
        path.write_bytes(b"%PDF-1.7")
        path.chmod(0)
        folder.mkdir(mode=0)
        with without_privileges():
            with pytest.raises(DocumentError) as caught:
                open_regular(path)
            found = find_inputs([top])
        folder.chmod(0o700)
    assert caught.value.code == "file-unreadable"
    assert found.files == (path,)
    assert [(path.name, issue.code) for path, issue in found.issues] == [
        ("closed", "folder-unreadable")
    ]
