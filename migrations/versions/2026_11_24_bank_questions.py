"""A month whose bank asks for its cardholder is a step of its own in a monthly gift's history.

Revision: 0020
After: 0015
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0015"

FORMER = (
    "'pledged', 'started', 'charge_failed', 'charge_paid', 'paused', 'resumed', 'suspended', 'cleared', "
    "'amount_changed', 'card_changed', 'ended'"
)


def upgrade() -> None:
    """Let the step be written down."""
    _know(f"{FORMER}, 'bank_asked'")


def downgrade() -> None:
    """Forbid it again; refused while there is one, since no step is ever taken back."""
    _know(FORMER)


def _know(facts: str) -> None:
    constraint = op.f("ck_monthly_event_fact_known")
    op.drop_constraint(constraint, "monthly_event")
    op.create_check_constraint(constraint, "monthly_event", f"fact IN ({facts})")
