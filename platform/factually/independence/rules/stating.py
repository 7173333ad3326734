"""What a donor stated, read the same way by every rule: who gives, what is missing, who stays unnamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.independence.subjects import Capacity, OrganisationType

if TYPE_CHECKING:
    from factually.independence.subjects import ScreeningSubject

PASS_THROUGH: Final = frozenset(
    {
        OrganisationType.DONOR_ADVISED_FUND,
        OrganisationType.FISCAL_SPONSOR,
        OrganisationType.GIVING_PLATFORM,
    }
)
"""Organisations that pass on what others decided to give (rule DS31)."""


def is_given(text: str | None) -> bool:
    """Whether a field holds more than blanks."""
    return text is not None and bool(text.strip())


def passes_on(subject: ScreeningSubject) -> bool:
    """Whether the giver is a fund or platform behind which another one stands (rule DS31)."""
    return subject.organisation_type in PASS_THROUGH


def stays_unnamed(subject: ScreeningSubject) -> bool:
    """Whether the public would not learn whose money it is: by the donor's wish, or behind a fund."""
    return subject.anonymous or (passes_on(subject) and not is_given(subject.true_donor_name))


def missing_identity(subject: ScreeningSubject) -> tuple[str, ...]:
    """Return what is missing of name and postal address of the one whose money it is (rule DS19).

    Some countries have neither regions nor postal codes, so an address is whole without them.
    """
    names = {
        Capacity.ORGANISATION: subject.organisation_name,
        Capacity.SOMEONE_ELSE: subject.true_donor_name,
    }
    name = names.get(subject.capacity, subject.donor_name) if subject.capacity else subject.donor_name
    address = subject.address
    parts = () if address is None else (address.lines, address.city, address.country)
    missing = [] if is_given(name) else ["name"]
    if not parts or not all(map(is_given, parts)):
        missing.append("postal address")
    return tuple(missing)


def missing_work(subject: ScreeningSubject) -> tuple[str, ...]:
    """Return what is missing of occupation and employer of a person who gives own money (rule DS20)."""
    if subject.capacity is not Capacity.OWN_MONEY:
        return ()
    stated = {"occupation": subject.occupation, "employer": subject.employer}
    return tuple(name for name, text in stated.items() if not is_given(text))
