"""Roles, each with what it may reach; an account has exactly one (pure).

Newsroom and donors are separated (DESIGN section 2, promise 4), so no role spans both.
"""

from __future__ import annotations

from typing import Final

EDITOR: Final = "editor"
REVIEWER: Final = "reviewer"
AUDITOR: Final = "auditor"
ADMIN: Final = "admin"

ROLES: Final = {
    EDITOR: "writes and corrects articles",
    REVIEWER: "reviews and publishes articles",
    AUDITOR: "decides held gifts and reads donor records",
    ADMIN: "invites people and disables accounts",
}
