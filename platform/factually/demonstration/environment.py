"""What the demonstration's processes are told: addresses and keys, made once and kept beside the data."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from factually.demonstration.ports import HOST
from factually.foundation.embedded_postgres import CannotStart
from factually.foundation.schema import APP_ROLE, OWNER_ROLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factually.demonstration.ports import DemoPorts
    from factually.foundation.embedded_postgres import EmbeddedCluster

DATABASE: Final = "factually"
_KEY_BYTES: Final = 32
_PRIVATE: Final = 0o600
# A person's own settings, perhaps of a real site, have no say in a demonstration.
_OVERRULED: Final = ("DATABASE_", "FACTUALLY_", "MAIL_", "PG", "SECRET_KEY", "SMTP_", "STRIPE_")


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """Random keys of one demonstration; they open its data only.

    Attributes:
        variables: Each by the name of its environment variable.
    """

    variables: Mapping[str, str] = field(repr=False)

    @property
    def webhook_secret(self) -> str:
        """What the sandbox signs its events with."""
        return self.variables["STRIPE_WEBHOOK_SECRET"]


def demo_keys(kept_in: Path) -> DemoKeys:
    """Return the keys of last time, or make them; only their owner may read the file.

    Raises:
        CannotStart: The file is damaged, and the sealed data with it.
    """
    made = {
        "SECRET_KEY": secrets.token_urlsafe(_KEY_BYTES),
        "FACTUALLY_DATA_KEY": base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode(),
        "STRIPE_SECRET_KEY": f"sk_test_{secrets.token_hex(12)}",
        "STRIPE_PUBLISHABLE_KEY": f"pk_test_{secrets.token_hex(12)}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
    }
    try:
        kept = json.loads(kept_in.read_text())
    except FileNotFoundError:
        _write_privately(kept_in, json.dumps(made, indent=2) + "\n")
        return DemoKeys(made)
    except ValueError:
        kept = None
    if not isinstance(kept, dict) or kept.keys() != made.keys():
        raise CannotStart(f"The keys in {kept_in} are damaged: start anew with --reset.")
    return DemoKeys(kept)


def process_environment(
    base: Mapping[str, str], *, cluster: EmbeddedCluster, ports: DemoPorts, keys: DemoKeys, state: Path
) -> dict[str, str]:
    """Return the whole environment of the site's processes.

    Args:
        base: The caller's environment, of which everything that could set up the site is left out.
        cluster: The running server.
        ports: Where the parts listen.
        keys: The demonstration's own keys.
        state: The demonstration's folder.
    """
    kept = {name: value for name, value in base.items() if not name.startswith(_OVERRULED)}
    addresses = ports.addresses()
    return {
        **kept,
        **keys.variables,
        "FACTUALLY_MODE": "demonstration",
        "FACTUALLY_BASE_URL": addresses["web"],
        "FACTUALLY_DERIVED_FILES": str(state / "derived"),
        "DATABASE_URL": cluster.url(user=APP_ROLE, database=DATABASE),
        "DATABASE_OWNER_URL": cluster.url(user=OWNER_ROLE, database=DATABASE),
        "STRIPE_SANDBOX_URL": addresses["sandbox"],
        "STRIPE_CARD_STATEMENT": "FACTUALLY* GIFT",
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(ports.smtp),
        "SMTP_STARTTLS": "no",
    }


def _write_privately(path: Path, text: str) -> None:
    """Write with a rename at the end: a file of keys is whole or absent, and never readable by others."""
    unfinished = path.with_name(f".{path.name}")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w") as file:
        file.write(text)
    unfinished.rename(path)
