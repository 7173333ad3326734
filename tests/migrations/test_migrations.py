"""The migrations lead to what the code expects, there and back."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import procrastinate.schema
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factually.articles.workflow import STAGE_MOVES, STANDING_MOVES
from factually.donations.aftermath import REFUND_STEPS
from factually.donations.lifecycle import LEGAL_TRANSITIONS
from factually.donations.monthly.lifecycle import LEGAL_STEPS
from factually.foundation.database import Base
from factually.foundation.schema import alembic_config, is_current, upgrade
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from alembic.config import Config

    from factually.foundation.database import Database
    from tests.support.databases import TestDatabase

DESCRIPTION = text(
    """
    SELECT table_name, column_name, data_type, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT event_object_table, trigger_name, event_manipulation, action_timing, action_orientation
    FROM information_schema.triggers
    UNION ALL
    SELECT tablename, indexname, indexdef, NULL, NULL FROM pg_indexes WHERE schemaname = 'public'
    ORDER BY 1, 2, 3
    """,
)


def config_for(test_database: TestDatabase) -> Config:
    return alembic_config(test_database.owner_url, ROOT)


def revision(path: Path) -> Any:  # noqa: ANN401 - a revision is a script, loaded by path
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def declared(kind: str) -> set[Any]:
    """All that any revision lists of a kind: tables by how they are guarded, or legal steps."""
    revisions = map(revision, Path(ROOT, "migrations", "versions").glob("*.py"))
    return {table for module in revisions for table in getattr(module, kind, ())}


def test_there_is_one_head(test_database: TestDatabase) -> None:
    assert len(ScriptDirectory.from_config(config_for(test_database)).get_heads()) == 1


def test_the_migrated_schema_is_the_mapped_one(test_database: TestDatabase) -> None:
    command.check(config_for(test_database))


def test_down_and_up_again_ends_in_the_same_schema(
    test_database: TestDatabase,
    owner_database: Database,
) -> None:
    with owner_database.transaction() as session:
        before = session.execute(DESCRIPTION).all()
    command.downgrade(config_for(test_database), "base")
    with owner_database.transaction() as session:
        left = (
            session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            .scalars()
            .all()
        )
    assert left == ["alembic_version"]
    assert not is_current(test_database.owner_url, ROOT)
    upgrade(test_database.owner_url, ROOT)
    assert is_current(test_database.owner_url, ROOT)
    with owner_database.transaction() as session:
        assert session.execute(DESCRIPTION).all() == before


def test_the_queues_schema_is_the_installed_librarys() -> None:
    kept = Path(ROOT, "migrations", "sql", "procrastinate_3_10_0.sql").read_text()
    assert kept == procrastinate.schema.SchemaManager.get_schema()


def test_the_database_knows_the_lifecycle_of_a_gift() -> None:
    assert declared("TRANSITIONS") == {(before.value, after.value) for before, after in LEGAL_TRANSITIONS}


def test_the_database_knows_the_life_of_a_monthly_gift() -> None:
    assert declared("MONTHLY_STEPS") == {(before.value, after.value) for before, after in LEGAL_STEPS}


def test_the_database_knows_the_life_of_a_refund() -> None:
    steps = {(before.value, after.value) for before, ends in REFUND_STEPS.items() for after in ends}
    assert declared("REFUND_STEPS") == steps


def test_the_database_knows_the_way_of_an_article() -> None:
    stages = {step for moves in STAGE_MOVES.values() for step in moves.items()}
    standings = {step for moves in STANDING_MOVES.values() for step in moves.items()}
    standings |= {("correcting", "published"), ("published", "corrected"), ("unpublished", "corrected")}
    assert declared("ARTICLE_STAGES") == {(before, after) for before, after in stages if before != after}
    assert declared("ARTICLE_STANDINGS") == {
        (before, after) for before, after in standings if before != after
    }


def test_every_table_is_guarded_as_its_model_says() -> None:
    tables = Base.metadata.tables.values()
    kinds = [declared(kind) for kind in ("APPEND_ONLY", "CHANGING", "FORGETTING", "KEPT_BY_TRIGGERS")]
    assert kinds[0] == {table.name for table in tables if table.info.get("append_only")}
    assert set.union(*kinds) == {table.name for table in tables}
    assert sum(map(len, kinds)) == len(tables)


@pytest.mark.parametrize("table", sorted(declared("APPEND_ONLY")))
def test_the_owner_can_not_truncate_what_only_grows(owner_database: Database, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), owner_database.transaction() as session:
        session.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize(
    "statement", ["DROP TABLE gift", "ALTER TABLE gift DISABLE TRIGGER ALL", "CREATE TABLE x (y int)"]
)
def test_the_apps_role_owns_nothing(database: Database, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match=r"must be owner|permission denied"),
        database.transaction() as session,
    ):
        session.execute(text(statement))
