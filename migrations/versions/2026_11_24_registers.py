"""Registers of every kind, each row with all its names.

Revision: 0004
After: 0003
"""

from __future__ import annotations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Nothing to undo."""
