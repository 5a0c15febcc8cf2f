"""A slider over views that were drawn beforehand: works in an exported page, needs no kernel.

Where scripts are off, the view that was chosen to begin with stands there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from markupsafe import Markup

from pipeline.explore.html import Html

_MOVE = (
    "var b=this.closest('div');"
    "b.querySelectorAll('figure').forEach((f,i)=>f.hidden=i!=this.value);"
    "b.querySelector('output').textContent="
    "b.querySelectorAll('figure')[this.value].dataset.name"
)


def slider(views: Mapping[str, str], label: str, begin: int = 0) -> Html:
    """Return a slider that shows one of `views` (name to HTML) at a time.

    Args:
        begin: number of the view that is shown first.
    """
    names = list(views)
    key = hashlib.sha256("".join([label, *names]).encode()).hexdigest()[:8]
    figures = Markup().join(
        Markup('<figure data-name="{}" style="margin:0"{}>{}</figure>').format(
            name, Markup("") if n == begin else Markup(" hidden"), Markup(view)
        )
        for n, (name, view) in enumerate(views.items())
    )
    return Html(
        Markup(
            '<div lang="sv"><label for="s{}">{}: </label><input id="s{}" type="range" min="0" '
            'max="{}" value="{}" oninput="{}"> <output>{}</output>{}</div>'
        ).format(key, label, key, len(names) - 1, begin, Markup(_MOVE), names[begin], figures)
    )
