"""DS11: an entity on the Transparency Register of the European Union."""

from __future__ import annotations

from typing import ClassVar

from factually.independence.rules.political_rows import EU_TRANSPARENCY
from factually.independence.rules.register_rule import CLEAR, LISTED, NOT_READ, RegisterRule


class EuropeanLobby(RegisterRule):
    """Holds an organisation that lobbies the institutions of the European Union.

    Persons who act for themselves are not on the register. Source: EU Transparency Register.
    """

    id: ClassVar = "DS11"
    reasons: ClassVar = frozenset({CLEAR, LISTED, NOT_READ})
    reads: ClassVar = ("organisation_name",)
    registers: ClassVar = (EU_TRANSPARENCY,)
