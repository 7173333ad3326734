"""A real SMTP server on loopback that keeps what it is given."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

from factually.mail.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session


class ReceivingServer:
    """What arrived, in order; `refusals` answers that many letters with a temporary error first."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.refusals = 0
        self.address = SmtpServer("127.0.0.1", 0, "Factually <gifts@example.org>", starttls=False)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        if self.refusals > 0:
            self.refusals -= 1
            return "451 try again"
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[ReceivingServer]:
    """Run the server on a free port."""
    receiving = ReceivingServer()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(receiving, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        receiving.address = SmtpServer("127.0.0.1", port, "Factually <gifts@example.org>", starttls=False)
        yield receiving
    finally:
        controller.stop()
