"""All 720 orders of six looks at a gift, each with every look twice: they must end alike."""

from __future__ import annotations

import random
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import permutations
from typing import TYPE_CHECKING

from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from factually.foundation.crypto import Keyring
from factually.foundation.database import opened_database
from tests.support.any_order import ONLY_END, end_of, given, looks_at
from tests.support.clock import FrozenClock
from tests.support.databases import fresh_database
from tests.support.donation_factories import GivingDesk
from tests.support.independence_factories import prepare_screening
from tests.support.small_indexes import DERIVED
from tests.support.stripe_sandbox import stripe_sandbox

if TYPE_CHECKING:
    from factually.donations.intents import IntentSnapshot
    from factually.foundation.embedded_postgres import EmbeddedCluster


@dataclass(frozen=True)
class Orders:
    """How many orders were folded, and in how many of them something else came out."""

    folded: int
    wrong: int


def fold_in_all_orders(cluster: EmbeddedCluster, *, seed: int) -> Orders:
    """Fold created, authorised, succeeded, refunded, disputed and won in every order, with repeats.

    Each look comes in its place of the order, and once more anywhere after it.
    """
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    with ExitStack() as opened:
        made = opened.enter_context(fresh_database(cluster))
        database = opened.enter_context(opened_database(made.app_url, derived=DERIVED))
        sandbox = opened.enter_context(stripe_sandbox())
        account = StripeAccount(
            secret_key=sandbox.secret_key,
            webhook_secret=sandbox.webhook_secret,
            sandbox_address=sandbox.url,
            production=False,
        )
        desk = GivingDesk(
            database=database,
            gateway=StripeGateway(account),
            keyring=Keyring.from_secret(bytes(32)),
            clock=FrozenClock(datetime.fromtimestamp(sandbox.advance(0), UTC)),
            sandbox=sandbox,
        )
        with database.transaction() as session:
            prepare_screening(session, now=desk.clock.now())
        gift, attempt = given(desk)
        looks = looks_at(desk, attempt.order)
        orders = list(permutations(looks))
        ends = [end_of(desk, gift, _with_repeats(order, chance)) for order in orders]
    return Orders(len(orders), sum(end != ONLY_END for end in ends))


def _with_repeats(order: tuple[IntentSnapshot, ...], chance: random.Random) -> list[IntentSnapshot]:
    repeated = list(order)
    for look in order:
        repeated.insert(chance.randint(repeated.index(look) + 1, len(repeated)), look)
    return repeated
