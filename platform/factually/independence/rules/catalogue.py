"""Every rule we can run, by its id (reference/donor-source-rules.md, section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.independence.rules.ds01_capacity import StatedCapacity
from factually.independence.rules.ds02_political_group import StatedPoliticalGroup
from factually.independence.rules.ds03_committee import RegisteredCommittee
from factually.independence.rules.ds04_filer import FilingOrganisation
from factually.independence.rules.ds05_designation import DesignatedCommittee
from factually.independence.rules.ds06_section_527 import PoliticalOrganisation
from factually.independence.rules.ds08_exempt_organisation import AdvocacyOrganisation
from factually.independence.rules.ds09_lobbying import LobbyingOrganisation
from factually.independence.rules.ds10_foreign_agent import ForeignAgent
from factually.independence.rules.ds11_eu_transparency import EuropeanLobby
from factually.independence.rules.ds12_party import PartyOrPoliticalEntity
from factually.independence.rules.ds13_open_sanctions import MarkedEntity
from factually.independence.rules.ds14_person import PersonsName
from factually.independence.rules.ds15_government import GovernmentMoney
from factually.independence.rules.ds16_identity import AscertainableIdentity
from factually.independence.rules.ds17_anonymous_share import AnonymousShare
from factually.independence.rules.ds18_aggregate import YearOfGiving
from factually.independence.rules.ds19_name_and_address import NameAndAddress
from factually.independence.rules.ds20_occupation import OccupationAndEmployer
from factually.independence.rules.ds21_missing_data import MissingDetails
from factually.independence.rules.ds22_named_in_public import NamedInPublic
from factually.independence.rules.ds23_large_source import LargeSource
from factually.independence.rules.ds29_readiness import ScreeningReadiness
from factually.independence.rules.ds30_card import CardSigns
from factually.independence.rules.ds31_pass_through import PassThrough
from factually.independence.rules.ds32_velocity import Velocity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.independence.rules.rule import Rule

_ALL: Final[tuple[Rule, ...]] = (
    StatedCapacity(),
    StatedPoliticalGroup(),
    RegisteredCommittee(),
    FilingOrganisation(),
    DesignatedCommittee(),
    PoliticalOrganisation(),
    AdvocacyOrganisation(),
    LobbyingOrganisation(),
    ForeignAgent(),
    EuropeanLobby(),
    PartyOrPoliticalEntity(),
    MarkedEntity(),
    PersonsName(),
    GovernmentMoney(),
    AscertainableIdentity(),
    AnonymousShare(),
    YearOfGiving(),
    NameAndAddress(),
    OccupationAndEmployer(),
    MissingDetails(),
    NamedInPublic(),
    LargeSource(),
    ScreeningReadiness(),
    CardSigns(),
    PassThrough(),
    Velocity(),
)
RULES: Final[Mapping[str, Rule]] = {rule.id: rule for rule in _ALL}
"""Numbers that are missing ask nothing of a gift: DS07 is why DS02 is always asked; DS24 to DS28, DS33, DS34
bind the books, the clock, the reviewers and the keeping of records."""
