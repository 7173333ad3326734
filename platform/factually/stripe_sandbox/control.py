"""The sandbox's own routes under /_sandbox: faults, clock, deliveries, resending, rolling a secret."""

from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from factually.stripe_sandbox import clock, due, events, webhook_endpoints
from factually.stripe_sandbox.bodies import json_body, refused
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.faults import Fault, Faults
from factually.stripe_sandbox.store import Selection, Store
from factually.stripe_sandbox.work import Work

_LONGEST_STEP: Final = 10 * 366 * 24 * 3600


def control_blueprint(store: Store, faults: Faults) -> Blueprint:
    """Make the routes; bodies are JSON, which a foreign web page cannot send without being asked first."""
    blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")
    control = _Control(store, faults)
    blueprint.register_error_handler(ApiError, refused)
    blueprint.post("/faults")(control.add_fault)
    blueprint.get("/faults")(control.read_faults)
    blueprint.delete("/faults")(control.clear_faults)
    blueprint.get("/clock")(control.read_clock)
    blueprint.post("/clock")(control.advance_clock)
    blueprint.get("/deliveries")(control.deliveries)
    blueprint.post("/events/<event_id>/resend")(control.resend)
    blueprint.post("/webhook_endpoints/<endpoint_id>/roll_secret")(control.roll_secret)
    return blueprint


class _Control:
    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    def add_fault(self) -> ResponseReturnValue:
        given = json_body({"route": str, "kind": str}, {"count": int, "seconds": (int, float)})
        self._faults.add(Fault(**given))
        return jsonify(given), 201

    def read_faults(self) -> Response:
        return jsonify(data=self._faults.waiting())

    def clear_faults(self) -> ResponseReturnValue:
        self._faults.clear()
        return "", 204

    def read_clock(self) -> Response:
        with self._store.transaction() as records:
            return jsonify(now=clock.now(records))

    def advance_clock(self) -> Response:
        seconds = json_body({"advance": int})["advance"]
        if abs(seconds) > _LONGEST_STEP:
            raise ApiError("advance must be ten years at most, in seconds.", param="advance")
        with self._store.transaction() as records:
            if seconds < 0 and records.select("event", Selection(limit=1)):
                raise ApiError("The clock only goes back while nothing has happened.", param="advance")
            now = clock.advance(records, seconds)
            due.settle(records, now)
        return jsonify(now=now)

    def deliveries(self) -> Response:
        equal = {name: request.args[name] for name in ("event", "state") if name in request.args}
        limit = request.args.get("limit", -1, type=int)
        with self._store.transaction() as records:
            return jsonify(data=records.select(events.DELIVERY, Selection(equal=equal, limit=limit)))

    def resend(self, event_id: str) -> ResponseReturnValue:
        with self._store.transaction() as records:
            work = Work.by_itself(records)
            event = work.get("event", event_id)
            endpoints = records.select("webhook_endpoint", Selection(equal={"status": "enabled"}))
            planned = [events.plan_delivery(work, event, endpoint) for endpoint in endpoints]
        return jsonify(data=planned), 202

    def roll_secret(self, endpoint_id: str) -> Response:
        with self._store.transaction() as records:
            return jsonify(secret=webhook_endpoints.roll_secret(Work.by_itself(records), endpoint_id))
