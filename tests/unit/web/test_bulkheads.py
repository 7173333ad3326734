from __future__ import annotations

from contextlib import ExitStack

import pytest

from factually.foundation.errors import Unavailable
from factually.web.bulkheads import Bulkhead

MESSAGE = "Please try again in a moment."


def test_who_finds_all_places_taken_is_sent_away_and_told_for_how_long() -> None:
    bulkhead = Bulkhead(2, message=MESSAGE, retry_after=5)
    with ExitStack() as waiting:
        waiting.enter_context(bulkhead.place())
        waiting.enter_context(bulkhead.place())
        with pytest.raises(Unavailable, match=MESSAGE) as full, bulkhead.place():
            pass
    assert full.value.retry_after == 5


def test_a_place_is_free_again_however_the_wait_ended() -> None:
    bulkhead = Bulkhead(1, message=MESSAGE, retry_after=5)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), bulkhead.place():
            raise ZeroDivisionError
    with bulkhead.place():
        pass
