"""What a policy asks a donor beyond name and e-mail, from which sum on, and what is missing of it.

Pure. A donor who gives five dollars is asked nothing of this; what is asked and left open can hold a gift.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from factually.donations.conversion import DOLLARS, FIXED_RATES
from factually.foundation.money import Money
from factually.independence.outcomes import Outcome
from factually.independence.rules import asked_details, ds22_named_in_public, ds31_pass_through
from factually.independence.rules.rule import Case

if TYPE_CHECKING:
    from factually.independence.facts import Facts
    from factually.independence.policy import Policy
    from factually.independence.subjects import ScreeningSubject


@dataclass(frozen=True, kw_only=True)
class AskedLimits:
    """Sums above which a policy asks for more.

    Attributes:
        address_above: A gift above this needs name and postal address (rule DS19).
        work_above: Whoever gives more in a year is asked for occupation and employer as well (rule DS20).
        published_above: Whoever gives more in a year is named in public (rule DS22).
        fund_waits: Whether a fund's gift is held until it is known who decided on it (rule DS31).
    """

    address_above: Money
    work_above: Money
    published_above: Money
    fund_waits: bool

    def in_currency(self, currency: str) -> AskedLimits:
        """Return the last amounts of a currency that don't count as more than these dollars."""
        return replace(
            self,
            address_above=FIXED_RATES.most_within(self.address_above, currency),
            work_above=FIXED_RATES.most_within(self.work_above, currency),
            published_above=FIXED_RATES.most_within(self.published_above, currency),
        )


def asked_limits(policy: Policy, *, shipped: Policy) -> AskedLimits:
    """Read a policy's limits for the form; those of a rule younger than the policy from the shipped one."""
    rules = {rule.id: rule for rule in (*shipped.rules, *policy.rules)}
    return AskedLimits(
        address_above=Money(asked_details.IDENTITY_ABOVE.of(rules["DS19"]), DOLLARS),
        work_above=Money(asked_details.WORK_ABOVE_YEAR.of(rules["DS20"]), DOLLARS),
        published_above=Money(ds22_named_in_public.NAMED_ABOVE.of(rules["DS22"]), DOLLARS),
        fund_waits=ds31_pass_through.UNNAMED.of(rules["DS31"]) is Outcome.HOLD,
    )


def missing_details(subject: ScreeningSubject, facts: Facts, policy: Policy) -> tuple[str, ...]:
    """Name the details that a gift should come with and doesn't, as the policy's rule DS21 counts them."""
    case = Case(subject=subject, matches=(), facts=facts)
    waiting = [rule for rule in policy.rules if rule.id == "DS21"]
    return tuple(detail for rule in waiting for detail in asked_details.missing_details(case, rule))
