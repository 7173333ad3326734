"""Being named in public or not, which the donor may change for each gift as long as the policy allows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from factually.audit.journal import record
from factually.donations.conversion import FIXED_RATES
from factually.donations.donor_records import screening_subject
from factually.donations.giving_history import history_of, lock_donor
from factually.donations.lifecycle import TAKEN_STATES
from factually.donations.my.gifts import gift_of
from factually.donations.my.models import GiftAnonymity
from factually.donations.progress import lock_gift
from factually.foundation.errors import Conflict
from factually.foundation.money import Money
from factually.independence.deciding import decide
from factually.independence.facts import Facts
from factually.independence.outcomes import Outcome
from factually.independence.publishing import policy_in_force
from factually.independence.rules.rule import Case
from factually.independence.subjects import Stage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from factually.donations.models import Gift
    from factually.donations.my.signed_in import SignedInDonor
    from factually.foundation.crypto import Keyring

NAMING_RULES: Final = ("DS17", "DS22")
"""How much of a year's money may be unnamed, and above which sum a donor is named."""


@dataclass(frozen=True, slots=True)
class Wish:
    """For which gift the donor wants to be named or not."""

    public_id: str
    anonymous: bool


def can_change(gift: Gift) -> bool:
    """Tell whether it can be changed for a gift: once its money was taken, since checks read it before."""
    return gift.state in {state.value for state in TAKEN_STATES}


def change_anonymity(
    session: Session, wish: Wish, *, donor: SignedInDonor, keyring: Keyring, now: datetime
) -> None:
    """Name the donor of a gift from now on, or no longer; what is wished already changes nothing.

    Raises:
        NotFound: Not a gift of this donor, or no policy is in force that could allow it.
        Conflict: Its money was not taken, or the policy names whoever gives that much.
    """
    gift = lock_gift(session, gift_of(session, donor.email_index, wish.public_id).id)
    if gift.anonymous == wish.anonymous:
        return
    if not can_change(gift):
        raise Conflict("This can be changed once the gift is taken.")
    if wish.anonymous:
        _check_policy(session, gift, keyring=keyring, now=now)
    change = GiftAnonymity(gift_id=gift.id, anonymous=wish.anonymous, at=now, session_id=donor.session_id)
    session.add(change)
    session.flush()
    gift.anonymous = wish.anonymous
    record(
        session,
        actor=donor.actor,
        event="gift.anonymity_changed",
        subject=f"gift:{gift.id}",
        now=now,
        details={"anonymous": wish.anonymous},
    )


def _check_policy(session: Session, gift: Gift, *, keyring: Keyring, now: datetime) -> None:
    """Ask the rules on unnamed donors what they would say of this gift, as one more of its year."""
    lock_donor(session, gift, card_index=gift.card_index)
    policy = policy_in_force(session, now)
    naming = replace(policy, rules=tuple(rule for rule in policy.rules if rule.id in NAMING_RULES))
    year_end = datetime(gift.created_at.year, 12, 31, 23, 59, 59, tzinfo=UTC)
    history = history_of(session, gift, card_index=gift.card_index, now=min(now, year_end))
    subject = screening_subject(gift, stage=Stage.BEFORE_AUTHORISATION, card=None, keyring=keyring)
    kept = FIXED_RATES.in_dollars(Money(gift.counted_minor, gift.currency))
    case = Case(
        subject=replace(subject, anonymous=True, amount=kept),
        matches=(),
        facts=Facts(now=now, history=history),
    )
    refused = [finding for finding in decide(case, naming).findings if finding.outcome is not Outcome.ALLOW]
    if refused:
        raise Conflict(f"Rule {refused[0].rule_id} of our policy: {refused[0].reason_text}")
