"""What can be done by a key, and the key that does it unless a reviewer chose another."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_lowercase

from pipeline.codebook import LABELS

KEYS: dict[str, tuple[str, str]] = {
    "accept": ("j", "Godkänn och gå vidare"),
    "reject": ("n", "Avvisa och gå vidare"),
    "unsure": ("o", "Osäker, gå vidare"),
    "status-1": ("1", "Godkänn som vidtagen"),
    "status-2": ("2", "Godkänn som pågående"),
    "status-3": ("3", "Godkänn som planerad"),
    "status-4": ("4", "Godkänn som föreslagen"),
    "status-5": ("5", "Godkänn som avvisad eller utebliven"),
    "label": ("b", "Byt åtgärd: tryck sedan dess bokstav"),
    "scope": ("m", "Byt omfattning: tryck sedan dess siffra"),
    "municipality": ("k", "Ändra kommun"),
    "comment": ("c", "Kommentera"),
    "add": ("f", "Lägg till fynd från markerad text"),
    "split": ("d", "Dela fyndet vid markerad text"),
    "undo": ("z", "Ångra"),
    "redo": ("y", "Gör om"),
    "next": ("ArrowRight", "Nästa utan att besluta"),
    "previous": ("ArrowLeft", "Föregående"),
    "raw": ("t", "Växla mellan rättad och rå text"),
    "why": ("v", "Visa varför modellen föreslår detta"),
    "zoom-in": ("+", "Förstora sidan"),
    "zoom-out": ("-", "Förminska sidan"),
    "page-next": (".", "Nästa sida i dokumentet"),
    "page-previous": (",", "Föregående sida i dokumentet"),
    "queue": ("q", "Till kön"),
    "search": ("/", "Sök"),
    "help": ("?", "Visa hjälpen"),
}
"""Action to default key (as `KeyboardEvent.key` says it) and what it does."""
CHOICES = ascii_lowercase[: len(LABELS)]
"""Letters that choose a measure once `label` was pressed."""
_SHOWN = {"ArrowRight": "→", "ArrowLeft": "←", "ArrowUp": "↑", "ArrowDown": "↓", " ": "Blanksteg"}


def keys_for(chosen: Mapping[str, str]) -> dict[str, str]:
    """Action to key, with a reviewer's own choices."""
    return {action: chosen.get(action, key) for action, (key, _) in KEYS.items()}


def shown(key: str) -> str:
    """A key as it is drawn on a button."""
    return _SHOWN.get(key, key.upper() if len(key) == 1 else key)


def usable(chosen: Mapping[str, str]) -> bool:
    """Whether a choice leaves every action a key of its own."""
    keys = list(keys_for(chosen).values())
    return len(set(keys)) == len(keys) and all(0 < len(key) <= 20 for key in keys)
