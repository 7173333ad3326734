"""What a donor's script waits for by itself."""

from __future__ import annotations

from factually.foundation.errors import TooManyRequests


class WaitYourTurn(TooManyRequests):
    """Too early: the same request passes after `retry_after` seconds, and the page's script sends it then."""

    code = "wait_your_turn"
