from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
import stripe

from factually.donations.aftermath import RefundState
from factually.donations.gateway import (
    AuthorisationOrder,
    BadSignature,
    CardDeclined,
    GatewayRefused,
    GatewayUnavailable,
    IdempotencyConflict,
)
from factually.donations.intents import IntentStatus
from factually.donations.stripe_account import StripeAccount
from factually.donations.stripe_gateway import StripeGateway
from factually.foundation.money import Money
from tests.support.checked_gateways import checked_gateway
from tests.support.stripe_sandbox import WEBHOOK_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.donation_factories import GivingDesk
    from tests.support.stripe_sandbox import RunningSandbox


def order(desk: GivingDesk, card: str = "pm_card_visa", *, key: str) -> AuthorisationOrder:
    return AuthorisationOrder(
        gift_id=f"gift of {key}",
        amount=Money(500, "USD"),
        confirmation_token=desk.token(card),
        idempotency_key=key,
    )


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """A server that gives every request the same answer, as a broken proxy would."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def gateway_to(address: str) -> tuple[StripeGateway, stripe.RequestsClient]:
    account = StripeAccount(
        secret_key="sk_test_factually", webhook_secret="whsec_x", sandbox_address=address, production=False
    )
    http_client = stripe.RequestsClient(timeout=(1, 1))
    return StripeGateway(account, http_client=http_client), http_client


def test_a_card_entry_shows_its_card_before_anything_is_created(desk: GivingDesk) -> None:
    card = desk.gateway.confirmation(desk.token("pm_card_mastercard_prepaid")).card
    assert card is not None
    assert (card.brand, card.funding, card.country, len(card.last4)) == ("mastercard", "prepaid", "US", 4)
    assert card.fingerprint


def test_a_hold_says_when_the_bank_drops_it(desk: GivingDesk) -> None:
    snapshot = desk.gateway.authorise(order(desk, key="hold"))
    assert snapshot.status is IntentStatus.REQUIRES_CAPTURE
    assert snapshot.charge is not None
    assert snapshot.charge.capture_before is not None
    now = datetime.fromtimestamp(desk.sandbox.advance(0), UTC)
    assert timedelta(days=4) < snapshot.charge.capture_before - now < timedelta(days=8)


@pytest.mark.parametrize(
    ("card", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedStolenCard", "stolen_card"),
    ],
)
def test_a_decline_names_the_intent_that_stays_usable(desk: GivingDesk, card: str, decline_code: str) -> None:
    with pytest.raises(CardDeclined) as declined:
        desk.gateway.authorise(order(desk, card, key=f"declined {card}"))
    assert (declined.value.code, declined.value.decline_code) == ("card_declined", decline_code)
    assert declined.value.intent_id is not None
    assert desk.gateway.intent(declined.value.intent_id).status is IntentStatus.REQUIRES_PAYMENT_METHOD


def test_our_words_end_the_line_on_the_cards_statement(desk: GivingDesk) -> None:
    with checked_gateway(desk.sandbox, card_statement="FACTUALLY* GIFT") as gateway:
        gateway.authorise(order(desk, key="with our words"))
    assert desk.at_sandbox("charges")[0]["calculated_statement_descriptor"] == "FACTUALLY* GIFT"
    desk.gateway.authorise(order(desk, key="without"))
    assert desk.at_sandbox("charges")[0]["calculated_statement_descriptor"] == "FACTUALLY"


def test_the_same_order_twice_is_one_intent(desk: GivingDesk) -> None:
    same = order(desk, key="twice")
    assert desk.gateway.authorise(same).id == desk.gateway.authorise(same).id


def test_a_key_with_other_parameters_is_a_conflict(desk: GivingDesk) -> None:
    desk.gateway.authorise(order(desk, key="changed"))
    with pytest.raises(IdempotencyConflict):
        desk.gateway.authorise(order(desk, key="changed"))


def test_an_intent_is_found_by_the_gift_it_names(desk: GivingDesk) -> None:
    made = desk.gateway.authorise(order(desk, key="to be found"))
    since = datetime.now(UTC) - timedelta(minutes=5)
    found = desk.gateway.find_intent("gift of to be found", since=since)
    assert found is not None
    assert found.id == made.id
    assert desk.gateway.find_intent("gift of nobody", since=since) is None


def test_what_stripe_understands_and_declines_to_do_is_a_refusal(desk: GivingDesk) -> None:
    captured = desk.gateway.authorise(order(desk, key="captured")).id
    desk.gateway.capture(captured, idempotency_key="capture it")
    with pytest.raises(GatewayRefused) as refused:
        desk.gateway.cancel(captured, idempotency_key="too late")
    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_refund_is_seen_and_a_released_hold_is_none(desk: GivingDesk) -> None:
    captured = desk.gateway.authorise(order(desk, key="refunded")).id
    desk.gateway.capture(captured, idempotency_key="capture before refund")
    desk.sandbox.client().v1.refunds.create({"payment_intent": captured, "amount": 200})
    charge = desk.gateway.intent(captured).charge
    assert charge is not None
    assert [(refund.amount, refund.state) for refund in charge.refunds] == [(200, RefundState.SUCCEEDED)]
    assert [movement.reporting_category for movement in charge.movements] == ["charge", "refund"]
    assert [movement.amount for movement in charge.movements] == [500, -200]
    released = desk.gateway.authorise(order(desk, key="released")).id
    charge = desk.gateway.cancel(released, idempotency_key="release it").charge
    assert charge is not None
    assert (charge.refunds, charge.captured, charge.movements) == ((), False, ())


def test_a_wrong_key_is_a_refusal(running_sandbox: RunningSandbox) -> None:
    account = StripeAccount(
        secret_key="sk_test_", webhook_secret="whsec_x", sandbox_address=running_sandbox.url, production=False
    )
    http_client = stripe.RequestsClient(timeout=5)
    with pytest.raises(GatewayRefused):
        StripeGateway(account, http_client=http_client).intent("pi_nothing")
    http_client.close()  # type: ignore[no-untyped-call]  # the SDK left it without annotations


@pytest.mark.parametrize(
    "body", [b"<html>a proxy's page</html>", b'{"id": 7}', b'{"object": "payment_intent"}']
)
def test_an_answer_that_makes_no_sense_leaves_the_outcome_unknown(body: bytes) -> None:
    with answering(body) as address:
        gateway, http_client = gateway_to(address)
        with pytest.raises(GatewayUnavailable):
            gateway.intent("pi_1")
        http_client.close()  # type: ignore[no-untyped-call]  # the SDK left it without annotations


def test_nobody_at_the_address_leaves_the_outcome_unknown() -> None:
    with answering(b"") as address:
        pass
    gateway, http_client = gateway_to(address)
    with pytest.raises(GatewayUnavailable):
        gateway.intent("pi_1")
    http_client.close()  # type: ignore[no-untyped-call]  # the SDK left it without annotations


def signed(payload: bytes, *, age: int = 0, secret: str = WEBHOOK_SECRET) -> str:
    stamp = int(datetime.now(UTC).timestamp()) - age
    return str(stripe.WebhookSignature.generate_signature_header(payload.decode(), secret, stamp))


EVENT = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "livemode": False,
        "api_version": "2026-10-28.endive",
        "data": {"object": {"object": "payment_intent", "id": "pi_1", "metadata": {"gift": "g"}}},
    }
).encode()


def test_a_signed_event_is_read(desk: GivingDesk) -> None:
    notice = desk.gateway.read_notice(EVENT, signed(EVENT, age=299))
    assert (notice.event_id, notice.intent_id, notice.gift_id) == ("evt_1", "pi_1", "g")


@pytest.mark.parametrize(
    "signature",
    ["", "t=1,v1=00", signed(EVENT, age=301), signed(EVENT, secret="whsec_other"), signed(EVENT + b" ")],
    ids=["none", "made up", "stale", "another secret", "another body"],
)
def test_an_event_not_signed_just_now_by_stripe_is_refused(desk: GivingDesk, signature: str) -> None:
    with pytest.raises(BadSignature):
        desk.gateway.read_notice(EVENT, signature)


@pytest.mark.parametrize("body", [b"not JSON", b"[]", b'{"object": "v2.core.event"}', b'{"object": "event"}'])
def test_a_signed_body_that_is_no_event_is_named_so(desk: GivingDesk, body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        desk.gateway.read_notice(body, signed(body))
