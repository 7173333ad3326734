"""The running sandbox: one process on loopback that ends quickly and leaves nothing behind."""

import os
import signal
import socket
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Final

import click
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from factually.stripe_sandbox import clock, due, webhook_endpoints
from factually.stripe_sandbox.application import create_app
from factually.stripe_sandbox.breaking import ResetConnectionError, send_reset
from factually.stripe_sandbox.delivery import Deliverer, Patience
from factually.stripe_sandbox.faults import Faults
from factually.stripe_sandbox.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HOST: Final = "127.0.0.1"
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Settings:
    """How to run: port (0 takes a free one), state file, the webhook endpoint, and patience with it."""

    port: int
    state: Path | None = None
    webhook: tuple[str, str] | None = None
    patience: Patience = field(default_factory=Patience)
    lifeline: bool = False


class _Handler(WSGIRequestHandler):
    # Headers and body are two writes; waiting for the first's acknowledgement would cost 40 ms an answer.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing of ordinary requests."""

    def connection_dropped(self, error: BaseException, environ: "WSGIEnvironment | None" = None) -> None:  # noqa: ARG002 - werkzeug's name
        """Say nothing of a client that went away, and reset the line where a fault asks for it."""
        self.close_connection = True
        if isinstance(error, ResetConnectionError):
            send_reset(self.connection)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM, SIGINT or, with a lifeline, the end of standard input.

    Prints one line with the address once it listens.
    """
    # A queue, not an event: a signal may come while this thread holds an event's lock, and wait for itself.
    stop: SimpleQueue[None] = SimpleQueue()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.put(None)

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    if settings.lifeline:
        threading.Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    store, faults = Store(settings.state), Faults()
    server = _server(settings.port, create_app(store, faults))
    with store.transaction() as records:
        if settings.webhook is not None:
            webhook_endpoints.register(records, *settings.webhook, clock.now(records))
        due.settle(records, clock.now(records))
    Deliverer(store, faults, settings.patience).start()
    serving = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,))
    serving.start()
    click.echo(f"Stripe sandbox on http://{HOST}:{server.port} (no money moves)")
    stop.get()
    server.shutdown()
    serving.join()
    server.server_close()
    store.close()


def _server(port: int, app: Flask) -> BaseWSGIServer:
    """Listen, or say why not in one sentence; werkzeug would explain at length and leave."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise click.ClickException(f"Port {port} on {HOST} is in use.") from error
        listener.listen()
        # The server duplicates this descriptor.
        return make_server(HOST, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno())


def _wait_for_end_of_input(stop: SimpleQueue[None]) -> None:
    """Watch the pipe a parent holds: the kernel closes it however the parent dies."""
    # Past the buffered reader, whose lock a waiting thread would hold against the interpreter's end.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.put(None)
