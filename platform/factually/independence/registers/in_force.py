"""Which register versions are in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from factually.independence.facts import RegisterInForce
from factually.independence.models import RegisterRetrieval, RegisterVersion

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session


def registers_in_force(session: Session | Connection) -> tuple[RegisterInForce, ...]:
    """Return each register's version in force, the one its source was last found to be, ordered by kind."""
    latest = (
        select(
            RegisterVersion.kind,
            RegisterVersion.id,
            RegisterVersion.as_of,
            RegisterRetrieval.retrieved_at,
            RegisterVersion.row_count,
        )
        .join(RegisterRetrieval, RegisterRetrieval.version_id == RegisterVersion.id)
        .ext(distinct_on(RegisterVersion.kind))
        .order_by(RegisterVersion.kind, RegisterRetrieval.retrieved_at.desc(), RegisterRetrieval.id.desc())
    )
    return tuple(
        RegisterInForce(kind=kind, version_id=id_, as_of=as_of, retrieved_at=at, row_count=rows)
        for kind, id_, as_of, at, rows in session.execute(latest)
    )
