"""Findings as JSON lines while a run goes on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TextIO

from pipeline.batch.observer import Observer
from pipeline.tables import Row


class FindingsStream(Observer):
    """Writes a line a finding: the columns of the findings table, documents in any order."""

    wants_findings = True

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def findings(self, rows: Sequence[Row]) -> None:
        """See `Observer`."""
        for row in rows:
            print(json.dumps(row, ensure_ascii=False), file=self._stream)
        self._stream.flush()
