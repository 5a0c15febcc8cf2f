"""The summary in words: what was read, what was found, what is not known."""

from __future__ import annotations

import numpy as np

from pipeline.aggregate import Aggregate
from pipeline.aggregate.facts import REJECTED, UNJUDGED
from pipeline.codebook import LABELS, STATUSES, SWEDISH
from pipeline.report.cells import Counts
from pipeline.report.words import PLURAL, listed, number, of, percent

_NONE_FOUND = "I det lästa fann programmet inga åtgärder."


def summary(counts: Counts, result: Aggregate) -> list[str]:
    """Return the summary's paragraphs."""
    return [
        _material(counts),
        _found(counts, result),
        *_measures(counts),
        _reviewed(result),
    ]


def _material(counts: Counts) -> str:
    total = counts.total
    known = [place for place in counts.municipalities if place.reading != "none"]
    silent = len(counts.municipalities) - len(known)
    text = f"Underlaget är {of(total['documents'], 'dokument', 'dokument')}: "
    text += f"{number(total['read'])} har lästs i sin helhet, {number(total['partly'])} delvis "
    text += f"och {number(total['unread'])} inte alls. "
    text += f"Det lästa handlar om {of(len(known), 'kommun', 'kommuner')} "
    text += f"av landets {number(len(counts.municipalities))}. "
    if silent:
        text += (
            f"Om {'den återstående kommunen' if silent == 1 else f'övriga {number(silent)}'} säger "
            "rapporten ingenting: att fynd saknas där betyder att inget har lästs, inte att inget "
            "har gjorts."
        )
    unknown = counts.unknown["documents"]
    if unknown:
        text += f" För {of(unknown, 'dokument', 'dokument')} är det inte känt vilken kommun "
        text += "som berörs."
    return text


def _found(counts: Counts, result: Aggregate) -> str:
    findings = sum(cell.findings for cell in counts.measures.values())
    groups = result.collective.column("verdict").to_pylist()
    of_groups = len(groups) - groups.count("rejected")
    if not findings and not of_groups:
        return _NONE_FOUND
    facts = result.facts
    shown = np.unique(facts.credits.finding)
    shown = shown[facts.verdict[shown] != REJECTED]
    repeated = len(shown) - len(np.unique(facts.cluster[shown]))
    text = f"Programmet fann {of(findings, 'åtgärd', 'åtgärder')} som kan knytas till en bestämd "
    text += "kommun eller region"
    if repeated:
        text += f", {number(repeated)} av dem upprepningar inom samma dokument"
    text += f". Därtill kommer {of(of_groups, 'fynd', 'fynd')} om grupper av "
    return text + "kommuner som inte namnges; de redovisas för sig."


def _measures(counts: Counts) -> list[str]:
    spread = {
        label: sum(label in place.cells for place in counts.municipalities) for label in LABELS
    }
    ranked = sorted((label for label in LABELS if spread[label]), key=lambda one: -spread[one])
    if not ranked:
        return []
    first, *others = (
        f"{SWEDISH[label].lower()} ({of(spread[label], 'kommun', 'kommuner')})"
        for label in ranked[:3]
    )
    text = f"Vanligast är {first}"
    text += f", följt av {listed(others)}. " if others else ". "
    absent = [SWEDISH[label].lower() for label in LABELS if not spread[label]]
    if absent:
        text += f"Inga fynd gäller {listed(absent)}. "
    elif len(ranked) > 3:
        last = ranked[-1]
        text += f"Ovanligast är {SWEDISH[last].lower()} "
        text += f"({of(spread[last], 'kommun', 'kommuner')}). "
    whole = sum(cell.findings for cell in counts.measures.values())
    shares = [
        f"{percent(part, whole)} {PLURAL[status]}"
        for status in STATUSES
        if (part := sum(cell.by_status[status] for cell in counts.measures.values()))
    ]
    return [text + f"Av fynden är {listed(shares)}."]


def _reviewed(result: Aggregate) -> str:
    verdict = result.facts.verdict
    judged = int((verdict != UNJUDGED).sum())
    if not judged:
        return (
            "Ingen människa har granskat fynden. Utdragen är till för det: läs dem innan du drar "
            "slutsatser om en enskild kommun."
        )
    confirmed = int((verdict == 1).sum())
    return (
        f"Granskare har bedömt {of(judged, 'fynd', 'fynd')}: {number(confirmed)} bekräftade och "
        f"{number(judged - confirmed)} underkända. Underkända fynd räknas inte i tabellerna."
    )
