"""Opens what speaks against one gift already taken; as with a case, the look is journalled first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from factually.audit.journal import record
from factually.donations.queries import gift_by_public_id
from factually.donations.rescreening import KEPT_STATES
from factually.foundation.crypto import DamagedCiphertext
from factually.foundation.errors import NotFound
from factually.independence.models import Screening
from factually.independence.publishing import published_policy
from factually.independence.queries import stored_findings
from factually.independence.rescreening.queries import cases_of
from factually.oversight.read_models import account_names
from factually.oversight.refund_read_models import latest_return
from factually.oversight.timeline import LOOK

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.donations.models import Gift
    from factually.donations.refunds.models import Refund
    from factually.foundation.crypto import Keyring
    from factually.independence.findings import Finding
    from factually.independence.policy import RulePolicy
    from factually.independence.rescreening.queries import DoubtCase, DoubtDecision
    from factually.oversight.cases import Look


@dataclass(frozen=True, kw_only=True)
class OpenedDoubt:
    """One gift with all that speaks against it.

    Attributes:
        gift: The row, its donor's fields still sealed.
        cases: Oldest first.
        findings: The finding behind each case, once, with its rule as the policy has it; None where the
            evidence no longer opens.
        people: Names of those who decided, by account id.
        refund: The last refund that a decision asked for; None where it could not be asked for yet.
    """

    gift: Gift
    cases: Sequence[DoubtCase]
    findings: Sequence[tuple[Finding, RulePolicy]] | None
    people: Mapping[str, str]
    refund: Refund | None

    @property
    def undecided(self) -> bool:
        """Whether a person still has to decide."""
        return any(case.decision is None for case in self.cases)

    @property
    def decisions(self) -> Sequence[DoubtDecision]:
        """What people decided, oldest first; one decision settles all cases that were open."""
        made = {case.decision.decided_at: case.decision for case in self.cases if case.decision is not None}
        return [made[at] for at in sorted(made)]

    @property
    def goes_back(self) -> bool:
        """Whether a person decided to give the money back."""
        return any(decision.returns for decision in self.decisions)

    @property
    def return_by(self) -> datetime:
        """The day by which the money is back, by the oldest case that asks for it."""
        asking = [case.return_by for case in self.cases if case.decision is None or case.decision.returns]
        return min(asking or [case.return_by for case in self.cases])

    @property
    def money_is_here(self) -> bool:
        """Whether there is anything left to give back."""
        return self.gift.state in KEPT_STATES and self.gift.captured_minor > self.gift.refunded_minor


def open_doubt(session: Session, public_id: str, look: Look, *, keyring: Keyring) -> OpenedDoubt:
    """Journal the look, then open the evidence; nothing is shown before the caller has committed.

    Raises:
        NotFound: No such gift, or nothing ever spoke against it.
    """
    gift = gift_by_public_id(session, public_id)
    record(session, actor=look.actor, event=LOOK, subject=f"gift:{gift.id}", now=look.now)
    cases = cases_of(session, gift.id, keyring=keyring)
    if not cases:
        raise NotFound("Nothing speaks against this gift.")
    reviewers = {str(case.decision.reviewer_id) for case in cases if case.decision is not None}
    return OpenedDoubt(
        gift=gift,
        cases=cases,
        findings=_findings(session, cases, keyring),
        people=account_names(session, reviewers),
        refund=latest_return(session, gift.id),
    )


def _findings(
    session: Session, cases: Sequence[DoubtCase], keyring: Keyring
) -> Sequence[tuple[Finding, RulePolicy]] | None:
    try:
        stored = stored_findings(session, {case.screening_id for case in cases}, keyring)
    except DamagedCiphertext:
        # As on a gift's case: who looks for tampering must see it, not an error page.
        return None
    rules = _rules(session, stored.keys())
    places = dict.fromkeys((case.screening_id, case.position) for case in cases)
    found = [(screening_id, stored[screening_id][position]) for screening_id, position in places]
    return [(finding, rules[screening_id, finding.rule_id]) for screening_id, finding in found]


def _rules(
    session: Session, screening_ids: Iterable[uuid.UUID]
) -> Mapping[tuple[uuid.UUID, str], RulePolicy]:
    """Return the rules of the policy that each screening was made under; a case has a policy always."""
    versions = session.execute(
        select(Screening.id, Screening.policy_version).where(Screening.id.in_(screening_ids))
    )
    return {
        (screening_id, rule.id): rule
        for screening_id, version in versions
        for rule in published_policy(session, version or "").rules
    }
