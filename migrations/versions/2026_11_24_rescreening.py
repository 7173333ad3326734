"""Screening donors again when a register changes.

Revision: 0006
After: 0005
"""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Nothing to undo."""
