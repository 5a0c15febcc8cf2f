"""kill -9 while decisions are written: what was acknowledged is there, and nothing by halves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from review_run import make_run
from sqlalchemy import func, select

from pipeline.review.database import Database
from pipeline.review.intake import take_in
from pipeline.review.schema import ActionRow
from pipeline.review.verify import verify

TIMES = 200


def test_killed_two_hundred_times(tmp_path: Path) -> None:
    path = tmp_path / "review.db"
    database = Database.at(path)
    database.migrate()
    take_in(database, make_run(tmp_path / "run"))
    database.close()
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, root / "tests" / "review_killed.py", path, str(TIMES)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= TIMES
    database = Database.at(path)
    database.migrate()
    with database.reading() as connection:
        head, faults = verify(connection)
        actions = connection.execute(select(func.count()).select_from(ActionRow)).scalar_one()
    database.close()
    assert faults == [] and head.seq > TIMES / 2
    assert actions >= int(done.stdout)
