"""Ports of this machine: whether one is free, and the same ones again at the next start.

Other parts remember addresses (the sandbox's webhook, the origin of its card form, somebody's bookmark), so
they must not change between two runs.
"""

from __future__ import annotations

import json
import secrets
import socket
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from factually.foundation.embedded_postgres import CannotStart

if TYPE_CHECKING:
    from pathlib import Path

HOST: Final = "127.0.0.1"
_LAST_PORT: Final = 65535
_FIRST_PORT: Final = 10_000
_LENT_FROM: Final = 32_768
"""From here on Linux gives ports to outgoing connections; others begin higher."""


@dataclass(frozen=True, slots=True)
class DemoPorts:
    """Where the parts of the demonstration listen, all on loopback.

    Attributes:
        web: The site.
        sandbox: The Stripe sandbox.
        mailbox: The page that shows sent mail.
        smtp: The SMTP server behind it.
    """

    web: int
    sandbox: int
    mailbox: int
    smtp: int

    def addresses(self) -> dict[str, str]:
        """Return the addresses a browser opens, by the names of the parts."""
        return {
            "web": f"http://{HOST}:{self.web}",
            "sandbox": f"http://{HOST}:{self.sandbox}",
            "mailbox": f"http://{HOST}:{self.mailbox}",
        }


def choose_ports(web: int, *, remembered_in: Path) -> DemoPorts:
    """Take the wanted port for the site, and for the rest last time's ports or the ones after it.

    Args:
        web: The port a person asked for.
        remembered_in: File that keeps the choice; a damaged one counts as none.

    Raises:
        CannotStart: The wanted port is in use, or no port at all.
    """
    require_free(web)
    taken = {web}
    chosen = {}
    last_time = _remembered(remembered_in)
    for offset, part in enumerate(("sandbox", "mailbox", "smtp"), start=1):
        candidates = (last_time.get(part, 0), web + offset)
        port = next((port for port in candidates if port not in taken and is_free(port)), None)
        chosen[part] = port if port is not None else free_port()
        taken.add(chosen[part])
    ports = DemoPorts(web=web, **chosen)
    remembered_in.write_text(json.dumps(asdict(ports)) + "\n")
    return ports


def remembered_ports(remembered_in: Path, *, otherwise: int) -> DemoPorts:
    """Return last time's ports, or those that a first start on a port would likely take; none is probed."""
    last_time = _remembered(remembered_in)
    parts = ("web", "sandbox", "mailbox", "smtp")
    return DemoPorts(**{part: last_time.get(part, otherwise + offset) for offset, part in enumerate(parts)})


def require_free(port: int) -> None:
    """See that the site can listen on ``port``.

    Raises:
        CannotStart: The port is in use, or no port at all.
    """
    if not 0 < port <= _LAST_PORT:
        raise CannotStart(f"{port} is no port: choose one between 1024 and {_LAST_PORT}.")
    if not is_free(port):
        raise CannotStart(
            f"Port {port} is in use: stop what uses it, or choose another one, as in `make run PORT=8100`."
        )


def is_free(port: int) -> bool:
    """Say whether a server could listen on ``port`` of the loopback address now."""
    if not 0 < port <= _LAST_PORT:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a connection of the last run that is still closing keeps nobody out.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Choose a port that nobody uses, below those that systems lend to connections, which come and go."""
    port = 0
    while not is_free(port):
        port = _FIRST_PORT + secrets.randbelow(_LENT_FROM - _FIRST_PORT)
    return port


def _remembered(path: Path) -> dict[str, int]:
    try:
        kept = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return (
        {name: port for name, port in kept.items() if isinstance(port, int)} if isinstance(kept, dict) else {}
    )
