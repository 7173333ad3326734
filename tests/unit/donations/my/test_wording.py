from __future__ import annotations

import pytest

from factually.donations.lifecycle import Fact
from factually.donations.my.wording import what_happened


@pytest.mark.parametrize("fact", ["pledged", *Fact])
def test_every_step_of_a_gift_has_a_sentence_for_its_donor(fact: str) -> None:
    assert what_happened(fact).endswith(".")
