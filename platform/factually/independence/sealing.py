"""Where this package's sealed columns live; a ciphertext opens nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.foundation.crypto import Place

if TYPE_CHECKING:
    import uuid

INPUTS_HASH: Final = "screening.inputs"
"""Purpose of the keyed hash over a screening's inputs."""


def inputs_place(screening_id: uuid.UUID) -> Place:
    """Return the place of a screening's inputs."""
    return Place("screening", "inputs", str(screening_id))


def detail_place(screening_id: uuid.UUID, position: int) -> Place:
    """Return the place of a finding's detail."""
    return Place("screening_finding", "detail", f"{screening_id}/{position}")


def reason_place(decision_id: uuid.UUID) -> Place:
    """Return the place of the reason a reviewer gave."""
    return Place("gift_decision", "reason", str(decision_id))
