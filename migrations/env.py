"""Alembic's entry: one transaction, an advisory lock, short lock waits."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from factually.accounts import models as accounts_models
from factually.articles import models as articles_models
from factually.articles.corrections import models as corrections_models
from factually.articles.newsroom import models as newsroom_models
from factually.articles.search import models as search_models
from factually.articles.sources import models as sources_models
from factually.audit import journal
from factually.donations import models as donations_models
from factually.donations.appeals import models as appeals_models
from factually.donations.books import models as books_models
from factually.donations.card_testing import models as card_testing_models
from factually.donations.disputes import models as disputes_models
from factually.donations.monthly import models as monthly_models
from factually.donations.my import models as donor_pages_models
from factually.donations.reconciliation import models as reconciliation_models
from factually.donations.refunds import models as refunds_models
from factually.foundation.database import Base, UtcDateTime
from factually.independence import models as independence_models
from factually.independence.rescreening import models as rescreening_models
from factually.mail import letters
from factually.web import rate_limits, sessions

# Naming each module here is what puts its tables into the metadata.
MODELS = (
    accounts_models,
    appeals_models,
    articles_models,
    books_models,
    card_testing_models,
    corrections_models,
    disputes_models,
    donations_models,
    donor_pages_models,
    independence_models,
    journal,
    letters,
    monthly_models,
    newsroom_models,
    rate_limits,
    reconciliation_models,
    refunds_models,
    rescreening_models,
    search_models,
    sessions,
    sources_models,
)
_LOCK_ID = 7_205_759_403


def _is_ours(name: str | None, kind: str, parent_names: object) -> bool:
    """Leave Procrastinate's own tables out of comparisons."""
    del kind, parent_names
    return name is None or not name.startswith("procrastinate_")


def _render(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our column types as the plain ones they are, so that old migrations need no new code."""
    del autogen_context
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run_migrations() -> None:
    """Migrate inside one transaction; a second migrator waits, a busy table fails fast."""
    url = context.config.attributes.get("url") or os.environ["DATABASE_OWNER_URL"]
    # Nothing is left open where a migration fails.
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.execute(text("SELECT pg_advisory_lock(:id)"), {"id": _LOCK_ID})
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=_is_ours,
            render_item=_render,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
