"""``python -m factually.demonstration.mailbox``: the SMTP server and its page, until told to stop."""

from __future__ import annotations

import argparse
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from factually.demonstration.mailbox.letters import Mailbox
from factually.demonstration.mailbox.pages import make_pages
from factually.demonstration.mailbox.receiving import HOST, smtp_server
from factually.foundation.lifeline import end_with_parent

if TYPE_CHECKING:
    from types import FrameType


def main() -> None:
    """Run both servers; SIGTERM and SIGINT stop them."""
    parser = argparse.ArgumentParser(prog="mailbox", description="Keep and show the demonstration's mail.")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--web-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--lifeline", action="store_true", help="stop when standard input ends")
    options = parser.parse_args()

    signal.signal(signal.SIGTERM, _stop)
    if options.lifeline:
        end_with_parent()
    mailbox = Mailbox(options.folder)
    smtp = smtp_server(mailbox, options.smtp_port)
    smtp.start()
    try:
        with suppress(KeyboardInterrupt):
            make_server(HOST, options.web_port, make_pages(mailbox), threaded=True).serve_forever()
    finally:
        smtp.stop()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
