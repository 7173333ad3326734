"""Names of committees altered anew, which nobody has tuned on: a check of the rates on labelled cases."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.query_sets import drop_addition, drop_role, misspell, turn_round
from factually.independence.measuring import LabelledCase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from random import Random

    from factually.independence.registers.entries import Entry

_CHANGES: Final[Mapping[str, Callable[[str, Random], str]]] = {
    "one typo, anywhere": partial(misspell, typos=1),
    "two typos": partial(misspell, typos=2),
    "three typos": partial(misspell, typos=3),
    "article, form, year or brackets left out": drop_addition,
    "committee left out": drop_role,
    "last name first": turn_round,
}


def fresh_cases(entries: Sequence[Entry], random: Random, *, each: int) -> Iterator[LabelledCase]:
    """Yield up to `each` altered names of each kind, fewer where a change does not apply to a name."""
    ids: dict[str, set[str]] = {}
    for entry in entries:
        ids.setdefault(entry.name.upper(), set()).add(entry.key)
    for group, change in _CHANGES.items():
        for name in random.sample(list(ids), each):
            changed = change(name, random)
            if changed != name:
                yield LabelledCase(name=changed, person=False, ids=frozenset(ids[name]), group=group)
