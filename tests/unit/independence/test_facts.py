from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.facts import Facts, facts_from_json
from tests.support.independence_factories import FACTS, REGISTER


@pytest.mark.parametrize("facts", [FACTS, replace(FACTS, registers=(), failure="Disconnected.")])
def test_facts_are_read_back_as_they_were_stored(facts: Facts) -> None:
    assert facts_from_json(facts.as_json()) == facts


def test_a_register_is_found_by_its_kind() -> None:
    assert FACTS.register("fec_committees") == REGISTER
    assert FACTS.register("uk_parties") is None
