"""Money in doubt that goes back (DS27): by the same path, with a second person, and with an alarm."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factually.donations.lifecycle import GiftState
from factually.donations.refunds.returning import alarm_overdue, return_gift, return_what_waits
from factually.donations.rescreening import DoubtRuling, settle_doubt
from factually.foundation.money import Money
from factually.independence.rescreening.models import Remedy
from tests.support.donation_factories import SECOND_FROM, organisation_pledge
from tests.support.people import add_person
from tests.support.refunds import decide, dispute, refund_at_sandbox, refunds, send_refunds
from tests.support.register_changes import NEW_GROUP, NEWCOMER, change_register, rescreen

if TYPE_CHECKING:
    from factually.accounts.models import Account
    from factually.donations.models import Gift
    from tests.support.donation_factories import GivingDesk

REASON = "The committee took its name from another body."


@pytest.fixture
def auditor(desk: GivingDesk) -> Account:
    return add_person(desk.database, "auditor", now=desk.clock.now())


@pytest.fixture
def gift(desk: GivingDesk) -> Gift:
    made = desk.give(organisation_pledge(NEW_GROUP))
    change_register(desk, NEWCOMER)
    rescreen(desk)
    return desk.gift(made.id)


def rule(
    desk: GivingDesk, gift: Gift, auditor: Account, remedy: Remedy, second_from: Money = SECOND_FROM
) -> None:
    ruling = DoubtRuling(remedy=remedy, reason=REASON, reviewer_id=auditor.id, second_from=second_from)
    with desk.database.transaction() as session:
        settle_doubt(session, gift.public_id, ruling, keyring=desk.keyring, now=desk.clock.now())


def sweep(desk: GivingDesk) -> tuple[int, int]:
    now = desk.clock.now()
    with desk.database.transaction() as session:
        asked = return_what_waits(session, second_from=SECOND_FROM, keyring=desk.keyring, now=now)
        return asked, alarm_overdue(session, now=now)


def test_a_decision_to_return_gives_the_money_back_once(
    desk: GivingDesk, gift: Gift, auditor: Account
) -> None:
    rule(desk, gift, auditor, Remedy.RETURN)
    for _ in range(2):
        sweep(desk)
        send_refunds(desk)
    [refund] = refunds(desk)
    assert (refund.cause, refund.requested_by, refund.state) == ("policy", auditor.id, "succeeded")
    [made] = refund_at_sandbox(desk, gift)
    assert (made["amount"], made["reason"]) == (500, None)
    assert desk.gift(gift.id).state == GiftState.REFUNDED


def test_a_decision_to_keep_asks_for_nothing(desk: GivingDesk, gift: Gift, auditor: Account) -> None:
    rule(desk, gift, auditor, Remedy.KEEP)
    with desk.database.transaction() as session:
        asked = return_gift(
            session, gift.id, second_from=SECOND_FROM, keyring=desk.keyring, now=desk.clock.now()
        )
    assert asked is None
    assert refunds(desk) == []


def test_a_large_return_waits_for_a_second_person(desk: GivingDesk, gift: Gift, auditor: Account) -> None:
    rule(desk, gift, auditor, Remedy.RETURN, Money(500, "USD"))
    assert [refund.state for refund in refunds(desk)] == ["proposed"]


def test_a_return_waits_until_the_bank_has_decided_a_dispute(
    desk: GivingDesk, gift: Gift, auditor: Account
) -> None:
    dispute_id = dispute(desk, gift)
    rule(desk, gift, auditor, Remedy.RETURN)
    assert (sweep(desk)[0], refunds(desk)) == (0, [])
    decide(desk, gift, dispute_id, "won")
    assert [sweep(desk)[0] for _ in range(2)] == [1, 0]
    send_refunds(desk)
    assert [refund.state for refund in refunds(desk)] == ["succeeded"]


def test_after_thirty_days_the_alarm_is_raised_once_and_until_the_money_is_back(
    desk: GivingDesk, gift: Gift, auditor: Account
) -> None:
    desk.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert sweep(desk)[1] == 0
    desk.clock.advance(timedelta(seconds=1))
    assert [sweep(desk)[1] for _ in range(2)] == [1, 1]
    assert desk.journal().count("gift.return_overdue") == 1
    rule(desk, gift, auditor, Remedy.RETURN)
    send_refunds(desk)
    assert sweep(desk)[1] == 0


def test_money_that_is_kept_raises_no_alarm(desk: GivingDesk, gift: Gift, auditor: Account) -> None:
    rule(desk, gift, auditor, Remedy.KEEP)
    desk.clock.advance(timedelta(days=31))
    assert sweep(desk)[1] == 0
