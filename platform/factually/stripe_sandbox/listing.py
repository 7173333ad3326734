"""Lists: cursors, creation ranges and filters, the same for every kind of object."""

from dataclasses import replace
from typing import Final

from factually.stripe_sandbox.errors import ApiError, missing
from factually.stripe_sandbox.shapes import EXPAND, Reader, Shape, integer, nested, text
from factually.stripe_sandbox.store import Document, Selection
from factually.stripe_sandbox.work import Work

_LONGEST: Final = 100
_USUAL: Final = 10
_RANGE = nested(Shape({bound: integer() for bound in ("gt", "gte", "lt", "lte")}))


def _created(name: str, value: object) -> object:
    return _RANGE(name, value) if isinstance(value, dict) else integer()(name, value)


CURSORS: Final[dict[str, Reader]] = {
    "limit": integer(1, _LONGEST),
    "starting_after": text(),
    "ending_before": text(),
    "expand": EXPAND,
}
"""The parameters of every list operation."""


def list_shape(**filters: Reader) -> Shape:
    """Describe a list operation: cursors, creation range and its own filters."""
    return Shape({**CURSORS, "created": _created, **filters})


def page(
    work: Work, kind: str, parameters: Document, *filters: str, selection: Selection | None = None
) -> Document:
    """Read one page of a kind, newest first, as Stripe's list object; `url` is filled in by the caller.

    `filters` are the parameters that must equal the field of their name; `selection` narrows further.

    Raises:
        ApiError: a cursor that names nothing, or both cursors at once.
    """
    limit = int(parameters.get("limit", _USUAL))
    after, before = parameters.get("starting_after"), parameters.get("ending_before")
    if after and before:
        raise ApiError("You cannot parameterize both starting_after and ending_before.")
    earliest, latest = _bounds(parameters.get("created"))
    wanted = selection or Selection()
    found = work.records.select(
        kind,
        replace(
            wanted,
            equal={**wanted.equal, **{name: parameters[name] for name in filters if name in parameters}},
            below=_place(work, kind, after, "starting_after"),
            above=_place(work, kind, before, "ending_before"),
            earliest=max(filter(None, (earliest, wanted.earliest)), default=None),
            latest=latest,
            limit=limit + 1,
        ),
    )
    shown = found[:limit]
    if before:
        shown.reverse()
    return {"object": "list", "data": shown, "has_more": len(found) > limit}


def _place(work: Work, kind: str, identifier: str | None, param: str) -> int | None:
    if not identifier:
        return None
    sequence = work.records.sequence(identifier)
    if sequence is None:
        raise missing(kind, identifier, param=param)
    return sequence


def _bounds(created: object) -> tuple[int | None, int | None]:
    if isinstance(created, int):
        return created, created
    if not isinstance(created, dict):
        return None, None
    earliest = [created[name] + step for name, step in (("gt", 1), ("gte", 0)) if name in created]
    latest = [created[name] - step for name, step in (("lt", 1), ("lte", 0)) if name in created]
    return max(earliest, default=None), min(latest, default=None)
