"""DS14: a person whose name, employer or e-mail address points to a political group."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from factually.independence.matching import HOLD_FROM, MatchKind, Relation, Stated
from factually.independence.outcomes import Outcome
from factually.independence.rules.parameters import one_outcome
from factually.independence.rules.political_rows import EMAIL_DOMAINS, is_political_group
from factually.independence.rules.register_rule import (
    CLEAR,
    LISTED,
    NOT_READ,
    NOTHING,
    RegisterRule,
    counts,
    is_certain,
)

if TYPE_CHECKING:
    from factually.independence.matching import Match
    from factually.independence.policy import RulePolicy
    from factually.independence.rules.register_rule import Judgement

EMPLOYER: Final = one_outcome("employer", Outcome.ALLOW, Outcome.HOLD, until_named=Outcome.ALLOW)
EMAIL_DOMAIN: Final = one_outcome("email_domain", Outcome.ALLOW, Outcome.HOLD, until_named=Outcome.ALLOW)


class PersonsName(RegisterRule):
    """Holds, and never refuses, on a name that may be a private person's: many people share one name.

    It reads every register of political groups, and what else hints at one: who employs the donor, and whose
    domain sends the donor's mail. A candidate's namesake is told and not held, since a committee often bears
    just a person's name. Source: GDPR Art 22(1)(3)(4), Art 9.
    """

    id: ClassVar = "DS14"
    reasons: ClassVar = frozenset({CLEAR, LISTED, "employer", "email_domain", NOT_READ})
    reads: ClassVar = ("donor_name", "true_donor_name", "payment.billing_name", "employer", "email")
    parameters: ClassVar = (EMPLOYER, EMAIL_DOMAIN)
    registers: ClassVar = ()

    def concerns(self, match: Match) -> bool:
        """Whether it is a political group's name or domain in a field that is no giver's number."""
        what = match.stated.what
        if what is Stated.EMAIL_DOMAIN:
            return is_political_group(match) or _is_domain(match)
        if what is Stated.EMPLOYER:
            return is_political_group(match)
        return what is Stated.PERSON and not is_certain(match) and is_political_group(match)

    def decides(self, match: Match) -> bool:
        """Whether the match is near enough, and no candidate's namesake."""
        if match.stated.what is Stated.EMAIL_DOMAIN:
            return match.score >= HOLD_FROM
        return counts(match) and match.relation is not Relation.NAMESAKE

    def judge(self, match: Match, policy: RulePolicy) -> Judgement:
        """Hold a name; for the hints, do what the policy says."""
        for what, hint, reason in (
            (Stated.EMPLOYER, EMPLOYER, "employer"),
            (Stated.EMAIL_DOMAIN, EMAIL_DOMAIN, "email_domain"),
        ):
            if match.stated.what is what:
                outcome = hint.of(policy)
                return NOTHING if outcome is Outcome.ALLOW else (outcome, reason)
        return Outcome.HOLD, LISTED


def _is_domain(match: Match) -> bool:
    return match.kind is MatchKind.DOMAIN and match.row is not None and match.row.kind == EMAIL_DOMAINS
