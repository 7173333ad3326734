"""Comes to a stored decision again from what was stored with it, and says what differs."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING

from factually.foundation.errors import NotFound
from factually.independence.models import Screening
from factually.independence.queries import stored_findings
from factually.independence.registers.engine import ENGINE
from factually.independence.sealing import INPUTS_HASH, inputs_place
from factually.independence.stored_cases import decide_as_then, stored_case

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from factually.foundation.crypto import Keyring
    from factually.independence.findings import Finding


@dataclass(frozen=True, kw_only=True)
class ReplayReport:
    """Whether a decision came out the same; `differences` never repeat what the donor said."""

    same: bool
    differences: tuple[str, ...]


def replay(session: Session, screening_id: uuid.UUID, *, keyring: Keyring) -> ReplayReport:
    """Decide again on the stored inputs, under the stored policy and register versions.

    Raises:
        NotFound: No such screening.
        DamagedCiphertext: The stored inputs or evidence were altered.
    """
    screening = session.get(Screening, screening_id)
    if screening is None:
        raise NotFound("No such screening.")
    text = keyring.decrypt(screening.inputs, inputs_place(screening_id))
    stored = stored_findings(session, [screening_id], keyring)[screening_id]
    differences = list(_changed_basis(screening, keyring.blind_index(text, INPUTS_HASH)))
    case = stored_case(session, text, screening.facts)
    decision = decide_as_then(session, case, screening.policy_version)
    if decision.outcome.value != screening.outcome:
        differences.append(f"The outcome was {screening.outcome} and is now {decision.outcome}.")
    differences += _changed_findings(stored, decision.findings)
    return ReplayReport(same=not differences, differences=tuple(differences))


def _changed_basis(screening: Screening, inputs_hash: bytes) -> Iterator[str]:
    if not compare_digest(screening.inputs_hash, inputs_hash):
        yield "The inputs do not have the hash that was stored with them."
    if screening.matcher != ENGINE:
        yield f"It was made by {screening.matcher}; this is {ENGINE}."


def _changed_findings(before: Sequence[Finding], after: Sequence[Finding]) -> Iterator[str]:
    if [finding.rule_id for finding in before] != [finding.rule_id for finding in after]:
        yield "Other rules answered, or in another order."
        return
    for old, new in zip(before, after, strict=True):
        if old.outcome != new.outcome:
            yield f"{old.rule_id} answered {old.outcome} and now answers {new.outcome}."
        elif old != new:
            yield f"{old.rule_id} answers {new.outcome} again, on other evidence."
