"""Looks at Stripe, folded in any order and with repeats: the same gift, letters and books in the end."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from tests.support.any_order import ONLY_END, end_of, given, looks_at

if TYPE_CHECKING:
    from tests.support.donation_factories import GivingDesk


def test_every_order_of_created_authorised_succeeded_refunded_disputed_and_won_ends_alike(
    desk: GivingDesk,
) -> None:
    gift, attempt = given(desk)
    created, *looks = looks_at(desk, attempt.order)
    # Each order is folded there and back, so its reverse needs no try of its own. The first look proves
    # nothing of a gift, and comes between; `make faults` puts it everywhere.
    orders = [order for order in permutations(range(len(looks))) if order < order[::-1]]
    ways = [[looks[place] for place in order] for order in orders]
    assert {end_of(desk, gift, (*way, created, *reversed(way))) for way in ways} == {ONLY_END}
