"""The SMTP server that takes our letters."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

_TIMEOUT_SECONDS: Final = 20
_PERMANENT: Final = range(500, 600)


class LetterRefused(Exception):
    """The server will never take this letter (RFC 5321 section 4.2.1); trying again would only annoy it.

    Its words are not kept: they repeat the recipient's address.
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


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
        reply_to: Where a person's answer goes; empty for the sender.
        bounces: Envelope sender, to which other servers report failures; empty for the sender's address.
    """

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True
    reply_to: str = ""
    bounces: str = ""

    def hand_over(self, message: EmailMessage) -> None:
        """Give the message to the server.

        Raises:
            LetterRefused: It refuses this recipient or this content for good.
            smtplib.SMTPException: It refuses for now, or refuses us: our address, our account.
            OSError: It does not answer.
        """
        with self._connected() as connection:
            try:
                connection.send_message(message, from_addr=self.bounces or parseaddr(self.sender)[1])
            except smtplib.SMTPRecipientsRefused as refusal:
                for code, _ in refusal.recipients.values():
                    _stop_if_permanent(code, refusal)
                raise
            except smtplib.SMTPDataError as refusal:
                _stop_if_permanent(refusal.smtp_code, refusal)
                raise

    def try_signing_in(self) -> None:
        """Connect, encrypt and sign in as for a letter, and hand over none.

        Raises:
            smtplib.SMTPException: It refuses us: our wish for TLS, our account.
            OSError: It does not answer.
        """
        with self._connected() as connection:
            connection.noop()

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        with smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS) as connection:
            if self.starttls:
                connection.starttls(context=ssl.create_default_context())
            if self.username:
                connection.login(self.username, self.password)
            yield connection


def _stop_if_permanent(code: int, refusal: smtplib.SMTPException) -> None:
    if code in _PERMANENT:
        raise LetterRefused(code) from refusal
