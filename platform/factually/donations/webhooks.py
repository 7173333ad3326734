"""Stripe's webhook: verified, written down once, answered at once; the work is the worker's."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, request

from factually.donations.context import donations_context
from factually.donations.gateway import BadSignature
from factually.donations.inbox import accept, keep_damaged
from factually.web.access import ANYONE, policy
from factually.web.context import web_context

blueprint = Blueprint("webhooks", __name__)
_MODES: Final = {False: "test", True: "live"}


@blueprint.post("/webhooks/stripe", endpoint="receive")
@policy(ANYONE, csrf=False)
def receive() -> tuple[str, int]:
    """Take one event: 400 unless Stripe signed it within 300 seconds, 200 as soon as it is stored.

    An event is a hint (stripe.md section 5): the job it queues fetches the truth. One of the other mode is
    turned away, and noted for the operators: somebody's endpoint there has our address and secret.
    """
    donations = donations_context()
    web = web_context()
    payload = request.get_data()
    try:
        notice = donations.gateway.read_notice(payload, request.headers.get("Stripe-Signature", ""))
    except BadSignature:
        return "bad signature", 400
    except ValueError as error:
        with web.database.transaction() as session:
            keep_damaged(session, payload, str(error), livemode=donations.livemode, now=web.clock.now())
        return "kept as damaged", 200
    if notice.livemode != donations.livemode:
        with web.database.transaction() as session:
            keep_damaged(
                session,
                payload,
                f"{notice.event_id} is of {_MODES[notice.livemode]} mode, and this site is in the other one",
                livemode=notice.livemode,
                now=web.clock.now(),
            )
        return "wrong mode", 400
    with web.database.transaction() as session:
        accept(session, notice, now=web.clock.now())
    return "ok", 200
