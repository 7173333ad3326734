"""What the passing of time brings: lapsed holds, refunds that end, money that becomes available."""

from factually.stripe_sandbox import capturing, refunds
from factually.stripe_sandbox.store import Selection
from factually.stripe_sandbox.work import Work


def settle(work: Work) -> None:
    """Do all that the sandbox's clock has made due."""
    for intent in capturing.lapsed_holds(work):
        capturing.lapse(work, intent)
    for refund in work.records.select("refund"):
        if refund.get("_settles_at", work.now + 1) <= work.now:
            refunds.settle(work, refund)
    for transaction in work.records.select("balance_transaction", Selection(equal={"status": "pending"})):
        if transaction["available_on"] <= work.now:
            transaction["status"] = "available"
            work.records.save(transaction)
