"""DS09: a registrant or client under the United States' Lobbying Disclosure Act."""

from __future__ import annotations

from typing import ClassVar

from factually.independence.rules.political_rows import US_LOBBYING
from factually.independence.rules.register_rule import CLEAR, LISTED, NOT_READ, RegisterRule


class LobbyingOrganisation(RegisterRule):
    """Holds an organisation that lobbies Congress or has others do it; a person is not held for it.

    The list itself begins at 3,500 dollars a quarter for a client and 16,000 in house. Source: LDA list.
    """

    id: ClassVar = "DS09"
    reasons: ClassVar = frozenset({CLEAR, LISTED, NOT_READ})
    reads: ClassVar = ("organisation_name", "ein")
    registers: ClassVar = (US_LOBBYING,)
