"""The SMTP server that takes our letters."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from email.message import EmailMessage

_TIMEOUT_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where and how to hand over mail.

    Attributes:
        host: Host name.
        port: Port.
        sender: Address in `From`, such as `Factually <gifts@example.org>`.
        username: Account there, or empty for none.
        password: Its password.
        starttls: Whether to demand TLS before anything is said.
    """

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True

    def hand_over(self, message: EmailMessage) -> None:
        """Give the message to the server.

        Raises:
            smtplib.SMTPException: The server refused it.
            OSError: The server does not answer.
        """
        with smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS) as connection:
            if self.starttls:
                connection.starttls(context=ssl.create_default_context())
            if self.username:
                connection.login(self.username, self.password)
            connection.send_message(message)
