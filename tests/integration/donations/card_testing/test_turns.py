from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from factually.audit.journal import entries_about
from factually.donations.card_testing.admitting import admit
from factually.donations.card_testing.errors import WaitYourTurn
from factually.donations.card_testing.models import CardTurn
from factually.donations.card_testing.pacing import AT_ONCE, LONGEST_WAIT, MINUTE, PAUSE, Queue
from factually.donations.card_testing.turns import (
    ALARM,
    ALARM_SUBJECT,
    FORGET_AFTER,
    Ask,
    answer_turn,
    check_card,
    forget_turns,
    recent_answers,
)
from factually.foundation.database import opened_database
from factually.foundation.errors import TooManyRequests, Unavailable
from tests.support.card_testing import cards_let_through

if TYPE_CHECKING:
    from datetime import datetime

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.databases import TestDatabase

SECOND = timedelta(seconds=1)
A_MINUTE = 30


def index(text: str) -> bytes:
    return sha256(text.encode()).digest()


def ask(gift: str, *, card: str = "", address: str | None = None, email: str | None = None) -> Ask:
    """Ask for a gift with a card, from an address and by a donor of its own unless told otherwise."""
    return Ask(
        subject=gift,
        entry=f"{gift} {card}",
        address=index(address or gift),
        email_index=index(email or gift),
    )


def wait_of(database: Database, clock: FrozenClock, asked: Ask) -> int | None:
    """Seconds until the turn, 0 for who passes, None for who gets none."""
    try:
        admit(database, asked, clock=clock)
    except WaitYourTurn as later:
        return later.retry_after
    except TooManyRequests:
        return None
    return 0


def answer(database: Database, clock: FrozenClock, gift: str, *, paid: bool) -> None:
    with database.transaction() as session:
        answer_turn(session, gift, paid=paid, now=clock.now())


def decline_ten(database: Database, clock: FrozenClock) -> None:
    """Let ten thieves try a card each."""
    for number in range(AT_ONCE):
        assert wait_of(database, clock, ask(f"thief {number}")) == 0
        answer(database, clock, f"thief {number}", paid=False)


def test_ten_cards_go_at_once_and_more_in_turn(database: Database, clock: FrozenClock) -> None:
    waits = [wait_of(database, clock, ask(f"gift {number}")) for number in range(13)]
    assert waits == [0] * AT_ONCE + [0, 4, 8]


def test_gifts_that_pay_make_room_for_others(database: Database, clock: FrozenClock) -> None:
    for number in range(50):
        assert wait_of(database, clock, ask(f"gift {number}")) == 0
        answer(database, clock, f"gift {number}", paid=True)


def test_while_most_cards_are_declined_each_waits_for_its_turn_and_passes_then(
    database: Database, clock: FrozenClock
) -> None:
    decline_ten(database, clock)
    assert wait_of(database, clock, ask("first")) == 0
    waits = [wait_of(database, clock, ask(f"donor {number}")) for number in range(3)]
    assert waits == [4, 8, 12]
    for number in range(3):
        clock.advance(4 * SECOND)
        assert wait_of(database, clock, ask(f"donor {number}")) == 0


def test_a_donor_who_paid_holds_nobody_up(database: Database, clock: FrozenClock) -> None:
    decline_ten(database, clock)
    assert [wait_of(database, clock, ask(gift)) for gift in ("first", "second", "third")] == [0, 4, 8]
    clock.advance(SECOND)
    answer(database, clock, "first", paid=True)
    assert wait_of(database, clock, ask("second")) == 0
    assert wait_of(database, clock, ask("third")) == 4
    answer(database, clock, "second", paid=True)
    assert wait_of(database, clock, ask("third")) == 0


def test_a_turn_can_be_taken_for_five_seconds_and_then_there_is_another(
    database: Database, clock: FrozenClock
) -> None:
    decline_ten(database, clock)
    waits = [wait_of(database, clock, ask(f"donor {number}")) for number in range(3)]
    assert waits == [0, 4, 8]
    clock.advance(9 * SECOND)
    assert wait_of(database, clock, ask("donor 1")) == 0
    clock.advance(5 * SECOND)
    assert wait_of(database, clock, ask("donor 3")) == 0
    assert wait_of(database, clock, ask("donor 2")) == 4


def test_who_asks_early_moves_up_when_others_have_gone(database: Database, clock: FrozenClock) -> None:
    decline_ten(database, clock)
    for gift in ("passes", "a", "b"):
        wait_of(database, clock, ask(gift))
    assert wait_of(database, clock, ask("donor")) == 12
    for gift in ("x", "y"):
        wait_of(database, clock, ask(gift, address="b"))
    clock.advance(SECOND)
    assert wait_of(database, clock, ask("donor")) == 7


def places(database: Database, address: str) -> list[tuple[str, str | None]]:
    with database.transaction() as session:
        query = select(CardTurn.subject, CardTurn.queue).where(CardTurn.address == index(address))
        return [(gift, queue) for gift, queue in session.execute(query.order_by(CardTurn.id))]


def test_an_address_that_brings_many_cards_loses_its_place_among_donors(
    database: Database, clock: FrozenClock
) -> None:
    decline_ten(database, clock)
    wait_of(database, clock, ask("another"))
    waits = [wait_of(database, clock, ask(f"gift {number}", address="thief")) for number in range(5)]
    assert waits == [4, 4, 0, 30, 30]
    assert places(database, "thief") == [
        ("gift 0", None),
        ("gift 1", None),
        ("gift 2", Queue.LAST),
        ("gift 3", None),
        ("gift 4", Queue.LAST),
    ]
    assert wait_of(database, clock, ask("donor")) == 4


def test_many_cards_for_one_gift_are_many_cards(database: Database, clock: FrozenClock) -> None:
    decline_ten(database, clock)
    wait_of(database, clock, ask("another"))
    waits = [wait_of(database, clock, ask("gift", card=f"{number}")) for number in range(4)]
    assert waits == [4, 4, 0, 30]


def test_of_one_address_one_card_waits_and_the_next_takes_its_place(
    database: Database, clock: FrozenClock
) -> None:
    decline_ten(database, clock)
    wait_of(database, clock, ask("another"))
    assert wait_of(database, clock, ask("mine", address="house")) == 4
    assert wait_of(database, clock, ask("yours", address="house")) == 4
    assert places(database, "house") == [("mine", None), ("yours", Queue.FIRST)]
    clock.advance(4 * SECOND)
    assert wait_of(database, clock, ask("mine", address="house")) == 0
    assert wait_of(database, clock, ask("yours", address="house")) == 4


def test_a_card_may_come_back_from_another_address(database: Database, clock: FrozenClock) -> None:
    decline_ten(database, clock)
    wait_of(database, clock, ask("another"))
    assert wait_of(database, clock, ask("mine", address="at home")) == 4
    clock.advance(4 * SECOND)
    assert wait_of(database, clock, ask("mine", address="on the train")) == 0


def test_a_card_that_passed_and_was_not_sent_needs_another_turn(
    database: Database, clock: FrozenClock
) -> None:
    decline_ten(database, clock)
    assert wait_of(database, clock, ask("mine")) == 0
    assert wait_of(database, clock, ask("mine")) == 4
    assert places(database, "mine") == [("mine", Queue.FIRST), ("mine", Queue.FIRST)]


def test_an_address_whose_cards_were_declined_waits_behind_the_others(
    database: Database, clock: FrozenClock
) -> None:
    for card in ("a", "b"):
        assert wait_of(database, clock, ask("mine", card=card)) == 0
        answer(database, clock, "mine", paid=False)
    for number in range(AT_ONCE - 2):
        assert wait_of(database, clock, ask(f"thief {number}")) == 0
        answer(database, clock, f"thief {number}", paid=False)
    clock.advance(LONGEST_WAIT)
    decline_ten(database, clock)
    assert wait_of(database, clock, ask("mine", card="c")) == 0
    assert places(database, "mine")[-1] == ("mine", Queue.LAST)
    assert wait_of(database, clock, ask("donor")) == 0
    assert places(database, "donor") == [("donor", Queue.FIRST)]


def test_when_the_queue_is_full_nobody_is_given_false_hope(database: Database, clock: FrozenClock) -> None:
    decline_ten(database, clock)
    room = LONGEST_WAIT // PAUSE[Queue.FIRST] + 1
    waits = [wait_of(database, clock, ask(f"gift {number}")) for number in range(room + 1)]
    assert waits == [4 * number for number in range(room)] + [None]
    with pytest.raises(TooManyRequests, match="quarter of an hour") as none:
        admit(database, ask("one more"), clock=clock)
    assert none.value.retry_after == LONGEST_WAIT.total_seconds()


def test_the_alarm_is_raised_once_each_half_hour(database: Database, clock: FrozenClock) -> None:
    decline_ten(database, clock)
    for gift in ("a", "b", "c"):
        wait_of(database, clock, ask(gift))

    def alarms() -> list[dict[str, object]]:
        with database.transaction() as session:
            entries = entries_about(session, ALARM_SUBJECT)
        assert {entry.event for entry in entries} <= {ALARM}
        return [entry.details for entry in entries]

    assert alarms() == [{"answers": 10, "declined": 10}]
    clock.advance(timedelta(minutes=31))
    wait_of(database, clock, ask("d"))
    assert len(alarms()) == 1
    decline_ten(database, clock)
    wait_of(database, clock, ask("e"))
    assert len(alarms()) == 2


def test_a_card_that_was_declined_three_times_is_not_tried_again_within_the_hour(
    database: Database, clock: FrozenClock
) -> None:
    def try_card(gift: str) -> None:
        assert wait_of(database, clock, ask(gift)) == 0
        with database.transaction() as session:
            check_card(session, gift, index("card"), now=clock.now())

    for number in range(3):
        try_card(f"gift {number}")
        answer(database, clock, f"gift {number}", paid=False)
    with pytest.raises(TooManyRequests, match="declined several times") as refused:
        try_card("gift 4")
    assert refused.value.field == "card"
    with database.transaction() as session:
        check_card(session, "gift 4", None, now=clock.now())
    clock.advance(timedelta(hours=1))
    try_card("gift 5")


def test_an_address_of_mail_whose_cards_were_declined_five_times_waits_for_an_hour(
    database: Database, clock: FrozenClock
) -> None:
    for number in range(5):
        assert wait_of(database, clock, ask(f"gift {number}", email="ada")) == 0
        answer(database, clock, f"gift {number}", paid=False)
    with pytest.raises(TooManyRequests, match="this e-mail address"):
        admit(database, ask("gift 6", email="ada"), clock=clock)
    assert wait_of(database, clock, ask("gift 7", email="eve")) == 0


def test_an_answer_is_written_once_and_only_for_what_passed(database: Database, clock: FrozenClock) -> None:
    decline_ten(database, clock)
    for number in range(AT_ONCE):
        answer(database, clock, f"thief {number}", paid=True)
    for gift in ("passes", "waits"):
        wait_of(database, clock, ask(gift))
    answer(database, clock, "waits", paid=True)
    with database.transaction() as session:
        assert recent_answers(session, now=clock.now()).count == AT_ONCE
        assert recent_answers(session, now=clock.now()).declined == AT_ONCE


def test_turns_are_forgotten_after_a_day(database: Database, clock: FrozenClock) -> None:
    wait_of(database, clock, ask("old"))
    clock.advance(FORGET_AFTER + SECOND)
    wait_of(database, clock, ask("new"))
    with database.transaction() as session:
        forget_turns(session, now=clock.now())
        assert session.execute(select(CardTurn.subject)).scalars().all() == ["new"]


def test_processes_that_ask_at_the_same_moment_share_one_count(
    test_database: TestDatabase, clock: FrozenClock
) -> None:
    with ExitStack() as opened:
        processes = [opened.enter_context(opened_database(test_database.app_url)) for _ in range(3)]
        with ThreadPoolExecutor(12) as threads:
            asks = range(120)
            waits = list(
                threads.map(lambda number: wait_of(processes[number % 3], clock, ask(f"{number}")), asks)
            )
    counts = Counter(waits)
    assert counts[0] == AT_ONCE + 1
    assert max(counts[wait] for wait in counts if wait) == 1
    assert max(wait or 0 for wait in waits) == 4 * (120 - AT_ONCE - 1)


def test_workers_that_share_nothing_but_the_database_share_one_count(test_database: TestDatabase) -> None:
    began = time.monotonic()
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as workers:
        asked = [workers.submit(cards_let_through, test_database.app_url, number, 30) for number in range(3)]
        passed = sum(worker.result() for worker in asked)
    longest = 1 + (time.monotonic() - began) / PAUSE[Queue.FIRST].total_seconds()
    assert AT_ONCE + 1 <= passed <= AT_ONCE + longest


def test_whatever_comes_in_whatever_order_at_most_thirty_a_minute_do_not_pay(
    database: Database, clock: FrozenClock
) -> None:
    chance = random.Random(20261124)  # noqa: S311 - an order, not a secret
    promised: dict[Ask, datetime] = {}
    for number in range(300):
        clock.advance(timedelta(seconds=chance.choice([0, 0.1, 0.5, 1])))
        now = clock.now()
        come = [asked for asked, moment in promised.items() if moment <= now and chance.random() < 0.8]
        knocks = [asked for asked in promised if chance.random() < 0.01]
        new = ask(f"gift {number}", address=f"{chance.randrange(150)}")
        for asked in {*come, *knocks, new}:
            wait = wait_of(database, clock, asked)
            promised.pop(asked, None)
            if wait:
                promised[asked] = now + wait * SECOND
            elif wait == 0 and chance.random() < 0.9:
                answer(database, clock, asked.subject, paid=chance.random() < 0.2)
    query = select(CardTurn).where(CardTurn.passed_at.is_not(None), CardTurn.paid.is_not(True))
    with database.transaction() as session:
        turns = session.execute(query).scalars().all()
    passed = [turn.passed_at for turn in turns if turn.passed_at is not None]
    most = max(sum(moment - MINUTE < other <= moment for other in passed) for moment in passed)
    assert 15 <= most <= A_MINUTE
    moments = sorted(turn.due_at for turn in turns if turn.due_at is not None and turn.queue == Queue.FIRST)
    assert all(later - earlier >= PAUSE[Queue.FIRST] for earlier, later in pairwise(moments))


def test_a_storm_of_two_hundred_addresses_brings_no_more_than_thirty_cards_a_minute_to_stripe(
    database: Database, clock: FrozenClock
) -> None:
    """A thousand asks a minute, each with another card that is declined; a donor each ten seconds."""
    passed: list[float] = []
    knocks: dict[str, float] = {}

    def try_card(gift: str, address: str, second: float, *, paid: bool) -> int | None:
        wait = wait_of(database, clock, ask(gift, address=address))
        if wait == 0:
            passed.append(second)
            answer(database, clock, gift, paid=paid)
        return wait

    for tick in range(1_000):
        second = tick * 0.06
        clock.advance(timedelta(seconds=0.06))
        try_card(f"stolen {tick}", f"thief {tick % 200}", second, paid=False)
        if tick % 160 == 80:
            knocks[f"donor {tick}"] = second
        for donor in [donor for donor, due in knocks.items() if due <= second]:
            wait = try_card(donor, donor, second, paid=True)
            assert wait is not None
            knocks[donor] = second + min(wait, 10)
            if wait == 0:
                del knocks[donor]
    assert len(passed) <= A_MINUTE
    assert list(knocks) in ([], ["donor 880"])


def test_without_the_database_no_card_passes(clock: FrozenClock) -> None:
    with (
        opened_database("postgresql:///none?host=/nowhere") as gone,
        pytest.raises(Unavailable),
    ):
        admit(gone, ask("gift"), clock=clock)
