"""Interleavings known to be hard, played at each run of the tests: chance finds them only in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from factually.donations.refunds.sending import SEND
from tests.stateful.interleavings import SingleGifts
from tests.stateful.monthly_acts import Wish
from tests.stateful.monthly_interleavings import MonthlyGifts
from tests.stateful.running import on_cluster
from tests.stateful.troubles import Trouble
from tests.support.donation_factories import SHARED_NAME, VISA
from tests.support.monthly_desk import FAILS_LATER
from tests.support.register_changes import NEW_GROUP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.stateful.site import Site

    Acts = tuple[Callable[[], object], ...]

_MINUTE: Final = timedelta(minutes=1)


def _lost_answers(site: SingleGifts) -> Acts:
    """A payment and a refund are made at Stripe and not heard of here; both are asked for again."""
    gift = site.send_form(None)
    return (
        lambda: site.enter_card(gift, VISA, Trouble.ANSWER_LOST),
        lambda: site.wait(_MINUTE),
        lambda: site.look(gift, Trouble.NONE),
        lambda: site.give_back(0, whole=False),
        lambda: site.do(SEND, Trouble.ANSWER_LOST),
        lambda: site.wait(_MINUTE),
        lambda: site.do(SEND, Trouble.NONE),
    )


def _nobody_decides(site: SingleGifts) -> Acts:
    """Nobody decides about a held gift, a party says what it is, and one who gave gets into a register."""
    return (
        lambda: site.give(SHARED_NAME, VISA),
        lambda: site.give("a party", VISA),
        lambda: site.give(NEW_GROUP, VISA),
        site.change_register,
        lambda: site.deliver(0),
        lambda: site.deliver(0),
    )


def _stopped_months(site: MonthlyGifts) -> Acts:
    """A donor pauses and another comes into doubt, each before a charge that failed is tried again."""
    return (
        lambda: site.begin(VISA, None, Trouble.LAST_ANSWER_LOST),
        lambda: site.begin(VISA, NEW_GROUP, Trouble.NONE),
        lambda: site.begin(VISA, SHARED_NAME, Trouble.NONE),
        site.work_off,
        lambda: site.replace_card(0, FAILS_LATER),
        lambda: site.replace_card(1, FAILS_LATER),
        lambda: site.wait_for_days(31),
        site.work_off,
        lambda: site.replace_card(0, VISA),
        lambda: site.replace_card(1, VISA),
        lambda: site.steer(0, Wish.PAUSE),
        site.change_register,
        lambda: site.wait_for_days(4),
        site.work_off,
    )


KNOWN: Final[Mapping[str, tuple[type[Site], Callable[..., Acts]]]] = {
    "answers are lost": (SingleGifts, _lost_answers),
    "nobody decides": (SingleGifts, _nobody_decides),
    "months are stopped": (MonthlyGifts, _stopped_months),
}
"""Each with its machine, which looks at all promises after each act."""


def play(name: str, cluster: EmbeddedCluster) -> None:
    """Play one of them."""
    machine, acts_of = KNOWN[name]
    site = on_cluster(machine, cluster)()
    try:
        for act in acts_of(site):
            act()
            site.nothing_is_broken()
    finally:
        site.teardown()
