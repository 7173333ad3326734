"""What follows a captured payment on the test cards that bring trouble: dispute, inquiry, warning.

It follows at once, within the request that captured, so that a test need not wait for it.
"""

from factually.stripe_sandbox import disputing, early_fraud_warnings
from factually.stripe_sandbox.payment_methods import card_of
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work


def follow(work: Work, charge: Document) -> None:
    """Bring what the card's number stands for."""
    trouble = card_of(work.get("payment_method", charge["payment_method"])).trouble
    if trouble == "early_fraud_warning":
        early_fraud_warnings.warn(work, charge)
    elif trouble == "inquiry":
        disputing.open_by(work, charge, reason="general", inquiry=True)
    elif trouble != "none":
        disputing.open_by(work, charge, reason=trouble)
