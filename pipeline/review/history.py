"""Undo and redo, read from the log of what somebody did: they reach across log-ins and bulk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Action(NamedTuple):
    """Something that a reviewer did; `target` is the action that an undo or redo is about."""

    id: str
    kind: str
    target: str | None = None


class Stacks(NamedTuple):
    """What can be undone and redone, the next one last."""

    done: list[str]
    undone: list[str]


def stacks(actions: Iterable[Action]) -> Stacks:
    """Follow one reviewer's actions, oldest first. Something new empties what can be redone."""
    done: list[str] = []
    undone: list[str] = []
    for action in actions:
        if action.kind == "undo" and action.target in done:
            done.remove(action.target)
            undone.append(action.target)
        elif action.kind == "redo" and action.target in undone:
            undone.remove(action.target)
            done.append(action.target)
        elif action.kind not in ("undo", "redo"):
            done.append(action.id)
            undone.clear()
    return Stacks(done, undone)
