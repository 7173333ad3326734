"""The sandbox's own routes under /_sandbox: faults, clock, deliveries, resending, rolling a secret."""

import json
from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from factually.stripe_sandbox import clock, due, events, webhook_endpoints
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.faults import Fault, Faults
from factually.stripe_sandbox.store import Document, Selection, Store
from factually.stripe_sandbox.work import Work

_LONGEST_STEP: Final = 10 * 366 * 24 * 3600


def control_blueprint(store: Store, faults: Faults) -> Blueprint:
    """Make the routes; bodies are JSON, which a foreign web page cannot send without being asked first."""
    blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")
    control = _Control(store, faults)
    blueprint.register_error_handler(ApiError, _refused)
    blueprint.post("/faults")(control.add_fault)
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
        given = _body({"route": str, "kind": str}, {"count": int, "seconds": (int, float)})
        self._faults.add(Fault(**given))
        return jsonify(given), 201

    def clear_faults(self) -> ResponseReturnValue:
        self._faults.clear()
        return "", 204

    def read_clock(self) -> Response:
        with self._store.transaction() as records:
            return jsonify(now=clock.now(records))

    def advance_clock(self) -> Response:
        seconds = _body({"advance": int})["advance"]
        if not 0 <= seconds <= _LONGEST_STEP:
            raise ApiError("advance must be between 0 and ten years, in seconds.", param="advance")
        with self._store.transaction() as records:
            now = clock.advance(records, seconds)
            due.settle(Work.by_itself(records))
        return jsonify(now=now)

    def deliveries(self) -> Response:
        equal = {"event": request.args["event"]} if "event" in request.args else {}
        with self._store.transaction() as records:
            return jsonify(data=records.select(events.DELIVERY, Selection(equal=equal)))

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


def _refused(error: ApiError) -> ResponseReturnValue:
    return jsonify(error=error.body()), error.status


def _body(required: dict[str, type], optional: dict[str, type | tuple[type, ...]] | None = None) -> Document:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise ApiError("Send a JSON object with Content-Type: application/json.")
    known: dict[str, type | tuple[type, ...]] = {**required, **(optional or {})}
    for name, value in given.items():
        if name not in known:
            raise ApiError(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
        if not isinstance(value, known[name]) or isinstance(value, bool):
            raise ApiError(f"Invalid {name}: {json.dumps(value)}", param=name)
    for name in required:
        if name not in given:
            raise ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return given
