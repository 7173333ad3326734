"""Limits on few routes, counted in PostgreSQL, so that all processes share them (rule DS32).

The `limits` library has no PostgreSQL storage (security page, section 1), hence the small one here. With the
store gone those routes fail closed, 503; reading goes on, since public pages declare no limit.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base
from factually.foundation.errors import TooManyRequests
from factually.web.context import web_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from factually.foundation.clock import Clock
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database

P = ParamSpec("P")
R = TypeVar("R")
_ATTRIBUTE: Final = "rate_limits"
_LIMITER: Final = "factually.rate_limiter"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_IPV6_NETWORK_BITS: Final = 64
"""What one customer of a provider has at least (RFC 6177); counting single addresses would count nothing."""


class RateLimitCounter(Base):
    """How often something was tried in the current window; the key is hashed, since it names an address."""

    __tablename__ = "rate_limit_counter"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PostgresStorage(Storage):
    """Fixed windows as rows: one upsert an attempt, committed at once, so that refused attempts count."""

    STORAGE_SCHEME = None

    def __init__(self, database: Database, keyring: Keyring, clock: Clock) -> None:
        super().__init__()
        self._database = database
        self._keyring = keyring
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """Errors that mean "store gone"; ours is typed already, so none is wrapped."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count an attempt and return the count of its window."""
        now = self._clock.now()
        fresh = insert(RateLimitCounter).values(
            key=self._hash(key),
            count=amount,
            expires_at=now + timedelta(seconds=expiry),
        )
        over = RateLimitCounter.expires_at <= now
        upsert = fresh.on_conflict_do_update(
            index_elements=[RateLimitCounter.key],
            set_={
                "count": case((over, fresh.excluded.count), else_=RateLimitCounter.count + amount),
                "expires_at": case((over, fresh.excluded.expires_at), else_=RateLimitCounter.expires_at),
            },
        ).returning(RateLimitCounter.count)
        with self._database.reading() as connection:
            return connection.execute(upsert).scalar_one()

    def get(self, key: str) -> int:
        """Return the count of the current window."""
        query = select(RateLimitCounter.count).where(
            RateLimitCounter.key == self._hash(key),
            RateLimitCounter.expires_at > self._clock.now(),
        )
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one_or_none() or 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds since 1970."""
        query = select(RateLimitCounter.expires_at).where(RateLimitCounter.key == self._hash(key))
        with self._database.reading() as connection:
            ends = connection.execute(query).scalar_one_or_none() or self._clock.now()
        return (ends - _EPOCH).total_seconds()

    def check(self) -> bool:
        """Tell whether the store answers."""
        with self._database.reading() as connection:
            connection.execute(select(1))
        return True

    def reset(self) -> int | None:
        """Forget all windows that are over, and return how many."""
        with self._database.reading() as connection:
            expired = delete(RateLimitCounter).where(RateLimitCounter.expires_at <= self._clock.now())
            return connection.execute(expired).rowcount

    def clear(self, key: str) -> None:
        """Forget one window."""
        with self._database.reading() as connection:
            connection.execute(delete(RateLimitCounter).where(RateLimitCounter.key == self._hash(key)))

    def _hash(self, key: str) -> bytes:
        return self._keyring.blind_index(key, "rate limit")


def connection_of(address: str) -> str:
    """Return what counts as one connection: an IPv4 address, or the network an IPv6 address lies in.

    What is no address counts as itself.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    network = ipaddress.ip_network((found.packed, _IPV6_NETWORK_BITS), strict=False)
    return str(network)


def rate_limit(*limits: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare how often one address may use a view.

    Args:
        *limits: In the notation of `limits`, such as "10 per minute".
    """
    items = tuple(parse(limit) for limit in limits)

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, _ATTRIBUTE, items)
        return view

    return declare


def enforce_rate_limits(app: Flask, storage: Storage) -> None:
    """Count each request of a limited view, by address, before the view runs."""
    limiter = app.extensions[_LIMITER] = FixedWindowRateLimiter(storage)

    def check() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        items: tuple[RateLimitItem, ...] = getattr(view, _ATTRIBUTE, ())
        counted = request.endpoint or "", connection_of(request.remote_addr or "")
        for item in items:
            if not limiter.hit(item, *counted):
                over_at = limiter.get_window_stats(item, *counted).reset_time
                raise TooManyRequests(
                    "Too many attempts from your connection. Please wait a while and try again.",
                    retry_after=max(1, ceil(over_at - web_context().clock.now().timestamp())),
                )

    app.before_request(check)


def within_limits(what: str, whose: str, *limits: str) -> bool:
    """Count one attempt by something other than a connection, such as a mail address, and judge it.

    For views that must answer alike either way; `rate_limit` refuses by itself.

    Args:
        what: Names what is limited.
        whose: Who or what is counted; kept as a keyed hash only.
        *limits: In the notation of `limits`.
    """
    limiter: FixedWindowRateLimiter = current_app.extensions[_LIMITER]
    return all(limiter.hit(parse(limit), what, whose) for limit in limits)
