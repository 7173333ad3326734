"""What a donor gave in the calendar year, this gift counted, read the same way by every rule (DS18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.foundation.money import Money

if TYPE_CHECKING:
    from factually.independence.rules.rule import Case

NOT_COUNTED: Final = "Nobody counted this donor's other gifts; rule DS18 answers for that."


def year_total(case: Case) -> Money:
    """Return this gift and the donor's others of the calendar year; this gift alone where nobody counted."""
    history = case.facts.history
    amount = case.subject.amount
    return amount if history is None else Money(amount.minor + history.donor_year_minor, amount.currency)


def told_total(case: Case) -> tuple[str, ...]:
    """Return the total in words, with notes where it is this gift alone, or another currency."""
    history = case.facts.history
    if history is None:
        return (f"This gift is {year_total(case)}.", NOT_COUNTED)
    total = f"With this gift the donor gave {year_total(case)} this calendar year."
    given = case.subject.given
    if given is None:
        return (total,)
    return (total, f"{given} counts as {case.subject.amount}, by the rates of {history.rates_version}.")


def money(case: Case, minor: int) -> Money:
    """Return a limit of the policy or a sum of the history, both in the currency that amounts count in."""
    return Money(minor, case.subject.amount.currency)
