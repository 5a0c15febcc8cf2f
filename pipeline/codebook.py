"""The coding scheme: twelve measures, five statuses, four actor scopes; see corpus/CODEBOOK.md.

Everything that knows a label imports it from here. The order of `LABELS`, `STATUSES` and `SCOPES`
is the order of a model's outputs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from pipeline.document import Scope, Status


@dataclass(frozen=True)
class Measure:
    """A kind of measure.

    Attributes:
        id: as models, tables and corpora write it.
        swedish: what a reader sees.
        signals: the codebook's signal words as stems, between commas. A word that begins with the
            stem signals; `~` before a stem also allows it inside a compound; stems with a blank
            between them must follow each other with at most two words between.
    """

    id: str
    swedish: str
    signals: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches any of the signals, in any case of letters."""
        return re.compile("|".join(map(_pattern, self.signals.split(", "))), re.IGNORECASE)


def _pattern(signal: str) -> str:
    stems = [stem.replace("~", r"\w*") + r"\w*" for stem in signal.split()]
    return r"\b" + r"\W+(?:\w+\W+){0,2}?".join(stems)


MEASURES = (
    Measure(
        "recruitment",
        "Rekrytering och bemanning",
        "~rekryter, anställ, nyanställ, tillsätt tjänst, tjänst tillsatt, annonser, bemanna, "
        "utöka tjänst, ny tjänst, behålla personal, behålla medarbet",
    ),
    Measure(
        "temporary_staffing",
        "Inhyrd och tillfällig personal",
        "~konsult, inhyr, hyra in, hyr in, ~vikarie, bemanningsföretag",
    ),
    Measure(
        "reorganisation",
        "Omorganisation",
        "~omorganis, organisationsförändr, ny enhet, ny grupp, slå ihop, slås ihop, slagits ihop, "
        "omfördel arbetsuppgift, omprioriter, mottagningsgrupp",
    ),
    Measure("delegation", "Delegationsändring", "~delegation, deleger, beslutanderätt"),
    Measure(
        "competence",
        "Kompetensutveckling",
        "~utbildning, utbilda, ~introduktion, ~mentor, ~handledning, ~fortbild, kompetensutveckl",
    ),
    Measure(
        "working_conditions",
        "Arbetsmiljö och avlastning",
        "administrativ stöd, avlast, skyddsrond, när ledarskap, närmare chef, ~arbetsmiljö",
    ),
    Measure(
        "routines",
        "Rutiner och styrdokument",
        "~rutin, ~riktlinje, ~process, ledningssystem, policy, ~checklist, styrdokument",
    ),
    Measure(
        "collaboration",
        "Samverkan",
        "~samverka, samråd, ~avtal, BUS, ~nätverk, gemensam möte, samarbet",
    ),
    Measure(
        "placement_capacity",
        "Boenden och familjehem",
        "HVB, ~familjehem, jourhem, ~boende, upphandla plats",
    ),
    Measure(
        "service_development",
        "Utvecklade insatser och arbetssätt",
        "~öppenvård, BBIC, signs of safety, digital möte, fältarbet, förebygg, barnchecklist, "
        "arbetssätt",
    ),
    Measure(
        "funding",
        "Resurser och budget",
        "~budget, tilldela medel, tillför medel, avsätt, omfördel resurs, ~statsbidrag, ~anslag",
    ),
    Measure(
        "planning_followup",
        "Planering och uppföljning",
        "~handlingsplan, ~kartlägg, egenkontroll, ~uppfölj, följa upp, följs upp, styrkort, "
        "redovis",
    ),
)
LABELS = tuple(measure.id for measure in MEASURES)
STATUSES: tuple[Status, ...] = get_args(Status)
SCOPES: tuple[Scope, ...] = get_args(Scope)

SWEDISH = {
    **{measure.id: measure.swedish for measure in MEASURES},
    "taken": "vidtagen",
    "ongoing": "pågående",
    "planned": "planerad",
    "proposed": "föreslagen",
    "rejected": "avvisad eller utebliven",
    "named": "namngiven kommun",
    "all": "samtliga",
    "some": "några av dem",
    "other": "annan aktör",
}
"""Swedish names of labels, statuses and scopes."""
