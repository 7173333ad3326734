"""Answers that end in time: a timeout of a socket counts from byte to byte, and a trickle never ends."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import socket

_LEAST_SECONDS: Final = 0.001
"""A socket takes no time at all for never."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last moment of a fetch, by the monotonic clock."""

    moment: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the moment so many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds that are left, at least one thousandth."""
        return max(_LEAST_SECONDS, self.moment - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether the moment has passed."""
        return time.monotonic() >= self.moment


class TimedResponse(HTTPResponse):
    """An answer whose status line, headers and body all come before the deadline."""

    def __init__(self, deadline: Deadline, sock: socket.socket, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - http.client's own
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_TimedReads(deadline, sock, self.fp.detach()))


class _TimedReads(io.RawIOBase):
    """A socket's bytes, each waited for no longer than is left."""

    def __init__(self, deadline: Deadline, connection: socket.socket, raw: io.RawIOBase) -> None:
        super().__init__()
        self._deadline = deadline
        self._connection = connection
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:  # noqa: ANN401 - any writable buffer, as the base says
        if self._deadline.is_over:
            raise TimeoutError
        self._connection.settimeout(self._deadline.left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
