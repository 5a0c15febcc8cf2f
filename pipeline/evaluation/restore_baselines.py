"""What repair is measured against: spelling correction word by word, without context."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from itertools import combinations, product

from pipeline.errors import MissingDependencyError
from pipeline.stages.restore.language_model import LanguageModel

Repair = Callable[[str], str]

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")

CONFUSIONS = {
    "a": "åä", "o": "ö", "d": "äå", "é": "öåä", "i": "ä", "6": "ö", "e": "ä", "å": "äö",
    "A": "ÅÄ", "O": "Ö", "l": "i", "c": "e", "ø": "ö", "æ": "ä", "á": "åä", "à": "åä", "ô": "ö",
    "f": "r", "ê": "åä", "â": "åä", "ó": "ö", "u": "ä", "1": "l",
}  # fmt: skip
"""What Tesseract without Swedish reads (key) for what is printed."""

MOST_CHANGES, FAR_MORE_FREQUENT = 3, 2.5
"""Changes tried in a word; natural logarithm by which a known word must be outdone."""


def noisy_channel(model: LanguageModel) -> Repair:
    """The first restorer: lexicon frequency and a table of confusions, token by token."""
    cache: dict[str, str] = {}

    def best(word: str) -> str:
        spots = [i for i, character in enumerate(word) if character in CONFUSIONS][:8]
        own = model.log_count(word.lower())
        winner, height = word, max(own, -1.0) + (FAR_MORE_FREQUENT if own >= 0 else 0.0)
        for size in range(1, min(MOST_CHANGES, len(spots)) + 1):
            for places in combinations(spots, size):
                for letters in product(*(CONFUSIONS[word[p]] for p in places)):
                    changed = list(word)
                    for place, letter in zip(places, letters, strict=True):
                        changed[place] = letter
                    reading = "".join(changed)
                    score = model.log_count(reading.lower()) - 0.5 * size
                    if score > height:
                        winner, height = reading, score
        return winner

    def repair(text: str) -> str:
        return _WORD.sub(lambda m: cache.setdefault(m.group(), best(m.group())), text)

    return repair


def symspell(model: LanguageModel) -> Repair:
    """symspellpy with the restorer's own word counts.

    Raises:
        MissingDependencyError: symspellpy is not installed.
    """
    try:
        from symspellpy import SymSpell, Verbosity
    except ImportError as error:
        raise MissingDependencyError(
            "symspellpy is not installed", remedy="pip install 'kommunlupp[evaluate]'"
        ) from error
    speller = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
    for word in model.ids:
        speller.create_dictionary_entry(word, max(1, round(2.718281828 ** model.log_count(word))))

    def one(match: re.Match[str]) -> str:
        word = match.group()
        if any(map(str.isdigit, word)) and not any(map(str.isalpha, word)):
            return word
        found = speller.lookup(
            word, Verbosity.TOP, max_edit_distance=2, include_unknown=True, transfer_casing=True
        )
        return str(found[0].term)

    return lambda text: _WORD.sub(one, text)


def hunspell(dictionary: str = "sv_SE") -> Repair:
    """hunspell's first suggestion for every word that it does not know.

    Raises:
        MissingDependencyError: hunspell or its Swedish dictionary is not installed.
    """
    cache: dict[str, str] = {}

    def ask(words: list[str]) -> None:
        try:
            answer = subprocess.run(
                ["hunspell", "-d", dictionary, "-i", "utf-8", "-a"],
                input="\n".join(f"^{word}" for word in words) + "\n",
                capture_output=True, check=True, text=True, encoding="utf-8",
            )  # fmt: skip
        except (OSError, subprocess.CalledProcessError) as error:
            raise MissingDependencyError(
                "hunspell cannot be run", remedy="apt-get install hunspell hunspell-sv"
            ) from error
        blocks = answer.stdout.partition("\n")[2].split("\n\n")
        for word, block in zip(words, blocks, strict=False):
            first = re.search(r"^& .*?: ([^,\n]+)", block, re.MULTILINE)
            whole = block.count("\n") == 0
            cache[word] = first.group(1) if first and whole else word

    def repair(text: str) -> str:
        fresh = sorted({w for w in _WORD.findall(text) if w not in cache})
        if fresh:
            ask(fresh)
        return _WORD.sub(lambda m: cache.get(m.group(), m.group()), text)

    return repair
