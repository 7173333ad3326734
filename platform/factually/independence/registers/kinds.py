"""The registers that are known: what each is called, how its files are read, and what of it is searched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import InvalidInput
from factually.independence.registers.formats.aec import parse_aec_entities
from factually.independence.registers.formats.ca_parties import parse_ca_parties
from factually.independence.registers.formats.email_domains import parse_email_domains
from factually.independence.registers.formats.fec_csv import parse_fec_committees
from factually.independence.registers.formats.fec_master import parse_fec_master
from factually.independence.registers.formats.irs_8871 import parse_form_8871
from factually.independence.registers.formats.irs_eo_bmf import parse_exempt_organisations
from factually.independence.registers.formats.party_facts import parse_party_facts
from factually.independence.registers.formats.uk_parties import parse_uk_parties

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factually.independence.registers.entries import Entry

    Parser = Callable[[bytes], tuple[Entry, ...]]

FEC_COMMITTEES: Final = "fec_committees"
POLITICAL_EMAIL_DOMAINS: Final = "political_email_domains"


@dataclass(frozen=True, kw_only=True)
class RegisterKind:
    """One kind of register.

    Attributes:
        kind: Its key, stored with each version.
        name: What readers know it by, in two or three words.
        title: What its rows are, for the public: "committees registered with ...".
        parse: Reads its own file format; None where files differ and need a mapping.
        keeps_names: Whether a name that a row bore in the version before stays a former name of it, since the
            source itself tells only the name of today.
        by_name: Whether its rows are searched by name; otherwise by EIN or domain alone.
        id_pattern: Its official ids, where they are recognisable in free text.
        row_address: Where the register itself shows a row; `{key}` stands for its id.
        refreshed_from: Where an operator gets a fresh file, and how often there is one.
        stale_after: Age from which `registers list` calls it stale. What holds a gift is the policy's own
            limit (rule DS29).
    """

    kind: str
    name: str
    title: str
    parse: Parser | None = None
    keeps_names: bool = False
    by_name: bool = True
    id_pattern: re.Pattern[str] | None = None
    row_address: str | None = None
    refreshed_from: str
    stale_after: timedelta


def parse_fec(data: bytes) -> tuple[Entry, ...]:
    """Read the FEC's committees from its own file with pipes or from one with a header row.

    Raises:
        InvalidInput: Names the line and what is wrong with it.
    """
    first_line, _, _ = data.partition(b"\n")
    has_header = b"cmte_id" in first_line or b"|" not in first_line
    return parse_fec_committees(data) if has_header else parse_fec_master(data)


_ALL: Final = (
    RegisterKind(
        kind=FEC_COMMITTEES,
        name="FEC committees",
        title="committees registered with the US Federal Election Commission",
        parse=parse_fec,
        keeps_names=True,
        id_pattern=re.compile(r"\bC[0-9]{8}\b", re.IGNORECASE | re.ASCII),
        row_address="https://www.fec.gov/data/committee/{key}/",
        refreshed_from="fec.gov, bulk data, committee master (cm.txt), daily",
        stale_after=timedelta(days=8),
    ),
    RegisterKind(
        kind="irs_8871",
        name="IRS political organisations",
        title="political organisations that gave notice to the US Internal Revenue Service (Form 8871)",
        parse=parse_form_8871,
        refreshed_from="irs.gov, political organization filing and disclosure, data download, weekly",
        stale_after=timedelta(days=15),
    ),
    RegisterKind(
        kind="irs_eo_bmf",
        name="IRS civic and trade bodies",
        title="US civic leagues, labour bodies and business leagues (501(c)(4), (5) and (6))",
        parse=parse_exempt_organisations,
        by_name=False,
        refreshed_from="irs.gov, exempt organizations business master file extract, monthly",
        stale_after=timedelta(days=45),
    ),
    RegisterKind(
        kind=POLITICAL_EMAIL_DOMAINS,
        name="Committees' e-mail domains",
        title="domains that US political committees send e-mail from",
        parse=parse_email_domains,
        by_name=False,
        refreshed_from="a collection of fundraising e-mails; no office publishes one",
        stale_after=timedelta(days=365),
    ),
    RegisterKind(
        kind="uk_parties",
        name="UK parties",
        title="parties registered with the UK Electoral Commission",
        parse=parse_uk_parties,
        keeps_names=True,
        id_pattern=re.compile(r"\bPP[0-9]{1,8}\b", re.IGNORECASE | re.ASCII),
        refreshed_from="search.electoralcommission.org.uk, registrations, as they are made",
        stale_after=timedelta(days=45),
    ),
    RegisterKind(
        kind="ca_parties",
        name="Canadian parties",
        title="parties registered with Elections Canada",
        parse=parse_ca_parties,
        keeps_names=True,
        refreshed_from="elections.ca, registered political parties, as they are registered",
        stale_after=timedelta(days=45),
    ),
    RegisterKind(
        kind="au_aec_entities",
        name="Australian Transparency Register",
        title="bodies in the Transparency Register of the Australian Electoral Commission",
        parse=parse_aec_entities,
        refreshed_from="transparency.aec.gov.au, downloads, yearly in February",
        stale_after=timedelta(days=400),
    ),
    RegisterKind(
        kind="party_facts",
        name="Party Facts",
        title="parties of the world that Party Facts lists",
        parse=parse_party_facts,
        keeps_names=True,
        refreshed_from="partyfacts.herokuapp.com, download, a few times a year",
        stale_after=timedelta(days=400),
    ),
    RegisterKind(
        kind="us_lobbying",
        name="US lobbying register",
        title="registrants and clients under the US Lobbying Disclosure Act",
        refreshed_from="lda.senate.gov, registrations, daily",
        stale_after=timedelta(days=100),
    ),
    RegisterKind(
        kind="us_fara",
        name="US foreign agents",
        title="agents and foreign principals under the US Foreign Agents Registration Act",
        refreshed_from="efile.fara.gov, bulk data, daily",
        stale_after=timedelta(days=45),
    ),
    RegisterKind(
        kind="eu_transparency",
        name="EU Transparency Register",
        title="interest representatives in the EU Transparency Register",
        refreshed_from="transparency-register.europa.eu, open data, daily",
        stale_after=timedelta(days=45),
    ),
    RegisterKind(
        kind="open_sanctions",
        name="OpenSanctions",
        title="entities that OpenSanctions lists",
        refreshed_from="opensanctions.org, targets.simple.csv, daily; its data need a licence for business",
        stale_after=timedelta(days=8),
    ),
)
REGISTER_KINDS: Final[Mapping[str, RegisterKind]] = {kind.kind: kind for kind in _ALL}
"""All kinds that can be imported, in the order in which they are listed."""


def register_name(kind: str) -> str:
    """Return what readers know a register by; one of a kind that is not known any more by its key."""
    known = REGISTER_KINDS.get(kind)
    return kind if known is None else known.name


def row_address(kind: str, key: str) -> str | None:
    """Return where the register itself shows a row, None where it does not or nobody knows."""
    known = REGISTER_KINDS.get(kind)
    return None if known is None or known.row_address is None else known.row_address.format(key=key)


def register_kind(kind: str) -> RegisterKind:
    """Return what is known of a kind of register.

    Raises:
        InvalidInput: There is no such kind.
    """
    if kind not in REGISTER_KINDS:
        raise InvalidInput(f"Unknown register; known are {', '.join(REGISTER_KINDS)}.", field="kind")
    return REGISTER_KINDS[kind]
