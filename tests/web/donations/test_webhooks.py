from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
import stripe
from sqlalchemy import select, text

from factually.donations.models import WebhookEvent

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.support.donation_factories import GivingDesk


def event(gift_id: str, *, event_id: str = "evt_1", livemode: bool = False) -> bytes:
    intent = {"object": "payment_intent", "id": "pi_1", "metadata": {"gift": gift_id}}
    return json.dumps(
        {
            "id": event_id,
            "object": "event",
            "type": "payment_intent.succeeded",
            "livemode": livemode,
            "api_version": "2026-10-28.endive",
            "data": {"object": intent},
        }
    ).encode()


def deliver(client: FlaskClient, desk: GivingDesk, payload: bytes, *, age: int = 0) -> TestResponse:
    header = stripe.WebhookSignature.generate_signature_header(
        payload.decode(), desk.sandbox.webhook_secret, int(time.time()) - age
    )
    return client.post("/webhooks/stripe", data=payload, headers={"Stripe-Signature": header})


def inbox(desk: GivingDesk) -> list[tuple[str, str | None]]:
    with desk.database.transaction() as session:
        rows = session.execute(select(WebhookEvent.event_id, WebhookEvent.damaged_reason))
        return [(event_id, reason) for event_id, reason in rows]


def queued(desk: GivingDesk) -> int:
    with desk.database.transaction() as session:
        return int(session.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one())


def test_a_signed_event_is_stored_once_and_queues_its_gift_once(
    client: FlaskClient, desk: GivingDesk
) -> None:
    payload = event(str(desk.pledge().id))
    assert [deliver(client, desk, payload).status_code for _ in range(3)] == [200, 200, 200]
    assert inbox(desk) == [("evt_1", None)]
    assert queued(desk) == 1


def test_an_event_that_is_badly_signed_or_stale_is_turned_away(client: FlaskClient, desk: GivingDesk) -> None:
    payload = event(str(desk.pledge().id))
    assert client.post("/webhooks/stripe", data=payload).status_code == 400
    assert deliver(client, desk, payload, age=301).status_code == 400
    assert inbox(desk) == []


def test_an_event_of_the_other_mode_is_turned_away_and_noted_once(
    client: FlaskClient, desk: GivingDesk
) -> None:
    payload = event(str(desk.pledge().id), livemode=True)
    assert [deliver(client, desk, payload).status_code for _ in range(2)] == [400, 400]
    [(event_id, reason)] = inbox(desk)
    assert event_id.startswith("damaged:")
    assert reason == "evt_1 is of live mode, and this site is in the other one"
    assert queued(desk) == 0


def test_a_body_that_is_no_text_is_turned_away_and_leaves_no_trace(
    client: FlaskClient, desk: GivingDesk
) -> None:
    answer = client.post("/webhooks/stripe", data=b"\xff\xfe", headers={"Stripe-Signature": "t=1,v1=00"})
    assert answer.status_code == 400
    assert inbox(desk) == []


def test_a_signed_body_that_is_no_event_is_kept_as_damaged(client: FlaskClient, desk: GivingDesk) -> None:
    assert [deliver(client, desk, b'{"object": "event"}').status_code for _ in range(2)] == [200, 200]
    [(event_id, reason)] = inbox(desk)
    assert event_id.startswith("damaged:")
    assert reason


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"{not json", "the body is no JSON"),
        (b"", "the body is no JSON"),
        (b"[]", "the body is no event"),
        (b'{"object": "event", "type": "x", "livemode": false}', "id is no text"),
        (b'{"object": "event", "id": "", "type": "x", "livemode": false}', "id is empty"),
        (b'{"object": "v2.core.event"}', "the event is one of API v2, which this software does not read"),
    ],
)
def test_why_an_event_was_damaged_is_kept_in_words(
    client: FlaskClient, desk: GivingDesk, payload: bytes, reason: str
) -> None:
    assert deliver(client, desk, payload).status_code == 200
    assert [why for _, why in inbox(desk)] == [reason]


def test_an_event_larger_than_any_of_stripes_is_turned_away(client: FlaskClient, desk: GivingDesk) -> None:
    assert deliver(client, desk, b" " * (257 * 1024)).status_code == 413
