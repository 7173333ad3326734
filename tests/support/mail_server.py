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
    """What arrived, in order; `refusals` answers that many letters with a temporary error first.

    `answer_to_recipients` and `answer_to_letters` refuse all of them, where they are set; `envelope_senders`
    tells whom other servers would send their failures to.
    """

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.envelope_senders: list[str | None] = []
        self.tries = 0
        self.refusals = 0
        self.answer_to_recipients = ""
        self.answer_to_letters = ""
        self.address = SmtpServer("127.0.0.1", 0, "Factually <gifts@example.org>", starttls=False)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        self.tries += 1
        if self.answer_to_recipients:
            return self.answer_to_recipients
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        if self.refusals > 0:
            self.refusals -= 1
            return "451 try again"
        if self.answer_to_letters:
            return self.answer_to_letters
        self.envelope_senders.append(envelope.mail_from)
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
