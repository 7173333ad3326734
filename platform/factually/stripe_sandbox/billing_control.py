"""The sandbox's own routes for saved cards and dunning: what networks and account settings do at Stripe."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from factually.stripe_sandbox import dunning, payment_methods, saved_cards
from factually.stripe_sandbox.bodies import json_body, refused
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.store import Store, public
from factually.stripe_sandbox.work import Work


def billing_control_blueprint(store: Store) -> Blueprint:
    """Make the routes under /_sandbox that replace a card and choose what follows the last retry."""
    blueprint = Blueprint("billing_control", __name__, url_prefix="/_sandbox")
    control = _BillingControl(store)
    blueprint.register_error_handler(ApiError, refused)
    blueprint.post("/payment_methods/<method_id>/replace")(control.replace_card)
    blueprint.post("/dunning")(control.choose_dunning)
    return blueprint


class _BillingControl:
    def __init__(self, store: Store) -> None:
        self._store = store

    def replace_card(self, method_id: str) -> Response:
        """Put another test card, or the same with a later expiry, behind a saved card."""
        given = json_body({"card": str}, {"exp_month": int, "exp_year": int})
        card = payment_methods.named_card(given["card"])
        with self._store.transaction() as records:
            work = Work.by_itself(records)
            month, year = payment_methods.test_expiry(work.now)
            expires = given.get("exp_month", month), given.get("exp_year", year)
            return jsonify(public(saved_cards.replace_by_network(work, method_id, card, expires)))

    def choose_dunning(self) -> ResponseReturnValue:
        """Choose `cancel`, `unpaid` or `past_due` for a subscription whose last retry failed."""
        after = json_body({"after_retries": str})["after_retries"]
        if after not in dunning.AFTER_RETRIES:
            raise ApiError(
                f"after_retries must be one of {', '.join(dunning.AFTER_RETRIES)}", param="after_retries"
            )
        with self._store.transaction() as records:
            dunning.choose(Work.by_itself(records), after)
        return "", 204
