"""What a name means where it stands: a body, a person, an ordinary word, another institution."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipeline.gazetteer.tables import Tables

Strength = Literal["certain", "likely", "doubtful", "person", "other"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A form found in a text; `end` takes in the noun, `name_end` does not."""

    start: int
    end: int
    name_end: int
    name: str
    codes: tuple[str, ...]
    full: bool
    needs_noun: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """How a candidate is to be taken; `elsewhere`: only the place where somebody else is."""

    strength: Strength
    elsewhere: bool = False


_WORD_BEFORE = re.compile(r"([^\W\d_]+)([.,:;]?\s+)$")
_WORD_AFTER = re.compile(r"(\s+)([^\W_]+)")
_INITIAL_BEFORE = re.compile(r"(?<![^\W\d_])[A-ZÅÄÖ]\.\s?$")
_PARTY_AFTER = re.compile(r"\s*\((?:S|M|C|L|V|MP|KD|SD|FP|s|m|c|fp|v|mp|kd|sd|FI|F!)\)")
_SENTENCE_START = re.compile(r"(?:^|[.!?:…•·]|\n\s*\n|(?:^|\n)\s*(?:[-–—*]|\d+[.)]))[\s\"”'(]*$")
_ADDRESS = re.compile(r"(?:[@_\\]|www\.|//|\w[./])$")
_BODY_NOUN = re.compile(
    r"(?:kommun|stad(?:s|en|ens)?$|stadsdel|stadsområde|sdn$|sdf$|[^\W\d_-]*nämnd|"
    r"[^\W\d_]*förvaltning|[^\W\d_]*fullmäktige|[^\W\d_]*kontor(?:et)?$|socialtjänst|socialkontor|"
    r"räddningstjänst|revisor|kommunrevision|förskol|grundskol|hemtjänst|äldreomsorg|"
    r"[^\W\d_]*chef(?:er)?$|individ-?|barn-?$|vård-?$|skolor|politiker|tjänstemän|omsorg|"
    r"överförmynd|hemsjukvård|elevhäls|invånare|ungdomsmottagning)",
    re.I,
)
_DISTRICT_NOUN = re.compile(r"stadsdel|stadsområde|sdn$|sdf$|socialtjänstområde", re.I)
_BODY_BEFORE = re.compile(
    r"(?:kommun(?:en|erna|er)?|staden|städerna|stadsdel(?:en|arna|ar)?|sdn|sdf|"
    r"(?:\w+nämnd(?:en|erna)?|\w+förvaltning(?:en|arna|ar)?|\w+fullmäktige|socialtjänsten|"
    r"kommunstyrelsen|\w*kontor(?:et|en)?|kommunledningen|hemtjänsten|äldreomsorgen|socialchefen|"
    r"socialjouren|kommunrevisionen|revisorerna|överförmyndar(?:en|na|nämnden))(?:\s+(?:i|för))?)\s+$",
    re.I,
)
_DISTRICT_BEFORE = re.compile(
    r"(?:stadsdel(?:en|arna|ar)?|stadsdels\w+|stadsområde\w*|sdn|sdf)(?:\s+i)?\s+$", re.I
)
_OTHER_INSTITUTION = re.compile(
    r"(?:universitet|tingsrätt|hovrätt|förvaltningsrätt|domkyrk|stift|högskol|tekniska|lasarett|"
    r"sjukhus|garnison|regement|flygplats|slott|kyrk|församling|pastorat|kontrakt|domsag|station|"
    r"centralstation|tidning|allehanda|folkhögskol|fängelse|anstalt|konserthus|museum|stadsteater|"
    r"bryggeri|bruk|tidende|nyheter|fotboll|silvergruv|arkeologisk)",
    re.I,
)
_COMPANY_AFTER = re.compile(r"\s+(?:AB|HB|KB|BK|IF|FF|IK|Consulting|Group|&)(?!\w)")
_OTHER_BEFORE = re.compile(
    r"\b(?:(?:regionförbundet|kommunförbundet|landshövdingen)\s+(?:i\s+)?|"
    r"(?:högskolan|universitetet|länsstyrelsen|\w*sjukhuset|tingsrätten|lasarettet|polisregion)\s+)$",
    re.I,
)
_DIRECTION_BEFORE = re.compile(
    r"\b(?:Norra|Södra|Västra|Östra|Gamla|Stora|Nya|Lilla|Övre|Nedre|Inre|Yttre|Sankt|Sankta)\s+$"
)
_TITLE_BEFORE = re.compile(
    r"\b(?:\w*(?:chef(?:en)?|direktör(?:en)?|sekreterare[n]?|handläggare[n]?|ledamot(?:en)?|"
    r"ordförande[n]?|inspektör(?:en)?|doktor|professor|kurator[n]?|rektor[n]?|läkare[n]?|"
    r"psykolog(?:en)?|kommunalråd(?:et)?|borgarråd(?:et)?|utredare[n]?|sköterska[n]?|revisor[n]?|"
    r"konsult(?:en)?|pedagog(?:en)?|assistent(?:en)?|samordnare[n]?|jurist(?:en)?|"
    r"justerare|advokat(?:en)?)|herr|fru|fröken|familjen|makarna|syskonen|bröderna|hr\.?|dr\.?|prof\.|heter|kallas|kallad)"
    r"\s+$",
    re.I,
)
_TITLE_AFTER = re.compile(
    r",\s+(?:\w+\s+)?\w*(?:chef|direktör|sekreterare|handläggare|ledamot|ordförande|inspektör|"
    r"kurator|rektor|läkare|psykolog|samordnare|jurist|sköterska|utredare|konsult|ombud|pedagog)\b"
)
_SPEECH_AFTER = re.compile(
    r"s?\s+(?:säger|sa|sade|yrka[rd]\w*|berättar|berättade|tillade|undra[rd]\w*|svarade|reservera\w*|"
    r"själv|förklarade|föredrog|föredrar|ringde|"
    r"(?:har|hade)\s+(?:varit\s+(?:föredragande|handläggare)|yrkat|deltagit)|är\s+(?:\w+\s+){0,2}"
    r"(?:enhetschef|socialsekreterare|föredragande|ordförande|handläggare)|och\s+hans|och\s+hennes)\b"
)
_FINITE_VERB = re.compile(
    r"\s+(?:också\s+|även\s+|däremot\s+|själv\s+)?(har|hade|är|var|ska|skall|skulle|kommer|bör|"
    r"behöver|måste|kan|kunde|vill|fick|får|gav|ger|valde|väljer|avser|håller|höll|gick|går|tar|tog|"
    r"satte|sätter|lät|låter|planera[rd]\w*|[^\W\d_]+(?:ade|dde|tte)|"
    r"(?!(?:för|under|eller|över|efter|utanför|inför|där|när|mer|per|hur|framför|åter|sår)\b)"
    r"[^\W\d_]{2,}r)\b"
)
_PASSIVE_SOON = re.compile(
    r"\s+(?:har|hade|ska|skall|bör|behöver|måste|kan|kommer att|får)\s+(?:[^\W\d_]+\s+){0,5}?"
    r"(?:[^\W\d_]*(?:ats|tts|gts|ts|lts|lits|rits)|[^\W\d_]{3,}as|köpas|läggas|byggas|säljas)\b"
    r"|\s+[^\W\d_]+s\b(?:\s+in|\s+ut|\s+för|\s+av|\s+till|\.|,)"
)
_LOCATED_BEFORE = re.compile(
    r"(?:\w*(?:företag(?:et)?|bolag(?:et)?|universitet(?:et)?|högskola[n]?|rätten|byrån?|rätt|"
    r"vårdgivare[n]?|konferens(?:en)?|mässa[n]?|folkhögskola[n]?|sjukhus(?:et)?|lasarett(?:et)?|"
    r"inspektionen|verket|myndigheten|kassan|förmedlingen|polisen|länsstyrelsen|klinik(?:en)?|"
    r"hvb|hvb-hem|hotell|hotellet|tillsynsenheten|stiftelse[n]?|kursgård(?:en)?|studiebesök|"
    r"häktet|anstalten|internat|lantbruk|firma|kontor hos|IVO|BRIS|Bris))\s+(?:i|utanför|nära)\s+$",
    re.I,
)


class Reader:
    """Judges candidates by the words around them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def body_noun_at(self, text: str, position: int) -> bool:
        """Whether a noun for a body follows: "socialnämnd", "kommunfullmäktige"."""
        after = _WORD_AFTER.match(text, position)
        return bool(after and _BODY_NOUN.match(after.group(2)))

    def read(self, text: str, candidate: Candidate) -> Reading:
        """Return how the name is to be taken, from the text around it."""
        before = text[max(0, candidate.start - 60) : candidate.start]
        if self._is_part_of_a_word(text, candidate, before):
            return Reading("other")
        if candidate.full:
            return Reading("certain")
        if self._is_district(text, candidate, before):
            return Reading("certain")
        if self._is_person(text, candidate, before):
            return Reading("person")
        if self._speaks(text, candidate, before):
            return Reading("other")
        if self._is_elsewhere_named(text, candidate, before):
            return Reading("other")
        elsewhere = _LOCATED_BEFORE.search(before) is not None
        if candidate.needs_noun:
            return Reading("doubtful")
        if self.body_noun_at(text, candidate.end) or _BODY_BEFORE.search(before):
            return Reading("certain", elsewhere)
        if self._is_word(text, candidate, before):
            return Reading("doubtful")
        return Reading("likely", elsewhere)

    def _is_part_of_a_word(self, text: str, candidate: Candidate, before: str) -> bool:
        """Compounds ("Nacka-projektet", "Nacka- och"), addresses and file names."""
        follows = text[candidate.end : candidate.end + 2]
        if follows[:1] in ("-", "‑") and not candidate.full:
            return follows[1:2].isalnum() or follows[1:2].isspace()
        if follows[:1] in (".", "@", "_") and follows[1:2].islower():
            return True
        return bool(_ADDRESS.search(before)) or (
            before[-1:] in ("-", "‑") and before[-2:-1].isalpha() and not before[-2:].isspace()
        )

    def _is_district(self, text: str, candidate: Candidate, before: str) -> bool:
        if not all("-" in code for code in candidate.codes):
            return False
        after = _WORD_AFTER.match(text, candidate.end)
        return bool(
            (after and _DISTRICT_NOUN.match(after.group(2))) or _DISTRICT_BEFORE.search(before)
        )

    def _is_person(self, text: str, candidate: Candidate, before: str) -> bool:
        if self.body_noun_at(text, candidate.end):
            return False
        word = _WORD_BEFORE.search(before)
        if _INITIAL_BEFORE.search(before) or _PARTY_AFTER.match(text, candidate.end):
            return True
        if word and word.group(2).isspace() and self._is_given_name(word.group(1)):
            return True
        return candidate.name in self._tables.surnames and (
            self._is_given_name_of_somebody(text, candidate)
            or self._given_name_follows(text, candidate)
        )

    def _speaks(self, text: str, candidate: Candidate, before: str) -> bool:
        """Whether a possible surname has a title or does what only a person does."""
        return candidate.name in self._tables.surnames and bool(
            _TITLE_BEFORE.search(before)
            or _TITLE_AFTER.match(text, candidate.end)
            or _SPEECH_AFTER.match(text, candidate.end)
        )

    def _is_given_name(self, word: str) -> bool:
        name = word.title() if word.isupper() and len(word) > 1 else word
        return name in self._tables.given_names and name.casefold() not in self._tables.words

    def _is_given_name_of_somebody(self, text: str, candidate: Candidate) -> bool:
        """ "Nora Svensson", "Mark Holm": a given name before a capitalised surname."""
        after = re.match(r" ([A-ZÅÄÖ][a-zåäöé]+)\b", text[candidate.end : candidate.end + 30])
        return bool(after and not _BODY_NOUN.match(after.group(1)))

    def _given_name_follows(self, text: str, candidate: Candidate) -> bool:
        """ "Lund, Anna": a surname first."""
        after = re.match(r",\s+([A-ZÅÄÖ][a-zåäöé]+)\b", text[candidate.end : candidate.end + 30])
        name = after.group(1) if after else ""
        return name in self._tables.given_names and name.casefold() not in self._tables.surnames

    def _is_elsewhere_named(self, text: str, candidate: Candidate, before: str) -> bool:
        """Other institutions, companies and places that bear the name."""
        if _OTHER_BEFORE.search(before) or _DIRECTION_BEFORE.search(before):
            return True
        if _COMPANY_AFTER.match(text, candidate.end):
            return True
        after = _WORD_AFTER.match(text, candidate.end)
        if not after:
            return False
        gap, word = after.groups()
        if _OTHER_INSTITUTION.match(word):
            return True
        named = word[0].isupper() and not word.isupper() and "\n" not in gap
        return (
            named
            and not _BODY_NOUN.match(word)
            and not text[candidate.start : candidate.end].isupper()
        )

    def _is_word(self, text: str, candidate: Candidate, before: str) -> bool:
        """Whether an ordinary word with a capital is as likely as the name."""
        if candidate.name not in self._tables.words:
            return False
        written = text[candidate.start : candidate.end]
        if written.isupper():
            return True
        if not _SENTENCE_START.search(before):
            return False
        if written.casefold() != candidate.name:
            return False
        rest = text[candidate.end : candidate.end + 80]
        if _PASSIVE_SOON.match(rest):
            return True
        return not _FINITE_VERB.match(rest)
