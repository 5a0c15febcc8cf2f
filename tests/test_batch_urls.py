"""Inputs behind http://: servers do not always say how long a file is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.batch.inputs import content_id, fetch
from pipeline.batch.store import Remote
from pipeline.errors import DocumentError

pytest.importorskip("aiohttp", reason="the extra `s3` is not installed")

CONTENT = "Kommunen har anställt två handläggare.".encode()


class Chunked(BaseHTTPRequestHandler):
    """Sends files without their length, as pages that are made when asked for come."""

    def do_GET(self) -> None:
        self.do_HEAD()
        if "refused" in self.path:
            return
        self.wfile.write(b"" if "tom" in self.path else CONTENT)

    def do_HEAD(self) -> None:
        self.send_response(int(self.path[-7:-4]) if "refused" in self.path else 200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Chunked) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def test_a_file_of_unknown_length_is_not_empty(server: str, tmp_path: Path) -> None:
    (tmp_path / "same.txt").write_bytes(CONTENT)
    assert content_id(Remote(f"{server}/a.txt")) == content_id(tmp_path / "same.txt")
    fetch(f"{server}/a.txt", tmp_path / "a.txt", 1_000)
    assert (tmp_path / "a.txt").read_bytes() == CONTENT
    with pytest.raises(DocumentError, match="empty"):
        content_id(Remote(f"{server}/tom.txt"))


@pytest.mark.parametrize("status", [401, 403, 410, 500, 503])
def test_a_file_that_the_server_refuses_costs_that_file(
    server: str, tmp_path: Path, status: int
) -> None:
    url = f"{server}/refused-{status}.txt"
    for ask in (lambda: content_id(Remote(url)), lambda: fetch(url, tmp_path / "a.txt", 1_000)):
        with pytest.raises(DocumentError) as caught:
            ask()
        assert caught.value.code == "file-unreadable" and str(status) in str(caught.value)


def test_a_server_that_does_not_answer_costs_its_files_alone() -> None:
    with pytest.raises(DocumentError) as caught:
        content_id(Remote("http://127.0.0.1:1/a.txt"))
    assert caught.value.code == "file-unreadable"


def test_a_file_that_is_not_there(server: str) -> None:
    with pytest.raises(DocumentError) as caught:
        content_id(Remote(f"{server}/refused-404.txt"))
    assert caught.value.code == "file-missing"
