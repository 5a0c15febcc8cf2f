"""Accounts, passwords and log-ins."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, insert, select, update

from pipeline.review.database import Database
from pipeline.review.errors import Refused
from pipeline.review.log import audit
from pipeline.review.schema import SessionRow, SettingRow, UserRow

Role = Literal["reader", "reviewer", "admin"]
RANK: dict[str, int] = {"reader": 0, "reviewer": 1, "admin": 2}
ROLE_NEEDED: dict[Role, str] = {
    "reader": "this needs an account",
    "reviewer": "your account may read, but not decide",
    "admin": "only administrators may do this",
}
"""What to tell an account whose role is lower."""
LOCAL = "lokal"
"""Who reviews on a machine without accounts."""
SESSION_S = 12 * 3600.0
_NAME = re.compile(r"[\w.@-]{1,60}")
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_hex())
LEAST_PASSWORD = 12


class BadAccount(Refused):
    """A name or a password that no account can have."""

    code = "review-account"
    remedy = (
        "Names hold letters, digits and . @ - _ (at most 60); passwords at least 12 characters."
    )
    status = 422


class TooManyAttempts(Refused):
    """Somebody guesses passwords."""

    code = "review-login-limit"
    remedy = "Wait a quarter of an hour, then try again."
    status = 429


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who is logged in; `settings` holds `language`, `keys` and `blind`."""

    name: str
    role: str
    settings: dict[str, Any]

    def may(self, role: Role) -> bool:
        """Whether the account's role is at least this one."""
        return RANK[self.role] >= RANK[role]


class Attempts:
    """Failed log-ins, by account and by address; kept in memory for a quarter of an hour.

    An attempt counts from its beginning, so that many at once are not more than one after the
    other, and is taken back where it succeeds. One that is refused is not kept. A full table
    refuses who is not in it: to forget others would free whoever fills it.
    """

    WINDOW_S = 900.0
    LIMITS = ("account", 8), ("address", 40)
    MOST = 20_000
    """Accounts and addresses that are kept."""

    def __init__(self) -> None:
        self._tried: dict[tuple[str, str], list[float]] = {}
        self._lock = threading.Lock()

    def begin(self, name: str, address: str) -> None:
        """Count an attempt; raises `TooManyAttempts` where account or address failed too often."""
        now = time.monotonic()
        with self._lock:
            if len(self._tried) >= self.MOST:
                self._forget(now - self.WINDOW_S)
            recent = {}
            for key, limit in self._keys(name, address):
                recent[key] = [at for at in self._tried.get(key, ()) if at > now - self.WINDOW_S]
                full = key not in self._tried and len(self._tried) >= self.MOST
                if len(recent[key]) >= limit or full:
                    raise TooManyAttempts("too many failed log-ins")
            for key, times in recent.items():
                self._tried[key] = [*times, now]

    def succeeded(self, name: str, address: str) -> None:
        """Take an attempt back."""
        with self._lock:
            for key, _ in self._keys(name, address):
                self._tried[key] = self._tried.get(key, [])[:-1]
                if not self._tried[key]:
                    del self._tried[key]

    def _keys(self, name: str, address: str) -> Iterator[tuple[tuple[str, str], int]]:
        for (kind, limit), whose in zip(self.LIMITS, (name, address), strict=True):
            yield (kind, whose), limit

    def _forget(self, before: float) -> None:
        self._tried = {key: times for key, times in self._tried.items() if times[-1] > before}


def add_user(connection: Connection, name: str, role: str, password: str | None, by: str) -> None:
    """Make an account, or give an existing one another role and password.

    Args:
        password: None keeps it, or makes an account that cannot log in with one.

    Raises:
        BadAccount: name, role or password do not fit.
    """
    if not _NAME.fullmatch(name) or role not in RANK:
        raise BadAccount("no account {name!r} with role {role!r}", name=name, role=role)
    if password is not None and not LEAST_PASSWORD <= len(password) <= 1000:
        raise BadAccount("a password has at least {least} characters", least=LEAST_PASSWORD)
    values: dict[str, Any] = {"role": role, "active": True}
    if password is not None:
        values["password"] = _HASHER.hash(password)
    if connection.execute(select(UserRow.name).where(UserRow.name == name)).first():
        connection.execute(update(UserRow).where(UserRow.name == name).values(**values))
        connection.execute(delete(SessionRow).where(SessionRow.user == name))
    else:
        connection.execute(insert(UserRow).values(name=name, settings={}, **values))
    audit(connection, by, "account", name=name, role=role, password_set=password is not None)


def has_accounts(connection: Connection) -> bool:
    """Whether anybody can log in with a password."""
    with_password = select(func.count()).where(UserRow.password.is_not(None))
    return bool(connection.execute(with_password).scalar_one())


def users(connection: Connection) -> list[Any]:
    """All accounts by name."""
    return list(connection.execute(select(UserRow).order_by(UserRow.name)))


def reviewers(connection: Connection) -> list[str]:
    """Names of those who may judge, closed accounts left out."""
    return [row.name for row in users(connection) if row.active and row.role != "reader"]


def log_in(database: Database, name: str, password: str) -> str | None:
    """Return a new session's token, None for a wrong name or password.

    A name that does not exist takes as long as one that does.
    """
    with database.reading() as connection:
        row = connection.execute(select(UserRow).where(UserRow.name == name)).first()
    stored = row.password if row and row.active and row.password else None
    try:
        _HASHER.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    if stored is None:
        return None
    return database.write(lambda connection: begin_session(connection, name, "log-in"))


def begin_session(connection: Connection, name: str, how: str) -> str:
    """Open a session and return its token; the database keeps only the token's hash."""
    token = secrets.token_urlsafe(32)
    connection.execute(delete(SessionRow).where(SessionRow.expires < time.time()))
    connection.execute(
        insert(SessionRow).values(id=_hashed(token), user=name, expires=time.time() + SESSION_S)
    )
    audit(connection, name, how)
    return token


def user_of(connection: Connection, token: str) -> User | None:
    """Who a session's token stands for; None where it has ended."""
    row = connection.execute(
        select(UserRow.name, UserRow.role, UserRow.settings, SessionRow.expires)
        .join(SessionRow, SessionRow.user == UserRow.name)
        .where(SessionRow.id == _hashed(token), UserRow.active.is_(True))
    ).first()
    if row is None or row.expires < time.time():
        return None
    return User(row.name, row.role, dict(row.settings))


def end_session(connection: Connection, token: str, name: str) -> None:
    """Log out: the token is worth nothing from now on."""
    connection.execute(delete(SessionRow).where(SessionRow.id == _hashed(token)))
    audit(connection, name, "log-out")


def signing_key(connection: Connection) -> str:
    """The key of this review's cookies and forms; made when first asked for (in a write)."""
    known = connection.execute(
        select(SettingRow.value).where(SettingRow.name == "signing_key")
    ).scalar()
    if known:
        return known
    key = secrets.token_hex(32)
    connection.execute(insert(SettingRow).values(name="signing_key", value=key))
    return key


def form_token(key: str, token: str) -> str:
    """What forms of a session must bring along."""
    return hmac.new(key.encode(), f"form:{token}".encode(), hashlib.sha256).hexdigest()


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
