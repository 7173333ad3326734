"""The engine under measurement: builds an index, opens it, and decides with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.whole_decision import WholeDecision, register_of
from factually.independence.matching import Stated, StatedName
from factually.independence.registers.entries import Entry
from factually.independence.registers.kinds import FEC_COMMITTEES, register_kind
from factually.independence.searching.building import build_index
from factually.independence.searching.engine import Engine, SearchedRegister
from factually.independence.searching.index import RegisterIndex

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.name_pairs import NamePair


def open_screening(directory: Path) -> WholeDecision:
    """Open an index of committees and return the decision that rests on it."""
    index = RegisterIndex(directory)
    return WholeDecision(engine_over(index), register_of(index.size))


def pair_scores(pairs: Sequence[NamePair], directory: Path) -> list[float]:
    """Return the score of each pair: of the second name's row where the first name is searched."""
    seconds = dict.fromkeys(pair.second for pair in pairs)
    keys = {name: f"C{number:08}" for number, name in enumerate(seconds)}
    build_index((Entry(key=key, name=name) for name, key in keys.items()), directory)
    engine = engine_over(RegisterIndex(directory))
    scores = []
    for pair in pairs:
        stated = StatedName(field="organisation_name", text=pair.first, what=Stated.ORGANISATION)
        found = {match.row.key: match.score for match in engine.find([stated]) if match.row is not None}
        scores.append(found.get(keys[pair.second], 0.0))
    return scores


def engine_over(index: RegisterIndex) -> Engine:
    """Return the engine that searches one index as the register of committees."""
    kind = register_kind(FEC_COMMITTEES)
    register = SearchedRegister(
        register=register_of(index.size),
        index=index,
        title=kind.title,
        by_name=kind.by_name,
        id_pattern=kind.id_pattern,
    )
    return Engine([register])
