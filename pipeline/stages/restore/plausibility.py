"""How Swedish a reading is by itself: known words, compounds, strange words."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.stages.restore.compounds import is_compound
from pipeline.stages.restore.language_model import UNKNOWN_WORD, LanguageModel
from pipeline.stages.restore.words import model_tokens

Ids = tuple[int, ...]
Judged = tuple[Ids, tuple[str, ...]]

REMEMBERED = 50_000
"""Readings, some 15 MiB; with more, all are forgotten."""


@dataclass(frozen=True)
class Weights:
    """How the parts of a reading's score count (calibrated on the development pages).

    Attributes:
        language: of the trigram model's log probability.
        strange: loss of an unknown word that is no compound of known ones.
        doubt: loss of a reading that changes more than dots and rings where the tagger might
            leave the stretch as it is; and of one that turns a full stop into a comma.
    """

    language: float = 0.5
    strange: float = 4.0
    doubt: float = 2.0


@dataclass
class Plausibility:
    """Judges readings; remembers those it has seen. Threads may share one."""

    model: LanguageModel
    weights: Weights
    _judged: dict[str, Judged] = field(default_factory=dict)

    def judge(self, text: str) -> Judged:
        """Word ids of a reading, and its words (lower case) neither known nor compounds.

        Words in capitals are abbreviations or headings, and never strange.
        """
        judged = self._judged.get(text)
        if judged is None:
            tokens = model_tokens(text.replace("-\n", ""))
            ids = tuple(self.model.ids.get(token, UNKNOWN_WORD) for token in tokens)
            strange = tuple(
                token
                for token, number in zip(tokens, ids, strict=True)
                if number == UNKNOWN_WORD
                and not self._is_compound(token)
                and token.upper() not in text
            )
            if len(self._judged) >= REMEMBERED:
                self._judged.clear()
            judged = self._judged[text] = (ids, strange)
        return judged

    def _is_compound(self, word: str) -> bool:
        return is_compound(word, self.model.common) or (
            "-" in word and all(part in self.model.ids for part in word.split("-"))
        )
