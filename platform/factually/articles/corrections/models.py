"""The table of corrections: what a public article said, what it says now, and why."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity
from sqlalchemy.orm import Mapped, mapped_column

from factually.foundation.database import Base


class ArticleCorrection(Base):
    """A note that came with a change of a public article; append-only, like what it explains.

    Attributes:
        number: The revision that it came with; for a retraction, the one that stays up.
        was: What readers were told, in short.
        now: What is right.
        found_by: Whom to thank, as printed; None where nobody is named.
        made_by: Account of who published it, None where a command did.
    """

    __tablename__ = "article_correction"
    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "number"],
            ["article_publication.article_id", "article_publication.number"],
            name="fk_article_correction_publication",
        ),
        CheckConstraint("kind IN ('correction', 'clarification', 'update', 'retraction')", name="kind_known"),
        CheckConstraint("was ~ '\\S' AND now ~ '\\S' AND why ~ '\\S'", name="said"),
        {"info": {"append_only": True}},
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    article_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("article.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str]
    was: Mapped[str]
    now: Mapped[str]
    why: Mapped[str]
    found_by: Mapped[str | None]
    verdict_changed: Mapped[bool]
    made_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
