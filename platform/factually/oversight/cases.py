"""Opens one gift's case for an auditor; the look is journalled first, in the same transaction.

The evidence of a finding repeats what the donor typed, so opening a case is a look at a donor (DESIGN
section 2, promise 4): where the journal can't be written, nothing is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.audit.journal import entries_about, record
from factually.donations.appeals.queries import appeals_of, overturned_for
from factually.donations.donor_records import is_erased
from factually.donations.lifecycle import GiftState
from factually.donations.queries import gift_history, open_donor_record
from factually.foundation.crypto import DamagedCiphertext
from factually.foundation.errors import InvalidInput
from factually.independence.publishing import published_policy
from factually.independence.queries import decision_of, screenings_of
from factually.independence.replaying import replay
from factually.oversight.dispute_read_models import is_warned
from factually.oversight.explaining import explain, unexplained
from factually.oversight.read_models import account_names, letters_about, screened_subject
from factually.oversight.rescreening_read_models import has_case
from factually.oversight.timeline import LOOK, JournalLine, Records, accounts_in, history
from factually.oversight.wording import actor_words

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.audit.journal import Actor
    from factually.donations.models import Gift
    from factually.donations.pledges import Donor
    from factually.donations.queries import GiftHistory
    from factually.foundation.crypto import Keyring
    from factually.independence.policy import RulePolicy
    from factually.independence.replaying import ReplayReport
    from factually.independence.results import RecordedDecision, ScreeningResult
    from factually.independence.subjects import PaymentFacts
    from factually.oversight.explaining import Explanation

SHORTEST_LOOK_REASON: Final = 10


@dataclass(frozen=True, kw_only=True)
class Look:
    """Who looks at a case, and when; `donor_reason` is why the donor's record is opened too, if it is."""

    actor: Actor
    now: datetime
    donor_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was sealed with a gift's decisions.

    Attributes:
        screenings: Oldest first, with their findings.
        decision: A person's, with its reason.
        replay: The last screening decided again from what was stored; None where there is none.
        payment: The card's facts as the last screening read them; None where it read none.
    """

    screenings: Sequence[ScreeningResult] = ()
    decision: RecordedDecision | None = None
    replay: ReplayReport | None = None
    payment: PaymentFacts | None = None

    @property
    def latest(self) -> ScreeningResult | None:
        """The last screening, which counts."""
        return self.screenings[-1] if self.screenings else None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One gift with all that led to its decision.

    Attributes:
        gift: The row, its donor's fields still sealed.
        explanation: Why it stands where it stands.
        evidence: None where the stored bytes no longer open: they were altered or moved.
        rules: Each policy rule that answered, by policy version and rule id.
        reviewer: Who decided, None where nobody did.
        timeline: Everything that happened, oldest first.
        donor: Who gave, where the donor's record was opened.
        donor_damaged: Whether the record was asked for and no longer opens: it was altered or moved.
        in_doubt: Whether its money came into doubt after it was taken.
        warned: Whether a card network warns of it, and giving it back can still prevent a dispute.
        contested: Whether its donor contested it.
        overturned: Other gifts from the same address whose refusal was overturned: a note, no clearance.
    """

    gift: Gift
    explanation: Explanation
    evidence: Evidence | None
    rules: Mapping[tuple[str | None, str], RulePolicy]
    reviewer: str | None
    timeline: Sequence[tuple[datetime, str]]
    donor: Donor | None
    donor_damaged: bool
    in_doubt: bool
    warned: bool
    contested: bool
    overturned: Sequence[str]

    @property
    def donor_erased(self) -> bool:
        """Whether the donor's data was deleted: then sealed words don't open though nobody altered them."""
        return is_erased(self.gift)

    @property
    def can_be_decided(self) -> bool:
        """Whether the gift waits for a person."""
        return self.gift.state == GiftState.HELD and self.gift.instruction is None


def open_case(session: Session, public_id: str, look: Look, *, keyring: Keyring) -> Case:
    """Journal the look, then open the case; nothing is shown before the caller has committed.

    Raises:
        NotFound: No such gift.
        InvalidInput: The reason for opening the donor's record is too short.
    """
    found = gift_history(session, public_id)
    gift = found.gift
    record(session, actor=look.actor, event=LOOK, subject=f"gift:{gift.id}", now=look.now)
    donor = _open_donor(session, gift, look, keyring=keyring)
    asked = look.donor_reason is not None
    evidence = _open_evidence(session, gift.id, keyring=keyring)
    opened = evidence or Evidence()
    records = _records(session, found, opened)
    decision = opened.decision
    reviewer = None if decision is None else actor_words("account", str(decision.reviewer_id), records.people)
    verdict = None if decision is None or reviewer is None else (decision.verdict, reviewer)
    return Case(
        gift=gift,
        explanation=unexplained(gift) if evidence is None else explain(gift, opened.latest, verdict),
        evidence=evidence,
        rules=_rules(session, opened.screenings),
        reviewer=reviewer,
        timeline=history(records),
        donor=donor,
        donor_damaged=asked and donor is None,
        in_doubt=has_case(session, gift.id),
        warned=is_warned(session, gift),
        contested=bool(appeals_of(session, gift.id)),
        overturned=overturned_for(session, gift.email_index, but=gift.id),
    )


def _open_donor(session: Session, gift: Gift, look: Look, *, keyring: Keyring) -> Donor | None:
    if look.donor_reason is None:
        return None
    if len(look.donor_reason) < SHORTEST_LOOK_REASON:
        raise InvalidInput("Say in a few words why you need to know who gave.", field="look_reason")
    why = (look.donor_reason, look.now)
    try:
        return open_donor_record(session, gift, keyring=keyring, actor=look.actor, look=why)
    except DamagedCiphertext:
        # As with evidence: the entry stands, and the page says that the record no longer opens.
        return None


def _open_evidence(session: Session, gift_id: uuid.UUID, *, keyring: Keyring) -> Evidence | None:
    try:
        screenings = screenings_of(session, gift_id, keyring=keyring)
        decision = decision_of(session, gift_id, keyring=keyring)
        if not screenings:
            return Evidence(decision=decision)
        latest = screenings[-1].id
        return Evidence(
            screenings=screenings,
            decision=decision,
            replay=replay(session, latest, keyring=keyring),
            payment=screened_subject(session, latest, keyring=keyring).payment,
        )
    except DamagedCiphertext:
        # Tampering is what an auditor is here to see; an error page would hide the rest of the case.
        return None


def _records(session: Session, found: GiftHistory, evidence: Evidence) -> Records:
    journal = [JournalLine(*entry) for entry in entries_about(session, f"gift:{found.gift.id}")]
    ids = accounts_in(found.events, journal)
    if evidence.decision is not None:
        ids.add(str(evidence.decision.reviewer_id))
    return Records(
        events=found.events,
        attempts=found.attempts,
        screenings=evidence.screenings,
        decision=evidence.decision,
        letters=letters_about(session, found.gift.id),
        journal=journal,
        people=account_names(session, ids),
        monthly=found.gift.monthly_gift_id is not None,
    )


def _rules(
    session: Session, screenings: Sequence[ScreeningResult]
) -> dict[tuple[str | None, str], RulePolicy]:
    versions = {screening.policy_version for screening in screenings if screening.policy_version is not None}
    return {
        (version, rule.id): rule for version in versions for rule in published_policy(session, version).rules
    }
