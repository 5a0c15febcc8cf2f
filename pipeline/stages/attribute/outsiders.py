"""Whether a text names somebody who acts and is no municipality, district or region."""

from __future__ import annotations

import re

_AUTHORITIES = (
    r"stat(?:en|ens|lig\w*)|regering\w*|riksdag\w*|departement\w*|minister\w*|eu|ivo|jo|sis|skr|skl|"
    r"ksl|inspektionen\w*|länsstyrels\w*|social-?styrels\w*|folkhälsomyndighet\w*|myndighet(?:en|er)\w*|"
    r"förvaltningsrätt\w*|\w*domstol\w*|\w*åklagar\w*|polis\w*|kriminalvård\w*|frivård\w*|"
    r"försäkringskass\w*|arbetsförmedling\w*|[^\W\d_]{2,}(?:verket|verkets|inspektionen|rådet)|"
    r"barnombudsman\w*|riksrevision\w*|statskontor\w*|utredningen|utredaren|lagstift\w*"
)
_OTHERS = (
    r"sveriges\s+kommuner|kommunförbund\w*|\w*förbund(?:et|ets|en)?|fackförening\w*|facket|\w*organisation(?:en|er|erna)|"
    r"förening(?:en|ar|arna|ens)?|röda\s+korset|rädda\s+barnen|bris|kyrkan|\w*församling\w*|stiftelse\w*|"
    r"universitet\w*|högskol\w*|institut\w*|fou\w*|\w*bolag(?:et|en|ets)?|företag\w*|entreprenör\w*|"
    r"leverantör\w*|konsult(?:en|erna|bolag\w*|företag\w*)|utförar\w*|vårdgivar\w*|revisor\w*|"
    r"landsting\w*|region(?:en|ens|erna|ernas|er)?|sjukhus\w*|vårdcentral\w*|psykiatri(?:n|ns)|bup|skol(?:a|an|or|orna)|"
    r"rektor\w*|partiet|partierna|moderat\w*|socialdemokrat\w*|vänsterparti\w*|centerparti\w*|"
    r"liberal\w*|folkparti\w*|miljöparti\w*|kristdemokrat\w*|sverigedemokrat\w*"
)
_OUTSIDER = re.compile(rf"\b(?:{_AUTHORITIES}|{_OTHERS})\b", re.I)
_FIRST_PERSON = re.compile(r"\b(?:vi|vår|vårt|våra|oss|jag|min|mitt|mina)\b", re.I)


def names_outsider(text: str, *, we_are_inside: bool) -> bool:
    """Whether the state, an authority, an organisation or a company is named, or speaks.

    Args:
        we_are_inside: "we" are a municipality; else "we" are an outsider, too.
    """
    speaks = not we_are_inside and _FIRST_PERSON.search(text) is not None
    return speaks or _OUTSIDER.search(text) is not None
