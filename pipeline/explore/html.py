"""Documents, findings and runs as HTML: every text of a document is escaped, nothing is fetched."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup
from pandas import option_context

from pipeline.aggregate import Aggregate
from pipeline.codebook import LABELS, MEASURES, SWEDISH
from pipeline.document import Document, Finding
from pipeline.errors import Issue
from pipeline.gazetteer import Gazetteer
from pipeline.offsets import Span
from pipeline.tables import Row

if TYPE_CHECKING:
    import pandas as pd

COLOURS = {measure.id: measure.light for measure in MEASURES}
"""A light background a measure, to be read with dark text; the measure's name always stands by."""
STRONG = {measure.id: measure.strong for measure in MEASURES}
"""The same hues for lines and bars on white."""
_BOX = (
    "background:#fff;color:#1a1a1a;border:1px solid #ccc;border-radius:4px;padding:.8em 1em;"
    "font-family:sans-serif;line-height:1.5;max-width:60em"
)
_SCROLL = "white-space:pre-wrap;max-height:34em;overflow-y:auto;margin-top:.6em"
_CHIP = "font-size:.75em;border:1px solid #555;border-radius:3px;padding:0 .3em;margin-left:.3em"
_WARNING = "border-left:4px solid #b00020;padding:.2em .6em;margin:.4em 0"


class Html(str):
    """Markup that a notebook shows as such."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)


def document(of: Document, gazetteer: Gazetteer) -> str:
    """The restored text with its findings highlighted, under whom it is by and what went wrong."""
    parts: list[Markup] = [_head(of, gazetteer), *map(_issue, of.issues)]
    text: list[Markup] = []
    done = 0
    for span, findings in _by_span(of.findings):
        text.append(_escaped(of.text[done : span.start]))
        text.append(_marked(of.text[span.start : span.end], findings, gazetteer))
        done = span.end
    text.append(_escaped(of.text[done:]))
    parts.append(Markup('<div style="{}">{}</div>').format(_SCROLL, Markup().join(text)))
    return Markup('<div lang="sv" style="{}">{}</div>').format(_BOX, Markup().join(parts))


def _head(of: Document, gazetteer: Gazetteer) -> Markup:
    subject = of.subject
    authors = ", ".join(map(gazetteer.name, subject.author)) if subject else ""
    year = str(subject.year) if subject and subject.year else "okänt"
    return Markup("<b>{}</b><br>Avsändare: {} · år: {} · sidor: {} · fynd: {}").format(
        of.source.rpartition("/")[2], authors or "okänd", year, len(of.pages), len(of.findings)
    )


def _issue(issue: Issue) -> Markup:
    what = "Inte läst i sin helhet" if issue.severity == "error" else "Förbehåll"
    where = f", sida {issue.page}" if issue.page else ""
    return Markup('<div style="{}"><b>{}{}</b> [{}]: {}<br>{}</div>').format(
        _WARNING, what, where, issue.code, issue.message, issue.remedy
    )


def _by_span(findings: Iterable[Finding]) -> list[tuple[Span, list[Finding]]]:
    groups: dict[Span, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.span].append(finding)
    return sorted(groups.items())


def _marked(words: str, findings: list[Finding], gazetteer: Gazetteer) -> Markup:
    chips = Markup().join(
        Markup('<span style="{}" title="{}">{} · {} · {}</span>').format(
            _CHIP,
            ", ".join(map(gazetteer.name, finding.municipalities)) or "ingen namngiven kommun",
            SWEDISH[finding.label],
            SWEDISH[finding.status],
            decimal(finding.score),
        )
        for finding in findings
    )
    colour = COLOURS[max(findings, key=lambda finding: finding.score).label]
    return Markup('<mark style="background:{};color:#1a1a1a">{}{}</mark>').format(
        colour, _escaped(words), chips
    )


def edits(of: Document, at_most: int = 4000) -> Html:
    """The raw text with its edits: struck what stood there, underlined what stands there now.

    Args:
        at_most: characters of the raw text that are shown.
    """
    parts, done = [], 0
    for edit in of.offsets.edits:
        if edit.end > at_most:
            break
        parts.append(_escaped(of.raw[done : edit.start]))
        hue = "#c8f0cc" if edit.confidence >= 0.9 else "#fde9a9"
        parts.append(
            Markup(
                '<del style="background:#f9d0d0;color:#7a0000">{}</del>'
                '<ins title="{}, säkerhet {}" style="background:{};color:#003b0a">{}</ins>'
            ).format(
                visible(edit.before), edit.kind, decimal(edit.confidence), hue, visible(edit.after)
            )
        )
        done = edit.end
    parts.append(_escaped(of.raw[done : max(done, at_most)]))
    text = Markup('<div style="{}">{}</div>').format(_SCROLL, Markup().join(parts))
    legend = Markup(
        "<del>struket</del>: läst ur filen · <ins>understruket</ins>: återställt "
        "(grönt: säkerhet minst 0,90, gult: lägre)"
    )
    return Html(Markup('<div lang="sv" style="{}">{}{}</div>').format(_BOX, legend, text))


def finding(row: Row, picture: bytes | None, why_none: str = "") -> str:
    """A finding's excerpt with its neighbours and, where there is one, the picture of its lines."""
    shown = Markup()
    if picture:
        data = base64.b64encode(picture).decode()
        shown = Markup(
            '<img alt="Raderna på sidan" style="max-width:100%;border:1px solid #ccc" '
            'src="data:image/webp;base64,{}">'
        ).format(data)
    elif why_none:
        shown = Markup('<div style="{}">Ingen bild av sidan: {}</div>').format(_WARNING, why_none)
    names = ", ".join(row["municipality_names"]) or "ingen namngiven kommun"
    return Markup(
        '<div lang="sv" style="{}"><b>{}</b> · {} · {} · sannolikhet {}<br><small>{}, sida {}'
        '</small><p style="margin:.5em 0">{} <mark style="background:{};color:#1a1a1a">{}</mark> '
        "{}</p>{}</div>"
    ).format(
        _BOX,
        SWEDISH[row["label"]],
        SWEDISH[row["status"]],
        names,
        decimal(row["score"]),
        row["document"].rpartition("/")[2],
        row["page"] or "–",
        row["before"],
        COLOURS[row["label"]],
        row["text"],
        row["after"],
        shown,
    )


def run(result: Aggregate) -> str:
    """A run's summary in words and a small map of where findings are."""
    from pipeline.explore.chart_map import map_of
    from pipeline.report.cells import counts_of
    from pipeline.report.summary import summary

    tables = Gazetteer.load().tables
    counts = counts_of(result, {code: name for code, (name, _) in tables.counties.items()})
    paragraphs = Markup().join(Markup("<p>{}</p>").format(text) for text in summary(counts, result))
    places = [place for place in counts.municipalities if place.reading != "none"]
    by_code = {place.code: place.findings for place in places}
    return Markup(
        '<div lang="sv" style="{};display:flex;gap:1.5em"><div style="flex:0 0 13em">{}</div>'
        "<div>{}</div></div>"
    ).format(_BOX, Markup(map_of(by_code)), paragraphs)


def table(frame: pd.DataFrame, *, index: bool = False) -> Html:
    """A table with its texts in full and decimal commas."""
    with option_context("display.max_colwidth", None):
        shown = frame.to_html(index=index, decimal=",", na_rep="–", border=0, justify="left")
    style = ' style="text-align:left;white-space:normal">'
    left = shown.replace("<td>", f"<td{style}").replace("<th>", f"<th{style}")
    return Html(f'<div lang="sv" style="overflow-x:auto">{left}</div>')


def chips(counts: Mapping[str, int]) -> Html:
    """Measures with their numbers, each in its colour: the legend of a highlighted text."""
    shown = Markup(" ").join(
        Markup(
            '<span style="background:{};color:#1a1a1a;padding:.1em .4em;'
            'white-space:nowrap">{} {}</span>'
        ).format(COLOURS[label], SWEDISH[label], counts[label])
        for label in LABELS
        if counts.get(label)
    )
    return Html(Markup('<div lang="sv" style="line-height:2">{}</div>').format(shown))


def decimal(value: float) -> str:
    """A share with two decimals and a Swedish comma."""
    return f"{value:.2f}".replace(".", ",")


def visible(text: str) -> str:
    """White space and soft hyphens as signs."""
    return text.replace("\n", "⏎").replace("\u00ad", "¬").replace("\u00a0", "␣")


def _escaped(text: str) -> Markup:
    return Markup("{}").format(text)
