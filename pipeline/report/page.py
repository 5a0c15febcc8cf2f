"""Put the report together: content in, one self-contained HTML file out."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from pipeline.aggregate import Aggregate
from pipeline.aggregate.areas import Areas
from pipeline.codebook import LABELS, MEASURES, STATUSES, SWEDISH
from pipeline.errors import OutputError
from pipeline.gazetteer import Gazetteer
from pipeline.report import chart_map, excerpts, timeline, words
from pipeline.report.cells import Counts, counts_of
from pipeline.report.excerpts import Excerpt, Source
from pipeline.report.images import add_images
from pipeline.report.method import error_rates, models
from pipeline.report.summary import summary

MOST_BYTES = 14_500_000
_PAGE_BYTES = 400_000
"""What the page holds besides municipalities and excerpts: style, script, map."""
_PLACE_BYTES = 7_500
"""A municipality's tables."""
_EXCERPT_BYTES = 110
"""Marks of an excerpt, its words and tags left out."""
_TAG_BYTES = 130
_OPEN_AT_MOST = 8
"""A report of so few municipalities shows them all unfolded."""
_INSETS = {"01": "Stockholms län", "12": "Skåne län"}


def write_report(result: Aggregate, gazetteer: Gazetteer, out: Path, images_each: int = 3) -> int:
    """Write the report to `out`.

    Args:
        images_each: how many excerpts of a municipality may show the page that they stand on;
            fewer do where the file would grow over 15 MB.

    Returns:
        How many excerpts show their page.

    Raises:
        OutputError: the file cannot be written.
    """
    counts = counts_of(result, {k: name for k, (name, _) in gazetteer.tables.counties.items()})
    areas = Areas(gazetteer)
    used = result.facts.credits.names
    sources = excerpts.by_municipality(result, {code: areas.unit(code) for code in used})
    group = excerpts.collective(result)
    illustrated = _illustrate([*sources.values(), group], result, images_each)
    regions = [code for code in sources if areas.level(code) == "region"]
    page = (
        _environment()
        .get_template("report.html")
        .stream(
            counts=counts,
            summary=summary(counts, result),
            drawing=chart_map.draw(),
            insets=_INSETS,
            columns=timeline.columns(counts.by_year),
            years=_years(counts),
            sources=sources,
            regions=[(code, gazetteer.name(code)) for code in sorted(regions)],
            collective=group,
            estimates=_estimates(result),
            documents=result.run.documents.to_pylist(),
            models=models(result.run.manifests),
            rates=error_rates(result),
            finished=_finished(result),
            illustrated=illustrated,
            images_each=images_each,
            unfolded=sum(place.findings > 0 for place in counts.municipalities) <= _OPEN_AT_MOST,
            **_assets(),
        )
    )
    page.enable_buffering()
    try:
        page.dump(str(out), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {out}: {error.strerror}") from error
    return illustrated


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        labels=LABELS,
        statuses=STATUSES,
        swedish=SWEDISH,
        short=words.SHORT,
        plural=words.PLURAL,
        signs=words.SIGNS,
        sign=words.sign,
        status_meaning=words.STATUS_MEANING,
        measure_meaning={measure.id: measure.meaning for measure in MEASURES},
        verdicts=excerpts.VERDICTS,
        timeline_size=(timeline.WIDTH, timeline.HEIGHT),
    )
    environment.filters.update(
        number=words.number, decimal=words.decimal, of=words.of, listed=words.listed
    )
    return environment


def _assets() -> dict[str, Any]:
    """Style and script, and the policy that lets nothing else in: no address is ever fetched."""
    folder = Path(__file__).parent / "static"
    style, script = (
        (folder / name).read_text(encoding="utf-8") for name in ("report.css", "report.js")
    )
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
    )
    return {"style": Markup(style), "script": Markup(script), "policy": policy}


def _illustrate(groups: Sequence[Sequence[Source]], result: Aggregate, images_each: int) -> int:
    shown = [[e for source in sources for e in source.excerpts] for sources in groups]
    ids, files = (result.run.documents.column(n).to_pylist() for n in ("document_id", "file"))
    texts = sum(_bytes(e) for group in shown for e in group)
    room = MOST_BYTES - _PAGE_BYTES - _PLACE_BYTES * len(groups) - texts
    paths = {one: file for one, file in zip(ids, files, strict=True) if one}
    return add_images(shown, paths, images_each, max(0, room))


def _bytes(excerpt: Excerpt) -> int:
    said = excerpt.before + excerpt.text + excerpt.after
    return len(said.encode()) + _EXCERPT_BYTES + _TAG_BYTES * len(excerpt.tags)


def _years(counts: Counts) -> list[int]:
    return sorted(year for year in counts.by_year if year is not None)


def _estimates(result: Aggregate) -> dict[str, dict[str, dict[str, Any]]]:
    """Rows of the estimates by area and label."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in result.estimates.to_pylist():
        if row["level"] != "county":
            found.setdefault(row["code"], {})[row["label"]] = row
    return found


def _finished(result: Aggregate) -> str:
    stamps = result.run.documents.column("run_finished").to_pylist()
    if not any(stamps):
        return ""
    day = datetime.fromisoformat(max(stamps))
    months = "januari februari mars april maj juni juli augusti september oktober november december"
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"
