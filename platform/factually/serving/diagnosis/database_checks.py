"""Checks of the database as the app sees it: there, migrated, owned by somebody else, on the same time."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from factually.foundation.database import Base
from factually.foundation.schema import is_current
from factually.serving.diagnosis.findings import ok, warning, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from factually.serving.diagnosis.findings import Finding
    from factually.serving.diagnosis.subject import Installation

OLDEST_POSTGRES: Final = 15
_MINOR_VERSIONS: Final = 10_000
LARGEST_SKEW: Final = timedelta(seconds=60)
"""Stripe's signatures bear 300 seconds, links of 15 minutes and holds of days bear more."""
NOTED_SKEW: Final = timedelta(seconds=2)
_APPEND_ONLY: Final = "journal_entry"

_COLUMNS: Final = text(
    """
    SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped
    """
)
_ROLE: Final = text(
    """
    SELECT rolname, rolsuper, rolcreaterole OR rolcreatedb OR rolbypassrls AS rules_others,
           has_schema_privilege('public', 'CREATE') AS creates,
           (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace
              AND pg_has_role(relowner, 'USAGE')) AS owns,
           has_table_privilege(CAST(:journal AS text), 'UPDATE, DELETE, TRUNCATE') AS rewrites
    FROM pg_roles WHERE rolname = current_user
    """
)
_UNREADABLE: Final = text(
    """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname = ANY(:tables)
      AND NOT has_table_privilege(oid, 'SELECT') ORDER BY 1
    """
)


def database_version(connection: Connection) -> Finding:
    """Say which PostgreSQL answers; ours is tested on 15 to 18."""
    number = int(connection.scalar(text("SHOW server_version_num")) or 0)
    major = number // _MINOR_VERSIONS
    seen = f"PostgreSQL {major} answers."
    if major < OLDEST_POSTGRES:
        return wrong("database", seen, f"Move the database to PostgreSQL {OLDEST_POSTGRES} or newer.")
    return ok("database", seen)


def schema_matches(installation: Installation, connection: Connection) -> Finding:
    """Compare the tables with what this version of the code expects."""
    missing = sorted(_missing_columns(connection))
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        return wrong(
            "migrations",
            f"The database is older than this version: it has no {missing[0]}{more}.",
            "Run `factually migrate` (with DATABASE_OWNER_URL), then start serve and worker again.",
        )
    seen = "Every table and column of this version is there."
    owner_url = installation.settings.owner_database_url
    if not owner_url:
        return ok("migrations", f"{seen} (With DATABASE_OWNER_URL set, the revision is compared as well.)")
    try:
        current = is_current(owner_url, installation.settings.root)
    except SQLAlchemyError:
        return warning(
            "migrations",
            f"{seen} The role of DATABASE_OWNER_URL could not connect or read the revision.",
            "Correct DATABASE_OWNER_URL before the next `factually migrate`.",
        )
    if not current:
        return wrong(
            "migrations", f"{seen} But the newest migration is not applied.", "Run `factually migrate`."
        )
    return ok("migrations", f"{seen} The newest migration is applied.")


def role_is_bounded(connection: Connection) -> Iterator[Finding]:
    """Look whether the app's role could drop a trigger or rewrite the journal, or can't read its tables."""
    role = connection.execute(_ROLE, {"journal": _APPEND_ONLY}).one()
    powers = {
        "is a superuser": role.rolsuper,
        "may create roles or databases": role.rules_others,
        "owns tables": role.owns,
        "may create tables": role.creates,
        "may rewrite the journal": role.rewrites,
    }
    held = [power for power, has in powers.items() if has]
    tables = sorted(table.name for table in Base.metadata.tables.values())
    unreadable = list(connection.scalars(_UNREADABLE, {"tables": tables}))
    if held:
        yield wrong(
            "database role",
            f"The role {role.rolname} {', '.join(held)}: a bug could undo what guards gifts and decisions.",
            "Let DATABASE_URL name a role that owns nothing, such as factually_app.",
        )
    if unreadable:
        yield wrong(
            "database role",
            f"The role {role.rolname} may not read {unreadable[0]} ({len(unreadable)} such tables).",
            "Run `factually migrate`, which grants what factually_app needs; name that role in DATABASE_URL.",
        )
    if not held and not unreadable:
        yield ok("database role", f"{role.rolname} owns nothing and can't rewrite the journal.")


def clock_agrees(installation: Installation, connection: Connection) -> Finding:
    """Compare this machine's clock with the database's."""
    before = installation.clock.now()
    there = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    skew = there - (before + (installation.clock.now() - before) / 2)
    apart = abs(skew)
    side = "behind" if skew > timedelta(0) else "ahead of"
    seen = f"This machine's clock is {apart.total_seconds():,.1f} s {side} the database's."
    to_do = "Let both machines take their time from NTP (`timedatectl` shows whether they do)."
    if apart > LARGEST_SKEW:
        return wrong("clock", f"{seen} Signatures, links and deadlines are read wrongly.", to_do)
    if apart > NOTED_SKEW:
        return warning("clock", seen, to_do)
    return ok("clock", "This machine and the database agree on the time.")


def _missing_columns(connection: Connection) -> Iterator[str]:
    found: dict[str, set[str]] = defaultdict(set)
    for table, column in connection.execute(_COLUMNS):
        found[table].add(column)
    for mapped in Base.metadata.tables.values():
        if mapped.name not in found:
            yield f"table {mapped.name}"
            continue
        yield from (
            f"column {mapped.name}.{column.name}"
            for column in mapped.columns
            if column.name not in found[mapped.name]
        )
