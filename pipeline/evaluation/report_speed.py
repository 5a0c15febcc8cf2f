"""How large a report gets, and how quickly Chromium opens it.

    python -m pipeline.evaluation.report_speed [--findings 20000]

Invents a run of 290 municipalities; one document of each is a picture file that is drawn for the
purpose, so that the report has page images to fill its room with.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline.aggregate import aggregate
from pipeline.aggregate.merge import read_run
from pipeline.evaluation.browser import browser
from pipeline.evaluation.synthetic import InventedRun, Size, invent, some_rates
from pipeline.flow import identify
from pipeline.gazetteer import Gazetteer
from pipeline.report import write_report

_DPI = 150
_PAGE = (1240, 1754)
_LINE = 42
_LEFT, _TOP = 110, 120
_OPENINGS = 5


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="keep the report here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run = invent(Size(arguments.findings, max(290, arguments.findings // 12)))
        _draw_sources(run, folder)
        run.write(folder / "run")
        rates = some_rates()
        result = aggregate([read_run(folder / "run")], Gazetteer.load(), rates=rates)
        out = arguments.keep or folder / "report.html"
        began = time.perf_counter()
        shown = write_report(result, Gazetteer.load(), out)
        written = time.perf_counter() - began
        with browser() as page:
            seconds = [page.open(out) for _ in range(_OPENINGS)]
            elements = page.evaluate("document.querySelectorAll('*').length")
        figures = {
            "findings": arguments.findings,
            "images": shown,
            "megabytes": round(out.stat().st_size / 1e6, 2),
            "written_s": round(written, 1),
            "opened_s": round(statistics.median(seconds), 2),
            "opened_slowest_s": round(max(seconds), 2),
            "elements": elements,
        }
        print(json.dumps(figures))


def _draw_sources(run: InventedRun, folder: Path) -> None:
    """Give the first readable document of each municipality a page that can be drawn."""
    seen: set[str] = set()
    rows = {row["document_id"]: row for row in run.documents if row["outcome"] == "read"}
    for document_id, row in rows.items():
        if row["author_codes"][0] in seen:
            continue
        seen.add(row["author_codes"][0])
        mine = [one for one in run.findings if one["document_id"] == document_id]
        path = folder / f"{Path(row['file']).stem}.png"
        boxes = _draw(path, [one["text"] for one in mine])
        changed = {"document_id": identify(path).id}
        row.update(changed, file=str(path))
        for one, box in zip(mine, boxes, strict=True):
            one.update(changed, document=str(path), page=1, boxes=[box])


def _draw(path: Path, lines: list[str]) -> list[list[float]]:
    """Draw lines on a page; returns where they stand, in points."""
    page = Image.new("L", _PAGE, "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=17)
    boxes = []
    for number, line in enumerate(lines):
        corner = _LEFT, _TOP + number * _LINE
        pen.text(corner, line, font=font)
        boxes.append([edge * 72 / _DPI for edge in pen.textbbox(corner, line, font=font)])
    page.save(path, dpi=(_DPI, _DPI))
    return boxes


if __name__ == "__main__":
    main()
