"""Bringing a database to the state that this version of the code expects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from pathlib import Path

OWNER_ROLE: Final = "factually_owner"
APP_ROLE: Final = "factually_app"


def provision(superuser_url: str, name: str) -> None:
    """Create both roles and a database owned by the migrating one, as far as they are missing.

    The role the app runs as owns nothing, so no bug in it can drop a trigger or truncate the journal.

    Args:
        superuser_url: SQLAlchemy address of a superuser on a server of our own.
        name: Name of the database; letters, digits and underscores.
    """
    engine = create_engine(superuser_url, isolation_level="AUTOCOMMIT")
    quote = engine.dialect.identifier_preparer.quote
    with engine.connect() as connection:
        roles = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
        for role in (OWNER_ROLE, APP_ROLE):
            if role not in roles:
                connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        found = connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
        if found is None:
            connection.execute(text(f"CREATE DATABASE {quote(name)} OWNER {OWNER_ROLE}"))
    engine.dispose()


def upgrade(owner_url: str, root: Path) -> None:
    """Apply all missing migrations.

    Args:
        owner_url: SQLAlchemy address of the migrating role.
        root: The checkout; its pyproject.toml says where the migrations lie.
    """
    command.upgrade(alembic_config(owner_url, root), "head")


def is_current(owner_url: str, root: Path) -> bool:
    """Tell whether the newest migration is applied."""
    config = alembic_config(owner_url, root)
    engine = create_engine(owner_url)
    with engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return applied == ScriptDirectory.from_config(config).get_current_head()


def alembic_config(owner_url: str, root: Path) -> Config:
    """Return Alembic's configuration from pyproject.toml, aimed at one database."""
    config = Config(toml_file=root / "pyproject.toml")
    config.attributes["url"] = owner_url
    return config
