"""Bugs planted for as long as a run lasts, each of which it must find; the product knows nothing of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from factually.donations import aftercare, giving, receipts, rescreening, settling, sweeping
from factually.donations.gateway import GatewayUnavailable
from factually.donations.intents import IntentStatus
from factually.donations.lifecycle import GiftState
from factually.donations.models import Gift
from factually.donations.monthly import charging
from factually.donations.monthly.lifecycle import MonthlyState
from factually.donations.monthly.stripe_monthly import StripeMonthly
from factually.donations.monthly.syncing import SubscriptionSync
from factually.donations.refunds.models import Refund
from factually.donations.refunds.sending import RefundSender
from factually.donations.steps import Instruction
from factually.donations.stripe_gateway import StripeGateway
from factually.foundation.errors import Unavailable
from factually.independence.outcomes import Outcome
from factually.independence.results import Clearance
from tests.stateful.interleavings import SingleGifts
from tests.stateful.monthly_interleavings import MonthlyGifts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pytest

    from tests.stateful.site import Site


@dataclass(frozen=True)
class PlantedBug:
    """A bug, and the machine that has to find it."""

    machine: type[Site]
    plant: Callable[[pytest.MonkeyPatch], None]


def _put(patch: pytest.MonkeyPatch, owner: object, name: str, bug: Callable[..., Any]) -> None:
    """Put `bug(original, *arguments)` in a function's place."""
    original: Callable[..., Any] = getattr(owner, name)

    def planted(*arguments: Any, **named: Any) -> Any:
        return bug(original, *arguments, **named)

    patch.setattr(owner, name, planted)


def _no(patch: pytest.MonkeyPatch, owner: object, name: str, answer: object = None) -> None:
    """Let a function do nothing."""
    patch.setattr(owner, name, lambda *_arguments, **_named: answer)


def _another_key(order: Any) -> Any:
    return replace(order, idempotency_key=str(uuid.uuid4()))


def _refund_again(patch: pytest.MonkeyPatch) -> None:
    def send(_original: Callable[..., Any], sender: Any, refund_id: uuid.UUID) -> None:
        order = sender._claim(refund_id)  # noqa: SLF001 - the bug stands between its steps
        if order is not None:
            try:
                sender.journey.gateway.refund(order)
            except GatewayUnavailable as error:
                raise Unavailable("No answer.") from error
            with sender.journey.database.transaction() as session:
                gift_id = session.get_one(Refund, refund_id).gift_id
            sender.journey.settle(gift_id)

    _put(patch, StripeGateway, "refund", lambda original, own, order: original(own, _another_key(order)))
    _put(patch, RefundSender, "send", send)


def _ask_nobody(patch: pytest.MonkeyPatch, module: object) -> None:
    """Take a hold for a yes, and never look whether a yes is written down."""

    def screen(original: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        result = original(*arguments, **named)
        return replace(result, outcome=Outcome.ALLOW) if result.outcome is Outcome.HOLD else result

    _put(patch, module, "screen_gift", screen)
    _no(patch, module, "clearance", Clearance.CLEARED)


def _capture_undecided(patch: pytest.MonkeyPatch) -> None:
    def instruct(original: Callable[..., Any], gift: Gift, *_words: Any, step: Any) -> None:
        original(gift, Instruction.CAPTURE, None, step=step)

    _put(patch, sweeping, "instruct", instruct)
    _no(patch, settling, "clearance", Clearance.CLEARED)


def _let_card_through(patch: pytest.MonkeyPatch) -> None:
    def screen(original: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return replace(original(*arguments, **named), outcome=Outcome.HOLD)

    _put(patch, giving, "screen_gift", screen)


def _keep_hold(patch: pytest.MonkeyPatch) -> None:
    def cancel(_original: Callable[..., Any], gateway: Any, intent_id: str, **_named: Any) -> Any:
        return replace(gateway.intent(intent_id), status=IntentStatus.CANCELED)

    _put(patch, StripeGateway, "cancel", cancel)


def _take_in_again(patch: pytest.MonkeyPatch) -> None:
    def read(original: Callable[..., Any], *arguments: Any) -> Any:
        notice = original(*arguments)
        return replace(notice, event_id=f"{notice.event_id}:{uuid.uuid4()}")

    _put(patch, StripeGateway, "read_notice", read)


def _write_again(patch: pytest.MonkeyPatch) -> None:
    def fold(original: Callable[..., Any], session: Any, gift_id: uuid.UUID, *more: Any, **named: Any) -> Any:
        call = original(session, gift_id, *more, **named)
        gift = session.get_one(Gift, gift_id)
        if gift.state == GiftState.CAPTURED:
            named["post"].tell(session, gift, now=named["step"].now)
        return call

    def send(original: Callable[..., Any], session: Any, letter: Any, **named: Any) -> Any:
        return original(session, replace(letter, key=f"{letter.key}:{uuid.uuid4()}"), **named)

    for module in ("factually.donations.journey.fold", "factually.donations.monthly.charging.fold"):
        patch.setattr(module, lambda *arguments, **named: fold(settling.fold, *arguments, **named))
    _put(patch, receipts, "send_later", send)


def _book_again(patch: pytest.MonkeyPatch) -> None:
    def post(original: Callable[..., Any], session: Any, movement: Any, **named: Any) -> Any:
        return original(session, replace(movement, id=f"{movement.id}:{uuid.uuid4()}"), **named)

    _put(patch, aftercare, "post_movement", post)


def _open_no_case(patch: pytest.MonkeyPatch) -> None:
    _no(patch, rescreening, "open_cases", 0)


def _suspend_nothing(patch: pytest.MonkeyPatch) -> None:
    _no(patch, rescreening, "suspend")


def _collect_paused(patch: pytest.MonkeyPatch) -> None:
    def is_stopped(original: Callable[..., Any], session: Any, gift: Any, look: Any, monthly: Any) -> Any:
        return monthly.state != MonthlyState.PAUSED and original(session, gift, look, monthly)

    _put(patch, charging, "_is_stopped", is_stopped)
    patch.setattr(charging, "CHARGING", frozenset(MonthlyState))


def _collect_by_itself(patch: pytest.MonkeyPatch) -> None:
    def change(original: Callable[..., Any], own: Any, subscription: Any, *more: Any) -> None:
        original(own, subscription, *more)
        own._subscriptions.update(subscription.id, {"pause_collection": ""})  # noqa: SLF001 - a worse adapter

    _put(patch, StripeMonthly, "change", change)


def _end_here_alone(patch: pytest.MonkeyPatch) -> None:
    _no(patch, SubscriptionSync, "_end", answer=True)


def _subscribe_again(patch: pytest.MonkeyPatch) -> None:
    _put(patch, StripeMonthly, "subscribe", lambda original, own, order: original(own, _another_key(order)))
    _no(patch, StripeMonthly, "find_subscription")


PLANTED_BUGS: Final[Mapping[str, PlantedBug]] = {
    "a refund is sent again under another key, and not looked for": PlantedBug(SingleGifts, _refund_again),
    "a held gift is captured without a decision": PlantedBug(
        SingleGifts, lambda patch: _ask_nobody(patch, settling)
    ),
    "a held gift that nobody decided on in time is captured": PlantedBug(SingleGifts, _capture_undecided),
    "a refusal before the payment does not stop the card": PlantedBug(SingleGifts, _let_card_through),
    "a hold that is let go here stays at Stripe": PlantedBug(SingleGifts, _keep_hold),
    "each delivery of an event counts as another event": PlantedBug(SingleGifts, _take_in_again),
    "each look at a taken gift writes its receipt again": PlantedBug(SingleGifts, _write_again),
    "each look at a taken gift books it again": PlantedBug(SingleGifts, _book_again),
    "a changed register opens no case": PlantedBug(SingleGifts, _open_no_case),
    "a doubt does not stop monthly gifts": PlantedBug(MonthlyGifts, _suspend_nothing),
    "a held month is collected without a decision": PlantedBug(
        MonthlyGifts, lambda patch: _ask_nobody(patch, charging)
    ),
    "a month is collected though its donor paused": PlantedBug(MonthlyGifts, _collect_paused),
    "Stripe is left to collect months by itself": PlantedBug(MonthlyGifts, _collect_by_itself),
    "an end is not told to Stripe": PlantedBug(MonthlyGifts, _end_here_alone),
    "a subscription without an answer is begun again under another key": PlantedBug(
        MonthlyGifts, _subscribe_again
    ),
}
"""Each bug by the sentence that tells it."""
