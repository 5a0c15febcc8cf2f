"""Drive the installed Chromium over its debugging pipe: load times, pictures, print."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import MissingDependencyError

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_DEADLINE_S = 120.0


class Browser:
    """One page of a headless Chromium; see `browser()`."""

    def __init__(self, write: int, read: int, *, javascript: bool) -> None:
        self._write, self._read = write, read
        self._javascript = javascript
        self._number = 0
        self._buffer = b""
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self.call("Page.enable")
        self.call("Emulation.setScriptExecutionDisabled", value=not javascript)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command of the DevTools protocol and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        for reply in self._messages():
            if reply.get("id") == self._number:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']['message']}")
                result: dict[str, Any] = reply["result"]
                return result
        raise RuntimeError(f"{method}: the browser does not answer")

    def open(self, path: Path, width: int = 1400, height: int = 900) -> float:
        """Open a file in a window of this size; returns seconds until it was loaded."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        began = time.perf_counter()
        self.call("Page.navigate", url=path.resolve().as_uri())
        while self.evaluate("document.readyState") != "complete":
            if time.perf_counter() - began > _DEADLINE_S:
                raise RuntimeError(f"{path} did not load in {_DEADLINE_S:.0f} s")
            time.sleep(0.02)
        if self._javascript:  # two frames: the first paint is done
            self.evaluate(
                "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(1))))"
            )
        return time.perf_counter() - began

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, a promise's when it is there."""
        reply = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in reply:
            raise RuntimeError(json.dumps(reply["exceptionDetails"])[:500])
        return reply["result"].get("value")

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Save what the window shows, or the `whole` page, as PNG."""
        reply = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(reply["data"]))

    def pdf(self, path: Path) -> None:
        """Print the page to a PDF file."""
        reply = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        path.write_bytes(base64.b64decode(reply["data"]))

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" in self._buffer:
                one, _, self._buffer = self._buffer.partition(b"\0")
                yield json.loads(one)
            ready, _, _ = select.select([self._read], [], [], _DEADLINE_S)
            received = os.read(self._read, 1 << 20) if ready else b""
            if not received:
                return
            self._buffer += received


@contextmanager
def browser(*, javascript: bool = True) -> Iterator[Browser]:
    """Start Chromium without a window, and end it.

    Raises:
        MissingDependencyError: no Chromium is installed.
    """
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        raise MissingDependencyError("Chromium is not installed")
    to_read, to_write = os.pipe()
    from_read, from_write = os.pipe()

    def connect() -> None:
        # Chromium reads commands from descriptor 3 and answers on 4.
        os.dup2(to_read, 103)
        os.dup2(from_write, 104)
        os.dup2(103, 3)
        os.dup2(104, 4)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--remote-debugging-pipe",
                f"--user-data-dir={profile}",
                "--hide-scrollbars",
            ],
            preexec_fn=connect,
            pass_fds=(3, 4),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield Browser(to_write, from_read, javascript=javascript)
        finally:
            process.kill()
            process.wait()
            for end in (to_read, to_write, from_read, from_write):
                os.close(end)
