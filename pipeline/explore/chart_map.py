"""A small map of Sweden as SVG: dark where much was found, hatched where nothing was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup

from pipeline.explore.html import Html
from pipeline.gazetteer import Gazetteer
from pipeline.report.chart_map import draw

if TYPE_CHECKING:
    from pipeline.api import Run

_STEPS = ((1, "#dbe7f3"), (5, "#a9c8e6"), (15, "#5b95cb"), (30, "#1f5f9e"))
"""From how many findings a shade holds; none at all is white."""


def map_of_run(run: Run) -> Html:
    """Draw the municipalities of a run by their findings; hatched where nothing was read."""
    table = run.coverage()
    read = table[(table["level"] == "municipality") & (table["read"] + table["partly"] > 0)]
    return map_of(dict(zip(read["code"], read["findings"], strict=True)))


def map_of(findings: Mapping[str, int], title: str = "Fynd per kommun") -> Html:
    """Draw municipalities by their number of findings.

    Args:
        findings: code to number; what is absent was not read, and is hatched.
    """
    drawing, gazetteer = draw(), Gazetteer.load()
    shapes = Markup().join(
        Markup('<path d="{}" fill="{}"><title>{}: {}</title></path>').format(
            shape.path,
            _shade(findings[shape.code]) if shape.code in findings else "url(#unread)",
            gazetteer.name(shape.code),
            findings.get(shape.code, "inget läst"),
        )
        for shape in drawing.shapes
    )
    legend = Markup(" ").join(
        Markup(
            '<span style="white-space:nowrap;margin-right:.5em"><span style="background:{};'
            'border:1px solid #777">&emsp;</span> {}</span>'
        ).format(c, text)
        for c, text in (("#fff", "0"), *((shade, f"≥ {least}") for least, shade in _STEPS))
    )
    return Html(
        Markup(
            '<figure lang="sv" style="margin:0;font:12px sans-serif;color:#1a1a1a">'
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{}" '
            'viewBox="0 0 {} {}" style="width:100%;max-width:14em;background:#fff" stroke="#999" '
            'stroke-width=".5"><defs><pattern id="unread" width="5" height="5" '
            'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" '
            'height="5" fill="#f2f2f2" stroke="none"/><path d="M0 0V5" stroke="#c4c4c4"/>'
            "</pattern></defs>{}</svg>"
            "<figcaption>{}:<br>{}<br>Skrafferat: inget dokument läst</figcaption></figure>"
        ).format(title, drawing.width, drawing.height, shapes, title, legend)
    )


def _shade(findings: int) -> str:
    return next((shade for least, shade in reversed(_STEPS) if findings >= least), "#fff")
