"""What a donor's other gifts tell about this one, counted for the screening (rules DS16 to DS23 and DS30).

A donor is every address linked with the gift in one step each way: the cards that its address paid with and
its own card, and all addresses that paid with any of those. A chain of strangers, each sharing a card with
the next, would grow without end and say less with each link, so it is not followed further.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, and_, func, select

from factually.donations.conversion import FIXED_RATES
from factually.donations.lifecycle import TAKEN_STATES, UNDER_WAY_STATES
from factually.donations.models import Gift, GivingTotal
from factually.foundation.money import Money
from factually.independence.facts import CARD_WINDOW_DAYS, GivingHistory

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from factually.donations.conversion import FixedRates

MOST_LINKED: Final = 100
"""Cards and addresses followed from one gift: far above what any rule lets pass, and an end to the search."""
_DAY: Final = timedelta(days=1)
_COUNTED: Final = sorted(state.value for state in TAKEN_STATES | UNDER_WAY_STATES)


def lock_donor(session: Session, gift: Gift, *, card_index: bytes | None) -> None:
    """Let no other gift of the same address or card be screened until this transaction is over.

    Without it, two gifts that are made at the same moment would each find the other not there yet.
    """
    for index in sorted({gift.email_index, card_index or gift.email_index}):
        key = int.from_bytes(index[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))


def history_of(
    session: Session,
    gift: Gift,
    *,
    card_index: bytes | None,
    now: datetime,
    rates: FixedRates = FIXED_RATES,
) -> GivingHistory:
    """Count the gifts linked with a gift, itself left out, in dollars.

    A gift counts once its card was entered, for as long as its money is kept or may still be taken; refused,
    expired, failed and released ones don't. Years are calendar years in UTC, by the day the form was sent.

    Args:
        session: Transaction of the caller, in which the gift's own row is up to date.
        gift: The gift.
        card_index: Blind index of the card it is paid with, None where that isn't known.
        now: Which year it is, and where windows end.
        rates: What other currencies count as: up where a limit is neared, down where a share is taken of it.

    Raises:
        InvalidInput: One of the gifts is in a currency without a rate.
    """
    others = and_(Gift.id != gift.id, Gift.state.in_(_COUNTED))
    emails = _linked_emails(session, gift, card_index, others)
    by_currency = session.execute(
        select(
            Gift.currency,
            func.coalesce(func.sum(Gift.counted_minor).filter(_in_year(now)), 0).label("given"),
            func.count().filter(Gift.created_at > now - _DAY).label("today"),
        )
        .where(others, Gift.email_index.in_(emails), Gift.created_at >= min(_year_start(now), now - _DAY))
        .group_by(Gift.currency)
    ).all()
    in_window = and_(others, Gift.created_at > now - timedelta(days=CARD_WINDOW_DAYS))
    asked = select(func.min(Gift.details_asked_at)).where(Gift.email_index.in_(emails), Gift.id != gift.id)
    anonymous, this_year, last_year = _totals(session, gift, now, rates)
    return GivingHistory(
        donor_year_minor=_sum(rates.in_dollars(Money(int(row.given), row.currency)) for row in by_currency),
        donor_gifts_today=sum(row.today for row in by_currency),
        linked_emails=len(emails),
        donors_of_card=_donors_of_card(session, gift, card_index, in_window),
        cards_of_donor=_cards_of_donor(session, gift, card_index, in_window),
        anonymous_year_minor=anonymous,
        revenue_year_minor=this_year,
        revenue_last_year_minor=last_year,
        first_asked_at=session.execute(asked).scalar_one(),
        rates_version=rates.version,
    )


def _linked_emails(
    session: Session, gift: Gift, card_index: bytes | None, others: ColumnElement[bool]
) -> set[bytes]:
    own_cards = (
        select(Gift.card_index)
        .where(others, Gift.email_index == gift.email_index, Gift.card_index.is_not(None))
        .distinct()
        .limit(MOST_LINKED)
    )
    cards = {*session.execute(own_cards).scalars(), card_index} - {None}
    emails = select(Gift.email_index).where(others, Gift.card_index.in_(cards)).distinct()
    return {gift.email_index, *session.execute(emails.limit(MOST_LINKED)).scalars()}


def _donors_of_card(
    session: Session, gift: Gift, card_index: bytes | None, in_window: ColumnElement[bool]
) -> int:
    if card_index is None:
        return 0
    others = select(func.count(Gift.email_index.distinct())).where(
        in_window, Gift.card_index == card_index, Gift.email_index != gift.email_index
    )
    return 1 + session.execute(others).scalar_one()


def _cards_of_donor(
    session: Session, gift: Gift, card_index: bytes | None, in_window: ColumnElement[bool]
) -> int:
    others = select(func.count(Gift.card_index.distinct())).where(
        in_window,
        Gift.email_index == gift.email_index,
        Gift.card_index.is_distinct_from(card_index),
    )
    return (card_index is not None) + session.execute(others).scalar_one()


def _totals(session: Session, gift: Gift, now: datetime, rates: FixedRates) -> tuple[int, int, int]:
    """Return what came anonymously this year, in all this year, and in all last year, without this gift."""
    sums = session.execute(
        select(GivingTotal.year, GivingTotal.anonymous, GivingTotal.currency, func.sum(GivingTotal.minor))
        .where(GivingTotal.year.in_((now.year, now.year - 1)))
        .group_by(GivingTotal.year, GivingTotal.anonymous, GivingTotal.currency)
    )
    totals = {
        (year, anonymous, currency): Money(int(minor), currency) for year, anonymous, currency, minor in sums
    }
    own = (gift.created_at.year, gift.anonymous, gift.currency)
    if own in totals:
        totals[own] -= Money(gift.counted_minor, gift.currency)
    anonymous = _sum(rates.in_dollars(total) for key, total in totals.items() if key[:2] == (now.year, True))
    this_year, last_year = (
        _sum(rates.at_least_in_dollars(total) for key, total in totals.items() if key[0] == year)
        for year in (now.year, now.year - 1)
    )
    return anonymous, this_year, last_year


def _sum(amounts: Iterable[Money]) -> int:
    return sum(amount.minor for amount in amounts)


def _in_year(now: datetime) -> ColumnElement[bool]:
    next_year = datetime(now.year + 1, 1, 1, tzinfo=UTC)
    return and_(Gift.created_at >= _year_start(now), Gift.created_at < next_year)


def _year_start(now: datetime) -> datetime:
    return datetime(now.year, 1, 1, tzinfo=UTC)
