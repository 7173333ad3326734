"""The whole examination, in an order in which each line explains the ones after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import make_url

from factually.foundation.crypto import Keyring
from factually.foundation.errors import Unavailable
from factually.serving.diagnosis.database_checks import (
    clock_agrees,
    database_version,
    role_is_bounded,
    schema_matches,
)
from factually.serving.diagnosis.findings import State, first_sentence, warning, without_secrets, wrong
from factually.serving.diagnosis.outside_checks import (
    mail_server_answers,
    settings_make_sense,
    stripe_is_ready,
)
from factually.serving.diagnosis.screening_checks import screening_is_ready
from factually.serving.diagnosis.subject import secrets_of
from factually.serving.diagnosis.work_checks import cards_pay, key_opens, letters_go_out, queue_is_alive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factually.serving.diagnosis.findings import Finding
    from factually.serving.diagnosis.subject import Installation

_BEHIND_IT: Final = "data key, worker, letters, cards, policy, registers and search index"


def examine(installation: Installation) -> Iterator[Finding]:
    """Look at everything an operator wants to know of an installation; nothing is changed or sent."""
    yield from without_secrets(_examine(installation), secrets_of(installation.settings))


def _examine(installation: Installation) -> Iterator[Finding]:
    settings = installation.settings
    yield from settings_make_sense(settings)
    yield from _database(installation)
    yield mail_server_answers(settings)
    yield from stripe_is_ready(settings)


def _database(installation: Installation) -> Iterator[Finding]:
    try:
        with installation.database.reading() as connection:
            yield database_version(connection)
            schema = schema_matches(installation, connection)
            yield schema
            if schema.state is State.WRONG:
                yield _not_looked_at("the database must be migrated first")
                return
            yield from role_is_bounded(connection)
            yield clock_agrees(installation, connection)
            yield from queue_is_alive(connection)
            yield letters_go_out(connection)
            yield cards_pay(connection, now=installation.clock.now())
        with installation.database.transaction() as session:
            yield key_opens(session, Keyring.from_secret(installation.settings.data_key))
            yield from screening_is_ready(session, installation.clock.now())
    except Unavailable as error:
        yield wrong(
            "database",
            f"{_place(installation.settings.database_url)} can't be used: {_reason(error)}",
            "Start PostgreSQL, or correct DATABASE_URL.",
        )
        yield _not_looked_at("the database must answer first")


def _not_looked_at(reason: str) -> Finding:
    return warning("not looked at", f"The database role, clock, {_BEHIND_IT}: {reason}.", "Ask again then.")


def _place(address: str) -> str:
    url = make_url(address)
    host = url.host or url.query.get("host") or "this machine"
    return f"The database {url.database} at {host}"


def _reason(error: Unavailable) -> str:
    """Return what the driver says."""
    return first_sentence(getattr(error.__cause__, "orig", error.__cause__))
