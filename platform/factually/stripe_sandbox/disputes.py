"""Disputes as we see them: to read, to answer with evidence, to give up; the bank acts in `disputing`."""

from factually.stripe_sandbox import disputing, events
from factually.stripe_sandbox.dispute_evidence import EVIDENCE, combined
from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.listing import list_shape, page
from factually.stripe_sandbox.shapes import EXPAND, Shape, boolean, merged, metadata, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

UPDATE = Shape({"evidence": EVIDENCE, "expand": EXPAND, "metadata": metadata, "submit": boolean})
CLOSE = RETRIEVE = Shape({"expand": EXPAND})
LIST = list_shape(charge=text(), payment_intent=text())


def retrieve(work: Work, _parameters: Document, identifier: str) -> Document:
    """GET /v1/disputes/{dispute}."""
    return work.get("dispute", identifier)


def list_all(work: Work, parameters: Document) -> Document:
    """GET /v1/disputes."""
    return page(work, "dispute", parameters, "charge", "payment_intent")


def update(work: Work, parameters: Document, identifier: str) -> Document:
    """POST /v1/disputes/{dispute}: evidence, sent to the bank at once unless `submit` is false.

    Raises:
        ApiError: evidence where the bank waits for none any more.
    """
    dispute = work.get("dispute", identifier)
    before = {name: dispute[name] for name in ("evidence", "evidence_details", "metadata", "status")}
    evidence = parameters.get("evidence")
    submitted = parameters.get("submit", evidence is not None)
    if (evidence is not None or submitted) and dispute["status"] not in disputing.OPEN:
        raise _over(dispute)
    if evidence is not None:
        dispute["evidence"] = combined(dispute["evidence"], evidence)
        dispute["evidence_details"] = {**dispute["evidence_details"], "has_evidence": True}
    if "metadata" in parameters:
        dispute["metadata"] = merged(dispute["metadata"], parameters["metadata"])
    if submitted:
        disputing.submit(work, dispute)
    difference = {name: value for name, value in before.items() if dispute[name] != value}
    work.records.save(dispute)
    if difference:
        events.emit(work, "charge.dispute.updated", dispute, difference)
    return dispute


def close(work: Work, _parameters: Document, identifier: str) -> Document:
    """POST /v1/disputes/{dispute}/close: give in; the dispute is lost.

    Raises:
        ApiError: it waits for no answer.
    """
    dispute = work.get("dispute", identifier)
    if dispute["status"] not in disputing.OPEN:
        raise _over(dispute)
    disputing.give_in(work, dispute)
    return dispute


def _over(dispute: Document) -> ApiError:
    return ApiError(
        f"This dispute has a status of {dispute['status']}; it takes no evidence and cannot be closed.",
        code="dispute_unexpected_state",
    )
