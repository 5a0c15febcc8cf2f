"""The report's Swedish: numbers as they are set, and what statuses mean."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

SIGNS = {"taken": "●", "ongoing": "◐", "planned": "○", "proposed": "◇", "rejected": "×"}
"""A sign a status, so that colour is never needed; in the order from done to not done."""

SHORT = {
    "taken": "vidtagen",
    "ongoing": "pågående",
    "planned": "planerad",
    "proposed": "föreslagen",
    "rejected": "avvisad",
}

PLURAL = {
    "taken": "vidtagna",
    "ongoing": "pågående",
    "planned": "planerade",
    "proposed": "föreslagna",
    "rejected": "avvisade",
}

STATUS_MEANING = {
    "taken": "Gjord, eller på plats nu.",
    "ongoing": "Arbetet pågår.",
    "planned": "Beslutad eller aviserad, men inte påbörjad.",
    "proposed": "Behövs, föreslås eller begärs.",
    "rejected": "Uttryckligen inte gjord, stoppad eller omöjlig.",
}


def number(value: float) -> str:
    """A whole number with narrow no-break spaces between thousands: 18 012."""
    return f"{round(value):,}".replace(",", "\u202f")


def decimal(value: float) -> str:
    """A share to two decimals with a comma: 0,83."""
    return f"{value:.2f}".replace(".", ",")


def percent(part: float, whole: float) -> str:
    """A share in per cent: 27 %."""
    return f"{round(100 * part / whole) if whole else 0}\u00a0%"


def of(count: int, one: str, many: str) -> str:
    """A number and its noun: "1 dokument", "2 kommuner"."""
    return f"{number(count)}\u00a0{one if count == 1 else many}"


def listed(items: Sequence[str]) -> str:
    """Items as running text: "a, b och c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} och {items[-1]}"


def clipped(text: str, most: int, *, end: bool) -> str:
    """The beginning, or the `end`, of a text, cut between words and marked where it is cut."""
    if len(text) <= most:
        return text
    if end:
        return "… " + text[-most:].partition(" ")[2]
    return text[:most].rpartition(" ")[0] + " …"


def alphabetical(name: str) -> str:
    """A key that sorts Swedish names as Swedes do: å, ä and ö last."""
    return name.casefold().translate({ord("å"): "{", ord("ä"): "|", ord("ö"): "}"})


def sign(status: str) -> Markup:
    """A status's sign, hidden from readers of the page's words."""
    return Markup('<i class="{}" aria-hidden="true">{}</i>').format(status, SIGNS[status])
