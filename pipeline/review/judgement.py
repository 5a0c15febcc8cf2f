"""A reviewer's judgement on a finding."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from pipeline.codebook import LABELS, SCOPES, STATUSES
from pipeline.document import Scope, Status
from pipeline.review.errors import Refused
from pipeline.review.events import Value

Verdict = Literal["accepted", "rejected", "unsure"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class InvalidJudgement(Refused):
    """A judgement that the codebook or the gazetteer does not allow."""

    code = "review-invalid"
    remedy = "Choose label, status and scope from the lists."
    status = 422


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is said of a sentence: by the model, or by whoever accepts."""

    label: str
    status: Status
    scope: Scope
    municipalities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """Who judged what; `content` is None unless accepted. Compare with `agrees`."""

    by: str
    verdict: Verdict
    content: Suggestion | None = None

    def agrees(self, other: Judgement) -> bool:
        """Whether both say the same, whoever says it."""
        return (self.verdict, self.content) == (other.verdict, other.content)

    def as_value(self) -> Value:
        """As a slot holds it."""
        value: Value = {"by": self.by, "verdict": self.verdict}
        if self.content:
            value |= {
                "label": self.content.label,
                "status": self.content.status,
                "scope": self.content.scope,
                "municipalities": list(self.content.municipalities),
            }
        return value

    @classmethod
    def from_value(cls, value: Mapping[str, object]) -> Judgement:
        """Read what `as_value` wrote."""
        verdict = cast(Verdict, value["verdict"])
        if verdict != "accepted":
            return cls(str(value["by"]), verdict)
        content = Suggestion(
            str(value["label"]),
            cast(Status, value["status"]),
            cast(Scope, value["scope"]),
            tuple(cast("list[str]", value["municipalities"])),
        )
        return cls(str(value["by"]), verdict, content)


def no_municipality(name: str) -> InvalidJudgement:
    """What to raise for a name or code that the gazetteer does not have."""
    return InvalidJudgement(
        "no municipality {name!r}", remedy="Check how the name is spelt.", name=name[:60]
    )


def checked(
    by: str, verdict: str, content: Suggestion | None, known_codes: Collection[str]
) -> Judgement:
    """Return a judgement from what a browser sent.

    Raises:
        InvalidJudgement: an unknown verdict, label, status, scope or code.
    """
    if verdict not in VERDICTS:
        raise InvalidJudgement("no verdict {value!r}", value=verdict[:60])
    if verdict != "accepted":
        return Judgement(by, cast(Verdict, verdict))
    if content is None:
        raise InvalidJudgement("accepted, but nothing is said of what")
    for name, allowed in (("label", LABELS), ("status", STATUSES), ("scope", SCOPES)):
        if getattr(content, name) not in allowed:
            value = getattr(content, name)[:60]
            raise InvalidJudgement("{value!r} is not in the codebook", value=value)
    unknown = [code for code in content.municipalities if code not in known_codes]
    if unknown:
        raise no_municipality(unknown[0])
    content = Suggestion(
        content.label, content.status, content.scope, tuple(sorted(set(content.municipalities)))
    )
    return Judgement(by, "accepted", content)
