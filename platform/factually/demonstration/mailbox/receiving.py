"""The SMTP side: takes every letter for everybody, over loopback only."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

    from factually.demonstration.mailbox.letters import Mailbox

HOST: Final = "127.0.0.1"
_LARGEST_LETTER: Final = 10 * 1024 * 1024


class _Receiver:
    """What aiosmtpd calls for each letter."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the letter before saying that it was taken."""
        await asyncio.to_thread(self._mailbox.keep, envelope.original_content or b"")
        return "250 Kept"


def smtp_server(mailbox: Mailbox, port: int) -> Controller:
    """Build the SMTP server for ``mailbox``; it runs between its ``start`` and ``stop``."""
    return Controller(_Receiver(mailbox), hostname=HOST, port=port, data_size_limit=_LARGEST_LETTER)
