"""What a gift must keep so that gifts of one donor can be added up.

Revision: 0005
After: 0004
"""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Nothing to undo."""
