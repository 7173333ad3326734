"""The sandbox's own routes for what a bank, a card network or Stripe does of its own accord."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from factually.stripe_sandbox import clock, disputing, due, early_fraud_warnings, payouts, refund_ends
from factually.stripe_sandbox.bodies import json_body, refused
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Document, Records, Store, public
from factually.stripe_sandbox.work import Work


def forcing_blueprint(store: Store) -> Blueprint:
    """Make the routes under /_sandbox that force a dispute, a warning, a refund's end or a payout."""
    blueprint = Blueprint("forcing", __name__, url_prefix="/_sandbox")
    forcing = _Forcing(store)
    blueprint.register_error_handler(ApiError, refused)
    blueprint.post("/disputes")(forcing.open_dispute)
    blueprint.post("/disputes/<dispute_id>/decide")(forcing.decide_dispute)
    blueprint.post("/early_fraud_warnings")(forcing.warn)
    blueprint.post("/refunds/<refund_id>")(forcing.end_refund)
    blueprint.post("/payouts")(forcing.pay_out)
    blueprint.post("/payouts/<payout_id>/arrive")(forcing.arrive)
    blueprint.post("/payouts/<payout_id>/fail")(forcing.fail_payout)
    blueprint.post("/payout_schedule")(forcing.set_schedule)
    return blueprint


class _Forcing:
    def __init__(self, store: Store) -> None:
        self._store = store

    def open_dispute(self) -> ResponseReturnValue:
        given = json_body({"charge": str}, {"reason": str, "inquiry": bool})
        reason = given.get("reason", "fraudulent")
        if reason not in disputing.REASONS:
            raise ApiError(f"reason must be one of {', '.join(disputing.REASONS)}", param="reason")
        with self._store.transaction() as records:
            work = _work(records)
            charge = work.get("charge", given["charge"], param="charge")
            dispute = disputing.open_by(work, charge, reason=reason, inquiry=given.get("inquiry", False))
        return _made(dispute)

    def decide_dispute(self, dispute_id: str) -> Response:
        outcome = json_body({"outcome": str})["outcome"]
        with self._store.transaction() as records:
            work = _work(records)
            dispute = work.get("dispute", dispute_id)
            disputing.decide(work, dispute, outcome)
        return jsonify(public(dispute))

    def warn(self) -> ResponseReturnValue:
        given = json_body({"charge": str})
        with self._store.transaction() as records:
            work = _work(records)
            warning = early_fraud_warnings.warn(work, work.get("charge", given["charge"], param="charge"))
        return _made(warning)

    def end_refund(self, refund_id: str) -> Response:
        status = json_body({"status": str})["status"]
        with self._store.transaction() as records:
            work = _work(records)
            refund = work.get("refund", refund_id)
            refund_ends.force(work, refund, status)
        return jsonify(public(refund))

    def pay_out(self) -> ResponseReturnValue:
        json_body({})
        with self._store.transaction() as records:
            payout = payouts.pay_out(_work(records))
        return _made(payout)

    def arrive(self, payout_id: str) -> Response:
        json_body({})
        with self._store.transaction() as records:
            work = _work(records)
            payouts.arrive(work, payout_id)
            return jsonify(public(work.get("payout", payout_id)))

    def fail_payout(self, payout_id: str) -> Response:
        json_body({})
        with self._store.transaction() as records:
            return jsonify(public(payouts.fail(_work(records), payout_id)))

    def set_schedule(self) -> Response:
        interval = json_body({"interval": str})["interval"]
        with self._store.transaction() as records:
            payouts.set_schedule(_work(records), interval)
        return jsonify(interval=interval)


def _work(records: Records) -> Work:
    """Make the work of the sandbox's own accord, after what was due before it."""
    due.settle(records, clock.now(records))
    return Work.by_itself(records)


def _made(document: Document) -> ResponseReturnValue:
    return jsonify(public(document)), 201
