"""What the tests of the parsing child ask it to do."""

from __future__ import annotations

import os
import sys
import time

from pipeline.stages.extract.failures import NoText

_KEPT: list[bytearray] = []


def add(left: int, right: int) -> int:
    return left + right


def process_id() -> int:
    return os.getpid()


def noise() -> str:
    print("noise on standard output", flush=True)
    os.write(1, b"and past Python")
    sys.stderr.write("and on standard error")
    return "quiet"


def warn_of(page: int) -> None:
    raise NoText("nothing there", page=page, remedy="Look again.")


def fail() -> None:
    raise KeyError("a part is missing")


def nest() -> None:
    nest()


def hang() -> None:
    time.sleep(100)


def exhaust() -> int:
    return len(bytearray(4 << 30))


def die(sign: int) -> None:
    os.kill(os.getpid(), sign)
    time.sleep(10)


def recall(mebibytes: int) -> int:
    """Take memory and keep it, as a leaking parser does."""
    _KEPT.append(bytearray(mebibytes << 20))
    return mebibytes
