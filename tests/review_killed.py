"""Write decisions until killed, again and again; run by test_review_kill.py.

Usage: review_killed.py DATABASE TIMES. Prints how many decisions were acknowledged, and fails
where one of them is not in the database after a kill.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
import uuid
from pathlib import Path

from pipeline.review import queue
from pipeline.review.database import Database
from pipeline.review.decide import Decision, decide
from pipeline.review.log import Reviewer
from pipeline.review.undo import undo
from pipeline.review.view import View


def write_for_ever(path: Path, pipe: int) -> None:
    """Judge and undo; each key goes down the pipe once the database has answered."""
    database = Database.at(path)
    with database.reading() as connection:
        findings = queue.ids_of(connection, View(), "anna")
    number = os.getpid()
    while True:
        number += 1
        key = uuid.uuid4().hex
        who = Reviewer(f"r{number % 5}", "reviewer")
        wanted = Decision(key, findings[number % len(findings)], 0, "rejected")
        if number % 4:
            database.write(lambda c, d=wanted, w=who: decide(c, w, d, {}))
        else:
            database.write(lambda c, k=key, w=who: undo(c, w, k))
        os.write(pipe, key.encode())


def main() -> None:
    path, times = Path(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(6)
    acknowledged: set[str] = set()
    for _ in range(times):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            write_for_ever(path, writing)
        os.close(writing)
        told = os.read(reading, 32)  # it writes
        time.sleep(chance.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while block := os.read(reading, 65536):
            told += block
        os.close(reading)
        acknowledged |= {told[n : n + 32].decode() for n in range(0, len(told) - 31, 32)}
        with sqlite3.connect(path) as connection:
            (intact,) = connection.execute("PRAGMA quick_check").fetchone()
            kept = {key for (key,) in connection.execute("SELECT id FROM actions")}
        connection.close()
        assert intact == "ok", intact
        assert acknowledged <= kept, acknowledged - kept
    print(len(acknowledged))


if __name__ == "__main__":
    main()
