"""Sentence boundaries in Swedish official prose, by rule, with exact offsets.

A rule splitter rather than a trained one: official prose breaks rules in few ways (abbreviations,
legal references, dates, bullets, missing blanks), and a missed boundary must be explainable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.offsets import Span

ABBREVIATIONS = frozenset(
    """
    adj ang anm art avd avs bil bl bl.a bl.a bitr ca cirk civ dir div dnr doc dvs d.v.s e.d e.dyl
    eg ekon el enl e.kr etc ev ex exkl f.d f.kr f.n f.ö fig f.n fil fr fr.o.m följ föreg förf forts
    g.m gm hr inkl i.o.m ist jan feb febr mar apr aug sept sep okt nov dec jfr jr kap kl kr kungl
    lit m.a.o m.fl m.m max milj min mdr mkr mom moms motsv n.b nr näml o.d o.dyl obs o.s.v osv p.g.a
    pga pkt plur prof prop r.k red ref reg resp s s.a.s s.k s.o.s sekr sen sid skr sign ss st st.f
    str t.ex tab tel t.h tills t.o.m t.v tr tv u.a ung uppg u.å v v.g vanl vd vol ä.k ö öv övers
    """.split()
)
"""Lower case, without the last full stop."""

CLOSING_ABBREVIATIONS = frozenset(
    {"m.m", "m.fl", "osv", "o.s.v", "etc", "o.d", "e.d", "o.dyl", "kr", "mkr", "tkr"}
)
"""Abbreviations that usually close a sentence when a capital follows."""

_END = re.compile(r"[.!?…]+[\"”’»')\]]*(?=\s)|[.!?](?=[A-ZÅÄÖ][a-zåäö]{2,}\s)")
_GLUED_END = re.compile(r"(?<=[a-zåäö]{4}[.])(?=[a-zåäö]{5,}\s)")
_BULLET = re.compile(r"^[^\S\n]*(?:[-–—•▪·*]|o(?=\s)|\d{1,2}[.)]|[a-zåäö]\))[^\S\n]+(?=\S)", re.M)
_NEXT = re.compile(r"\s*[\"”’»'(\[–—-]*\s*(\S)")
_LAST_TOKEN = re.compile(r"(\S+)$")
SHORT_LINE = 0.6
"""A line shorter than this share of its paragraph's longest one ends where it ends."""


def split_sentences(text: str, block: Span) -> Iterator[Span]:
    """Yield the sentences of `text[block.start:block.end]`, in order, without outer blanks."""
    cuts = sorted({block.start, block.end, *_line_cuts(text, block), *_stop_cuts(text, block)})
    for start, end in pairwise(cuts):
        words = text[start:end]
        left = len(words) - len(words.lstrip())
        if words.strip():
            yield Span(start + left, start + len(words.rstrip()))


def _line_cuts(text: str, block: Span) -> Iterator[int]:
    """Cuts at line starts: bullets, and capitals after a line that plainly ended early."""
    for bullet in _BULLET.finditer(text, block.start, block.end):
        if bullet.start() == block.start or text[bullet.start() - 1] == "\n":
            yield bullet.start()
    lines = text[block.start : block.end].splitlines(keepends=True)
    longest = max(map(len, lines), default=0)
    position = block.start
    for line, following in pairwise(lines):
        position += len(line)
        opens = following.lstrip()[:1]
        if len(line) < SHORT_LINE * longest and opens.isupper() and not line.rstrip().endswith(","):
            yield position


def _stop_cuts(text: str, block: Span) -> Iterator[int]:
    for end in _END.finditer(text, block.start, block.end):
        if _is_boundary(text, block, end):
            yield end.end()
    for glued in _GLUED_END.finditer(text, block.start, block.end):
        yield glued.start()


def _is_boundary(text: str, block: Span, end: re.Match[str]) -> bool:
    following = _NEXT.match(text, end.end(), block.end)
    if following is None:
        return True
    opens = following.group(1)
    if opens.islower():
        return False
    if not end.group().startswith("."):
        return True
    token = _LAST_TOKEN.search(text[max(block.start, end.start() - 30) : end.start()])
    word = token.group(1).lstrip("(\"”'[").lower() if token else ""
    if word in CLOSING_ABBREVIATIONS:
        return opens.isupper()
    if word in ABBREVIATIONS or re.fullmatch(r"(?:[^\W\d_]\.)*[^\W\d_]", word):
        return False
    if re.fullmatch(
        r"\d{1,2}", word
    ):  # "den 1. Januari", "2. Rubrik", but "… under 2012 (bilaga 3)."
        return not _starts_line(text, block, end.start() - len(word))
    return True


def _starts_line(text: str, block: Span, position: int) -> bool:
    return position <= block.start or text[block.start : position].rstrip(" \t").endswith("\n")
