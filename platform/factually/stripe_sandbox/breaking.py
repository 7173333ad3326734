"""Answers that a network spoils: the line dropped or reset, or one byte at a time."""

import os
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Final

from flask import Response, request

_BYTES_OF_A_RESET: Final = struct.pack("ii", 1, 0)


class ResetConnectionError(ConnectionError):
    """A fault asks the server to reset the connection."""


def drop() -> None:
    """Cut the line under the answer, as a network fault after the work does; the server cannot write it."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)


def reset() -> Response:
    """Make an answer that ends in a reset before its first byte; the server does so, see `send_reset`."""
    return Response(_Unanswered(), mimetype="application/json")


def send_reset(connection: socket.socket) -> None:
    """Close a connection so that the other side gets a reset (RST), not an ordinary end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _BYTES_OF_A_RESET)
    os.close(connection.detach())


def trickled(body: str, pause: Callable[[], None]) -> Response:
    """Make an answer that comes one byte at a time, with a pause before each."""
    encoded = body.encode()
    response = Response(_bytes(encoded, pause), mimetype="application/json")
    response.headers["Content-Length"] = str(len(encoded))
    return response


class _Unanswered:
    """A body that fails when the server, and not Flask, asks for its first part."""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        raise ResetConnectionError


def _bytes(encoded: bytes, pause: Callable[[], None]) -> Iterator[bytes]:
    for place in range(len(encoded)):
        pause()
        yield encoded[place : place + 1]
