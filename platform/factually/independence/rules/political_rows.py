"""Which register rows are political groups: not everything that stands on a list is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from factually.independence.matching import Match

FEC: Final = "fec_committees"
IRS_527: Final = "irs_8871"
IRS_EXEMPT: Final = "irs_eo_bmf"
US_LOBBYING: Final = "us_lobbying"
US_FARA: Final = "us_fara"
EU_TRANSPARENCY: Final = "eu_transparency"
AU_ENTITIES: Final = "au_aec_entities"
OPEN_SANCTIONS: Final = "open_sanctions"
EMAIL_DOMAINS: Final = "political_email_domains"

PARTY_REGISTERS: Final = ("uk_parties", "ca_parties", "party_facts")
"""Registers whose every row is a party."""

_GROUP_REGISTERS: Final = frozenset({FEC, IRS_527, US_FARA, AU_ENTITIES, *PARTY_REGISTERS})


def is_filer(match: Match) -> bool:
    """Whether the row merely files reports and is no political group itself.

    The FEC's types C, E and I (rule DS04), and the third parties and campaigners of the Australian register:
    ordinary charities, unions and universities stand there, so the role decides and not the presence.
    """
    return match.details.get("filer") is True


def is_party(match: Match) -> bool:
    """Whether the row is a political party, by its register or its role there (rule DS12)."""
    kind = None if match.row is None else match.row.kind
    return kind in PARTY_REGISTERS or (kind == AU_ENTITIES and match.details.get("role") == "party")


def is_political_group(match: Match) -> bool:
    """Whether the row is a political group rather than somebody who appears on a list."""
    return match.row is not None and match.row.kind in _GROUP_REGISTERS and not is_filer(match)
