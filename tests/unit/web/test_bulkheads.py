from __future__ import annotations

import math
from contextlib import ExitStack

import pytest

from factually.foundation.errors import Unavailable
from factually.web.bulkheads import Bulkhead, seconds_left

MESSAGE = "Please try again in a moment."


def test_who_finds_all_places_taken_is_sent_away_and_told_for_how_long() -> None:
    bulkhead = Bulkhead(2, seconds=9, message=MESSAGE, retry_after=5)
    with ExitStack() as waiting:
        waiting.enter_context(bulkhead.place())
        waiting.enter_context(bulkhead.place())
        with pytest.raises(Unavailable, match=MESSAGE) as full, bulkhead.place():
            pass
    assert full.value.retry_after == 5


def test_a_place_is_free_again_however_the_wait_ended() -> None:
    bulkhead = Bulkhead(1, seconds=9, message=MESSAGE, retry_after=5)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), bulkhead.place():
            raise ZeroDivisionError
    with bulkhead.place():
        pass


def test_a_place_is_lent_for_a_time_and_elsewhere_nobody_hurries() -> None:
    assert seconds_left() == math.inf
    with Bulkhead(1, seconds=9, message=MESSAGE, retry_after=5).place():
        assert 8 < seconds_left() <= 9
    assert seconds_left() == math.inf
