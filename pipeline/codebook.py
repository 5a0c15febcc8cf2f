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
        swedish, english: what a reader sees.
        meaning: what it covers, as the report tells it in Swedish.
        light: a background for dark text; the measure's name always stands by.
        strong: the same hue for lines and bars on white.
        signals: the codebook's signal words as stems, between commas. A word that begins with the
            stem signals; `~` before a stem also allows it inside a compound; stems with a blank
            between them must follow each other with at most two words between.
    """

    id: str
    swedish: str
    english: str
    meaning: str
    light: str
    strong: str
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
        "Recruitment and staffing",
        "Anställningar, fler tjänster, annonsering, att behålla personal.",
        "#cfe3f7",
        "#1f5f9e",
        "~rekryter, anställ, nyanställ, tillsätt tjänst, tjänst tillsatt, annonser, bemanna, "
        "utöka tjänst, ny tjänst, behålla personal, behålla medarbet",
    ),
    Measure(
        "temporary_staffing",
        "Inhyrd och tillfällig personal",
        "Hired and temporary staff",
        "Konsulter, bemanningsföretag, vikarier, lånad personal.",
        "#fbd9c0",
        "#b8561b",
        "~konsult, inhyr, hyra in, hyr in, ~vikarie, bemanningsföretag",
    ),
    Measure(
        "reorganisation",
        "Omorganisation",
        "Reorganisation",
        "Nya eller ändrade enheter, flyttat ansvar, omfördelade uppgifter.",
        "#d5ecd1",
        "#2f7d3a",
        "~omorganis, organisationsförändr, ny enhet, ny grupp, slå ihop, slås ihop, slagits ihop, "
        "omfördel arbetsuppgift, omprioriter, mottagningsgrupp",
    ),
    Measure(
        "delegation",
        "Delegationsändring",
        "Changed delegation",
        "Ändrad delegationsordning: vem som får besluta vad.",
        "#e5d9f2",
        "#6c46a0",
        "~delegation, deleger, beslutanderätt",
    ),
    Measure(
        "competence",
        "Kompetensutveckling",
        "Training and competence",
        "Utbildning, introduktion, mentorskap och handledning för personal.",
        "#fdeeb0",
        "#8a6d00",
        "~utbildning, utbilda, ~introduktion, ~mentor, ~handledning, ~fortbild, kompetensutveckl",
    ),
    Measure(
        "working_conditions",
        "Arbetsmiljö och avlastning",
        "Working conditions and relief",
        "Avlastning, administrativt stöd, ledarskap, lön, arbetsmiljö.",
        "#cdeeee",
        "#157575",
        "administrativ stöd, avlast, skyddsrond, när ledarskap, närmare chef, ~arbetsmiljö",
    ),
    Measure(
        "routines",
        "Rutiner och styrdokument",
        "Routines and steering documents",
        "Rutiner, riktlinjer, ledningssystem, styrdokument, it-stöd.",
        "#f8d0dc",
        "#a8325a",
        "~rutin, ~riktlinje, ~process, ledningssystem, policy, ~checklist, styrdokument",
    ),
    Measure(
        "collaboration",
        "Samverkan",
        "Collaboration",
        "Avtal, gemensamma forum och samråd med andra.",
        "#dfe8b6",
        "#5f7113",
        "~samverka, samråd, ~avtal, BUS, ~nätverk, gemensam möte, samarbet",
    ),
    Measure(
        "placement_capacity",
        "Boenden och familjehem",
        "Homes and foster homes",
        "Egna eller köpta boenden, HVB, familjehem och jourhem.",
        "#ead8c8",
        "#7a5230",
        "HVB, ~familjehem, jourhem, ~boende, upphandla plats",
    ),
    Measure(
        "service_development",
        "Utvecklade insatser och arbetssätt",
        "Developed services and methods",
        "Nya eller ändrade insatser och arbetssätt mot klienter.",
        "#c9d6f2",
        "#3450a0",
        "~öppenvård, BBIC, signs of safety, digital möte, fältarbet, förebygg, barnchecklist, "
        "arbetssätt",
    ),
    Measure(
        "funding",
        "Resurser och budget",
        "Resources and budget",
        "Pengar som tillförs, flyttas eller tas bort.",
        "#d8f0c2",
        "#4a7f14",
        "~budget, tilldela medel, tillför medel, avsätt, omfördel resurs, ~statsbidrag, ~anslag",
    ),
    Measure(
        "planning_followup",
        "Planering och uppföljning",
        "Planning and follow-up",
        "Handlingsplaner, kartläggningar, mål, egenkontroll, uppföljning.",
        "#e6e0e0",
        "#5c5353",
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
ENGLISH = {
    **{measure.id: measure.english for measure in MEASURES},
    "taken": "taken",
    "ongoing": "ongoing",
    "planned": "planned",
    "proposed": "proposed",
    "rejected": "rejected or not done",
    "named": "named municipality",
    "all": "all of them",
    "some": "some of them",
    "other": "another actor",
}
"""English names likewise."""
