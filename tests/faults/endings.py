"""Whether each donor's story ended as it must: gifts, months, letters, warnings, answers to banks."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text

from factually.donations.models import Gift
from factually.donations.monthly.models import MonthlyGift
from tests.faults.monthly_parts import EVERYBODY, MONTHLY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from tests.faults.looking import AtStripe
    from tests.faults.parts import Part

_LETTERS: Final = text(
    """
    WITH giving AS (
        SELECT DISTINCT ON (coalesce(monthly_gift_id, id)) coalesce(monthly_gift_id, id) AS id, client_key
        FROM gift ORDER BY coalesce(monthly_gift_id, id), created_at
    )
    SELECT giving.client_key, concat_ws(' ', split_part(letter.key, ':', 1), step.fact) AS kind
    FROM outgoing_letter AS letter
    LEFT JOIN refund ON refund.id::text = split_part(letter.key, ':', 2)
    LEFT JOIN monthly_event AS step ON letter.key = 'monthly-news:' || step.id
    LEFT JOIN gift ON gift.id::text = coalesce(refund.gift_id::text, split_part(letter.key, ':', 2))
    JOIN giving ON giving.id = coalesce(step.monthly_gift_id, gift.monthly_gift_id, gift.id)
    """
)
_WARNINGS: Final = text("SELECT client_key FROM fraud_warning JOIN gift ON gift.id = fraud_warning.gift_id")


def wrong_ends(session: Session, stripe: AtStripe) -> Iterator[str]:
    """Say whose gift, or month of a gift, is lost, doubled, or ended otherwise than it must."""
    givings = dict(_givings(session))
    warned_of = list(session.execute(_WARNINGS).scalars())
    for part in EVERYBODY:
        key = uuid.UUID(part.client_key)
        gifts = givings.pop(key, ())
        if not gifts:
            yield f"{part.name}: lost"
            continue
        yield from _wrong_end(part, gifts, stripe)
        if warned_of.count(key) != part.warned_of:
            yield f"{part.name}: {warned_of.count(key)} warnings"
    if givings:
        yield f"{sum(map(len, givings.values()))} gifts too many"


def wrong_stands(session: Session) -> Iterator[str]:
    """Say which monthly gifts don't stand where they must."""
    givings = _givings(session)
    for part in MONTHLY:
        for gift in givings.get(uuid.UUID(part.client_key), ())[:1]:
            stands = session.get_one(MonthlyGift, gift.monthly_gift_id).state
            if stands != part.stands:
                yield f"{part.name}: {stands} instead of {part.stands}"


def wrong_letters(session: Session) -> Iterator[str]:
    """Say who got a letter too few, or too many."""
    rows = session.execute(_LETTERS).all()
    for part in EVERYBODY:
        kinds = sorted(row.kind for row in rows if row.client_key == uuid.UUID(part.client_key))
        if kinds != list(part.letters):
            yield f"{part.name}: letters {kinds} instead of {list(part.letters)}"


def _givings(session: Session) -> Mapping[uuid.UUID, Sequence[Gift]]:
    """Return each donor's gifts by the key that the form made, oldest first."""
    givings: dict[uuid.UUID, list[Gift]] = defaultdict(list)
    for gift in session.scalars(select(Gift).order_by(Gift.created_at)):
        givings[gift.monthly_gift_id or gift.id].append(gift)
    return {gifts[0].client_key: gifts for gifts in givings.values()}


def _wrong_end(part: Part, gifts: Sequence[Gift], stripe: AtStripe) -> Iterator[str]:
    states = [gift.state for gift in gifts]
    if states != [part.end, *part.later]:
        yield f"{part.name}: {', '.join(states)} instead of {', '.join((part.end, *part.later))}"
    returned = sum(gift.refunded_minor for gift in gifts)
    if returned != part.returned:
        yield f"{part.name}: {returned} given back instead of {part.returned}"
    submitted = [
        one["evidence_details"]["submission_count"]
        for gift in gifts
        for one in stripe.disputes.get(gift.charge_id or "", ())
    ]
    if submitted != ([int(part.answered)] if part.dispute else []):
        yield f"{part.name}: {submitted} answers to the bank"
