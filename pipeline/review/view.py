"""A view of the queue: filters and order, as the address holds them."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

Sort = Literal["doubt", "score", "position", "shuffle"]
PER_PAGE = 50


class View(BaseModel):
    """Filters (empty: no filter) and order.

    `state`: `open` is what this reviewer can still judge; `mine`: assigned to her, or hers to code;
    `changed`: findings that the last run brought, or no longer has; `low`, `high`: of the score.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    q: str = Field(default="", max_length=200)
    fold: bool = False
    municipality: str = Field(default="", max_length=60)
    label: str = Field(default="", max_length=40)
    status: str = Field(default="", max_length=12)
    scope: str = Field(default="", max_length=12)
    low: float | None = Field(default=None, ge=0, le=1)
    high: float | None = Field(default=None, ge=0, le=1)
    document: str = Field(default="", max_length=64)
    year: int | None = Field(default=None, ge=1000, le=3000)
    state: Literal["", "open", "reviewed", "disagreed", "waiting", "unsure"] = ""
    mine: bool = False
    changed: Literal["", "new", "vanished"] = ""
    sort: Sort = "position"
    page: int = Field(default=1, ge=1, le=100_000)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_default(cls, value: Any, info: Any) -> Any:
        """Forms send fields that nobody filled in."""
        if value == "" and info.field_name:
            return cls.model_fields[info.field_name].default
        return value

    @field_validator("q", "municipality", "label", "status", "scope", "document")
    @classmethod
    def _no_nul(cls, value: str) -> str:
        """PostgreSQL takes no NUL in text."""
        return value.replace("\0", "")

    def query(self, **other: Any) -> str:
        """The query of this view's address, with some fields replaced; defaults left out."""
        values = self.model_copy(update=other).model_dump(exclude_defaults=True)
        return urlencode({k: int(v) if v is True else v for k, v in values.items()})
