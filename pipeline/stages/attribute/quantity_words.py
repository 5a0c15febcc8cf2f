"""The words that quantities of bodies are made of, as parts of patterns (case is ignored)."""

from __future__ import annotations

import re

from pipeline.stages.attribute.numbers import NUMBER

_ONE_BODY = (
    r"(?:[\wåäö]*kommun(?:er|erna|ernas|ers)?|kommundel(?:ar|arna)?|städer(?:na)?|"
    r"(?:grann)?stadsdel(?:ar|arna|arnas|ars)?|stadsdels\w+|stadsområden?a?|\w*nämnd(?:er|erna|ernas|ers)?|"
    r"\w*förvaltning(?:ar|arna|arnas|ars)?|landsting(?:en|ens)?|region(?:er|erna|ernas)?|"
    r"huvudm[aä]n(?:nen|nens)?|socialtjänster(?:na)?|överförmyndare|länsstyrelser(?:na)?|län(?:en)?|"
    r"socialkontor(?:en)?)"
)
BODY = (
    rf"\b(?:(?:kommun|stadsdels?|nämnd)-\s*(?:och|eller)\s+)?{_ONE_BODY}"
    rf"(?:\s*(?:/|\s(?:och|eller|samt|respektive)\s)\s*{_ONE_BODY})?\b"
)
"""A noun for those who may take measures, or two of them joined."""

PLACE = r"\b(?:håll|fall|ställen|orter(?:na)?)\b(?!\s+av\b)"
HEDGE = (
    r"(?:(?:drygt|knappt|nästan|närmare|omkring|ungefär|cirka|ca|runt|minst|högst|mer än|fler än|"
    r"över|färre än|mindre än|uppemot|upp emot|endast|bara|ytterligare|så gott som|i stort sett|"
    r"enbart|åtminstone|sammanlagt|totalt|hela|inte mindre än|nära|runt om|en knapp|"
    r"en dryg|en god)\s+)"
)
_QUALITY = (
    rf"(?:(?!av\b|har\b|\w*(?:kommuner|nämnder|stadsdelar)na\b|{NUMBER})(?:totalt|sammanlagt|de|dem|dessa|alla|länets|landets|stadens|"
    r"andra|övriga|[a-zåäö]+(?:ade|dda|tta|ande|ende|igt|igen|dre|lla|iga|ska|ena|rre|sta|ste|nya|ra|ka|da|"
    r"na|ta|sa|la|ga|ma|va)|[a-zåäö]+s|(?-i:[A-ZÅÄÖ])[a-zåäö]+|svarande)\s+)"
)
QUALITIES = rf"(?:{_QUALITY}{{0,4}}?)"
VAGUE = (
    r"(?:flera|övriga|de övriga|några|någon|flertalet|de flesta|de allra flesta|merparten|"
    r"majoriteten|många|sina(?=\s+(?:håll|ställen))|ett flertal|ett antal|ett fåtal|få|enstaka|"
    r"vissa|somliga|åtskilliga|en del|"
    r"ett par|ett stort antal|en (?:klar |stor |knapp )?majoritet|en handfull|"
    r"en (?:stor|liten|mindre|större) del|"
    r"ett mindre antal|det stora flertalet|lejonparten|ett litet antal|ett växande antal|"
    r"(?:det|den|en) övervägande (?:antalet|del(?:en)?)|huvuddelen|en minoritet|"
    r"en och annan|en rad|resten|resterande|allt fler|"
    r"fler(?=\s+(?:\w+\s+)?(?:kommuner|nämnder|stadsdelar|regioner))|andra|enskilda)"
)
ALL = r"(?:samtliga|alla|var och en|varje|hela)"
OF_THEM = r"(?:dem|dessa|de\s+(?:\w+(?:de|na|da|ta)))"
ANY_NUMBER = rf"(?:(?:ett\s+)?{NUMBER})"
GROUP = rf"(?:{QUALITIES}(?:{BODY}|{PLACE}))"
OF_GROUP_TEXT = rf"(?:(?:{QUALITIES}(?P<of>{NUMBER})\s+)?{GROUP}|{OF_THEM})"
VERB_NEXT = (
    r"(?=\s+(?:har|hade|är|var|ska|skall|skulle|kommer|bör|behöver|måste|kan|kunde|vill|fick|får|"
    r"uppger|uppgav|anger|angav|beskriver|säger|saknar|planerar|arbetar|använder|köper|köpte|hyr|hyrde|"
    r"inför|införde|anställde|väntas|uppges|söker|deltar|deltog|svarar|svarade|bygger|erbjuder|"
    r"lyckades|samverkar|beslutade|ser|såg|förlitar|lämnade|tillsatte|avser|håller|gör|gjorde|"
    r"genomför|genomförde|finns|fanns|ger|gav|menar|anser|efterlyser|delar|startade|tar|tog|ställer|"
    r"valde|väljer|låter|lät|redovisar|lägger|går|gick|slutade|nöjer|hänvisar|tycker|betalar|"
    r"skickar|sköter|driver|drev|prövar|väntar|avvaktar|överväger|tillämpar|samarbetar|bedömer|"
    r"följer|skriver|skrev|ordnar|bildar|återger|räknar|sätter|skapar|försöker|avstår|vänder|"
    r"utför|bedriver|skaffar|anlitar|överlåter|utser|utsåg|avsätter|lånar|fördelar|upphandlar|"
    r"betonar|framhåller|påpekar|nyttjar|utnyttjar|föredrar|befinner|står|stod|ligger|höll|lade|"
    r"\w+(?:erar|erade|ade|dde|tte))\b)"
)


CUE = re.compile(
    r"kommun|stadsdel|stadsområd|städer|nämnd|förvaltning|landsting|region|huvudm|socialtjänster|"
    r"överförmyndare|länsstyrelser|socialkontor|\blän|\bhåll\b|\bfall\b|"
    r"\borter|\bställen|\bdem\b|\bdessa\b|\bav de\b",
    re.I,
)
