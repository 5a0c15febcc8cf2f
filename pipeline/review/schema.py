"""The review database. The log is the truth; the rest is the run's findings, or follows from it."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_ALWAYS = ("run", "origin", "coded")


class Base(DeclarativeBase):
    """All tables of a review."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON,
    }


class RunRow(Base):
    """A run that was taken in; the last one is what is reviewed."""

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    taken_in: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    model: Mapped[str] = mapped_column(String(80))
    codebook: Mapped[str] = mapped_column(String(80))
    findings: Mapped[int]
    new: Mapped[int]
    vanished: Mapped[int]


class DocumentRow(Base):
    """A document of the run; its layers stay in the run folder."""

    __tablename__ = "documents"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    year: Mapped[int | None]
    pages: Mapped[int]


class FindingRow(Base):
    """A finding: what the model suggests, and where it stands now. Narrow, to be filtered.

    `origin`: `model`, `reviewer` (added by one) or `probe` (seeded with a wrong label).
    `number`: its row in the index of the search. `run`: the last run that had it. `place` and the
    columns behind it follow from the log; `now_…` is what reviewers say, or the model where they
    have not said yet; `coded`: given to coders; `sampled`: drawn at random.
    """

    __tablename__ = "findings"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), index=True)
    origin: Mapped[str] = mapped_column(String(10))
    run: Mapped[int]
    first_run: Mapped[int]
    position: Mapped[int] = mapped_column(BigInteger)
    shuffle: Mapped[int]
    page: Mapped[int | None]
    start: Mapped[int]
    end: Mapped[int]
    label: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))
    scope: Mapped[str] = mapped_column(String(12))
    score: Mapped[float]
    doubt: Mapped[float]
    year: Mapped[int | None]
    codes: Mapped[list[str]]
    place: Mapped[str] = mapped_column(String(12), default="open")
    verdict: Mapped[str | None] = mapped_column(String(12))
    now_label: Mapped[str] = mapped_column(String(40))
    now_status: Mapped[str] = mapped_column(String(12))
    now_scope: Mapped[str] = mapped_column(String(12))
    now_codes: Mapped[list[str]]
    coded: Mapped[bool] = mapped_column(default=False)
    sampled: Mapped[bool] = mapped_column(default=False, index=True)
    __table_args__ = (
        # In the order that a view is walked in; the columns behind are those that every view
        # asks for, so that what does not belong to it is passed over without reading its row.
        Index("ix_findings_doubt", "place", "doubt", "position", "score", *_ALWAYS),
        Index("ix_findings_score", "place", "score", "position", *_ALWAYS),
        Index("ix_findings_shuffle", "place", "shuffle", "position", *_ALWAYS),
        Index("ix_findings_position", "place", "position", *_ALWAYS),
        Index("ix_findings_label", "now_label", "place", "doubt", "position"),
        # Everything that is counted by, so that counting reads no rows.
        Index(
            "ix_findings_count",
            "place",
            "coded",
            "now_label",
            "now_status",
            "now_scope",
            "year",
            "score",
            "run",
            "origin",
        ),
    )


class ExcerptRow(Base):
    """What is shown of a finding: its sentence, neighbours, lines on the page, OCR edits."""

    __tablename__ = "excerpts"
    finding_id: Mapped[str] = mapped_column(ForeignKey("findings.id"), primary_key=True)
    heading: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]]


class CreditRow(Base):
    """Whom a finding is credited to now (`now_codes`), to be filtered."""

    __tablename__ = "credits"
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    finding_id: Mapped[str] = mapped_column(ForeignKey("findings.id"), primary_key=True, index=True)


class DutyRow(Base):
    """Who should judge a finding; follows from the log. `role`: `assigned` or `coder`."""

    __tablename__ = "duties"
    finding_id: Mapped[str] = mapped_column(ForeignKey("findings.id"), primary_key=True)
    user: Mapped[str] = mapped_column(String(60), primary_key=True)
    role: Mapped[str] = mapped_column(String(10), primary_key=True)
    done: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index("ix_duties_user", "user", "role", "done"),)


class SlotRow(Base):
    """The fold of the log: what each slot holds."""

    __tablename__ = "slots"
    finding_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[str] = mapped_column(String(120), primary_key=True)
    version: Mapped[int]
    value: Mapped[dict[str, Any] | None]


class EventRow(Base):
    """The log; see `events.Event`. Rows are only ever added."""

    __tablename__ = "events"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(String(80), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(60))
    at: Mapped[str] = mapped_column(String(40))
    millis: Mapped[int]
    model: Mapped[str] = mapped_column(String(80))
    codebook: Mapped[str] = mapped_column(String(80))
    finding: Mapped[str] = mapped_column(String(64), index=True)
    slot: Mapped[str] = mapped_column(String(120))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class HeadRow(Base):
    """The end of the log, in one row; every event moves it in the transaction that adds the event.

    Kept beside the log so that it shows where events at its end are taken away.
    """

    __tablename__ = "head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class ActionRow(Base):
    """What a reviewer did, by idempotency key, with the answer that was given.

    `changes`: how many events of the log it made.
    """

    __tablename__ = "actions"
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str | None] = mapped_column(String(80))
    changes: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]]


class UserRow(Base):
    """An account; `settings` holds keys and language."""

    __tablename__ = "users"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))
    password: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    settings: Mapped[dict[str, Any]]


class SessionRow(Base):
    """A log-in that has not ended; `id` is the hash of what the cookie holds."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.name", ondelete="CASCADE"))
    expires: Mapped[float]


class ViewRow(Base):
    """A saved view of the queue: its name and the query of its address."""

    __tablename__ = "views"
    user: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    query: Mapped[str] = mapped_column(Text)


class SettingRow(Base):
    """Something that the database needs to know of itself, such as the key of its cookies."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
