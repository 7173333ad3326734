"""One suite of real exchanges through the product's own gateway, the same at the sandbox and at Stripe.

It holds, takes, releases and gives back five made-up dollars, and never with a live key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from factually.donations.aftermath import GIVEN_BACK
from factually.donations.gateway import (
    BadSignature,
    CardDeclined,
    GatewayError,
    GatewayRefused,
    IdempotencyConflict,
    RefundOrder,
)
from factually.donations.intents import IntentStatus
from factually.donations.stripe_gateway import SIGNATURE_TOLERANCE_SECONDS, StripeGateway
from factually.foundation.identifiers import new_id
from factually.foundation.money import Money
from factually.serving.diagnosis.findings import first_sentence, ok, warning, without_secrets, wrong
from factually.serving.diagnosis.monthly_trial import try_monthly
from factually.serving.diagnosis.payment_trial import (
    AMOUNT,
    ASKS_THE_DONOR,
    DECLINED,
    NotAsExpected,
    PaymentTrial,
    expect,
)
from factually.serving.diagnosis.stripe_api import API_VERSION, StripeSaidNo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from factually.donations.stripe_account import StripeAccount
    from factually.serving.diagnosis.findings import Finding


def try_payments(account: StripeAccount, now: datetime) -> Iterator[Finding]:
    """Run the suite; a step that fails does not keep the others from being tried.

    Args:
        account: A test account, or the sandbox.
        now: The time.

    Raises:
        ValueError: The key is live, or the settings are dangerous otherwise.
    """
    if account.livemode:
        raise ValueError("The payment suite never runs with a live key: give a test key by --test-key FILE.")
    trial = PaymentTrial(account, StripeGateway(account), now, new_id())
    return without_secrets(_steps(trial), (account.secret_key, account.webhook_secret))


def _steps(trial: PaymentTrial) -> Iterator[Finding]:
    account = _tried("account", _account, trial)
    yield account
    if account.to_do:
        yield warning(
            "payments", "The payment exchanges were not tried.", "Ask again once the line above is ok."
        )
        return
    taken = True
    for name, step in STEPS.items():
        if taken or name not in _OF_MONEY_TAKEN:
            finding = _tried(name, step, trial)
            yield finding
            taken = taken and not (step is _hold_and_capture and finding.to_do)


def _tried(name: str, step: Callable[[PaymentTrial], str], trial: PaymentTrial) -> Finding:
    try:
        return ok(name, step(trial))
    except NotAsExpected as surprise:
        return wrong(name, str(surprise), "Take no gifts on this version until it is understood.")
    except GatewayRefused as refusal:
        return wrong(name, f"Refused: {refusal} ({refusal.code})", "Check the key and its rights.")
    except CardDeclined as decline:
        return wrong(name, f"Declined: {decline} ({decline.code})", "This test card must pay: ask Stripe.")
    except StripeSaidNo as refusal:
        return wrong(name, f"No card could be entered: {refusal}", "Check the key and the way to Stripe.")
    except GatewayError as failure:
        return wrong(
            name,
            f"No usable answer: {first_sentence(failure)}",
            "Check the way to Stripe (or start `factually demo`).",
        )


def _account(trial: PaymentTrial) -> str:
    trial.gateway.balances()
    place = "The sandbox" if trial.account.sandbox_address else "Stripe, in test mode,"
    return f"{place} answers and takes the key."


def _card_read(trial: PaymentTrial) -> str:
    card = trial.gateway.confirmation(trial.order("read").confirmation_token).card
    if card is None:
        raise NotAsExpected("The card entry shows no card, so that nothing can be screened before the hold.")
    return f"A card entry shows {card.brand}, {card.funding}, {card.country} before anything is created."


def _hold_and_capture(trial: PaymentTrial) -> str:
    charge = trial.taken.charge
    expect(trial.taken.status, IntentStatus.SUCCEEDED)
    if charge is None or charge.amount_captured != AMOUNT.minor:
        raise NotAsExpected(f"{AMOUNT} were held, and not the same was taken.")
    return f"{AMOUNT} held, then taken whole."


def _found(trial: PaymentTrial) -> str:
    wanted = trial.taken
    found = trial.gateway.find_intent(wanted.gift_id or "", since=trial.now - timedelta(hours=1))
    if found is None or found.id != wanted.id:
        raise NotAsExpected("A payment is not found by the gift it names: a lost answer could not be mended.")
    return "A payment whose answer was lost is found by the gift it names."


def _refund(trial: PaymentTrial) -> str:
    order = RefundOrder(
        refund_id=str(trial.run),
        intent_id=trial.taken.id,
        amount=AMOUNT.minor,
        idempotency_key=trial.key("refund"),
    )
    trial.gateway.refund(order)
    trial.gateway.refund(order)
    charge = trial.gateway.intent(trial.taken.id).charge
    refunds = () if charge is None else charge.refunds
    given_back = [refund.amount for refund in refunds if refund.state in GIVEN_BACK]
    if given_back != [AMOUNT.minor]:
        made = f"{len(given_back)} made, {Money(sum(given_back), AMOUNT.currency)} in all"
        raise NotAsExpected(f"One refund of {AMOUNT} was asked for, twice with one key: {made}.")
    return f"{AMOUNT} given back once, though asked for twice with one key."


def _release(trial: PaymentTrial) -> str:
    released = trial.release(trial.hold("release"))
    if released.charge is not None and (released.charge.amount_captured or released.charge.refunds):
        raise NotAsExpected("A released hold shows money taken or given back.")
    try:
        trial.gateway.capture(released.id, idempotency_key=trial.key("too late"))
    except GatewayRefused:
        return "A hold is released without a cent taken, and can't be taken afterwards."
    raise NotAsExpected("A released hold could still be taken.")


def _decline(trial: PaymentTrial) -> str:
    try:
        trial.gateway.authorise(trial.order("decline", DECLINED))
    except CardDeclined as decline:
        intent_id, code = decline.intent_id, decline.decline_code
    else:
        raise NotAsExpected("A card that must be declined paid.")
    if intent_id is None:
        raise NotAsExpected("A decline names no intent, so that a second card would make a second one.")
    again = trial.gateway.authorise_again(intent_id, trial.order("second card"))
    expect(again.status, IntentStatus.REQUIRES_CAPTURE)
    trial.release(again)
    return f"A decline ({code}) leaves one intent, which a second card then uses."


def _authentication(trial: PaymentTrial) -> str:
    asked = trial.gateway.authorise(trial.order("3ds", ASKS_THE_DONOR))
    expect(asked.status, IntentStatus.REQUIRES_ACTION)
    if asked.client_secret is None:
        raise NotAsExpected("The browser is given nothing to ask the donor with.")
    trial.release(asked)
    return "A card with 3-D Secure waits for the donor, and no money is held meanwhile."


def _repeat(trial: PaymentTrial) -> str:
    order = trial.order("repeat")
    first, second = trial.gateway.authorise(order), trial.gateway.authorise(order)
    trial.release(first)
    if first.id != second.id:
        trial.release(second)
        raise NotAsExpected("One order sent twice made two intents.")
    return "One order sent twice is one intent."


def _other_parameters(trial: PaymentTrial) -> str:
    first = trial.hold("changed")
    try:
        second = trial.gateway.authorise(trial.order("changed"))
    except IdempotencyConflict:
        return "A key used again with another card is refused."
    finally:
        trial.release(first)
    if second.id != first.id:
        trial.release(second)
    raise NotAsExpected("A key was taken again with another card.")


def _signatures(trial: PaymentTrial) -> str:
    event = {
        "id": "evt_doctor",
        "object": "event",
        "type": "payment_intent.succeeded",
        "livemode": False,
        "api_version": API_VERSION,
        "data": {"object": {"id": "pi_doctor", "object": "payment_intent"}},
    }
    body = json.dumps(event).encode()
    signed_at = int(trial.now.timestamp())
    secret = trial.account.webhook_secret
    trial.gateway.read_notice(body, _signature(body, secret, signed_at))
    forged = {
        "changed after it was signed": (body + b" ", _signature(body, secret, signed_at)),
        "signed with another secret": (body, _signature(body, f"{secret}x", signed_at)),
        "signed too long ago": (body, _signature(body, secret, signed_at - SIGNATURE_TOLERANCE_SECONDS - 60)),
    }
    for what, (payload, signature) in forged.items():
        try:
            trial.gateway.read_notice(payload, signature)
        except BadSignature:
            continue
        raise NotAsExpected(f"An event {what} was believed.")
    return "A signed event is believed; one changed, forged or old is not."


def _signature(body: bytes, secret: str, at: int) -> str:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


STEPS: Final[dict[str, Callable[[PaymentTrial], str]]] = {
    "card entry": _card_read,
    "hold and take": _hold_and_capture,
    "find": _found,
    "refund": _refund,
    "release": _release,
    "decline": _decline,
    "3-D Secure": _authentication,
    "same key twice": _repeat,
    "key reused": _other_parameters,
    "monthly": try_monthly,
    "webhook": _signatures,
}
"""What each step shows, in the order of trying."""
_OF_MONEY_TAKEN: Final = frozenset({"find", "refund"})
