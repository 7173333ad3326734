"""What a person sees once everything runs: where to look, whom to be, how to stop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from factually.demonstration.sample_giving import MONA

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import RenderableType

    from factually.demonstration.ports import DemoPorts


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demonstration.

    Attributes:
        role: What it may do: editor, reviewer or auditor.
        email: Its address.
        password: Its password, which is no secret here.
    """

    role: str
    email: str
    password: str = field(repr=False)


def greeting(ports: DemoPorts, sign_ins: Sequence[SignIn], *, state: Path) -> RenderableType:
    """Return the text for the terminal.

    Args:
        ports: Where the parts listen.
        sign_ins: Whom a person can sign in as.
        state: Where data and logs are kept.
    """
    addresses = ports.addresses()
    places = Table.grid(padding=(0, 3), pad_edge=False)
    places.add_row("  The site", Text(addresses["web"], "bold"))
    places.add_row("  Its mail", addresses["mailbox"])
    places.add_row("  Payments", f"{addresses['sandbox']}  (a stand-in for Stripe: no money moves)")
    people = Table.grid(padding=(0, 3), pad_edge=False)
    for account in sign_ins:
        people.add_row(f"  {account.role.capitalize()}", account.email, account.password)
    sign_in_at = Text.assemble("  Sign in at ", (f"{addresses['web']}/sign-in", "bold"), " as")
    return Group(
        Text("\n  Factually is running.\n", "bold green"),
        places,
        *((Text(), sign_in_at, people) if sign_ins else ()),
        Text(f"\n  Donors see their gifts at {addresses['web']}/my by a link that is mailed;"),
        Text(f"  {MONA.email} gives monthly."),
        Text("\n  Pay with 4242 4242 4242 4242, any later date and any three digits."),
        Text(f"  Data and logs are kept in {state}.\n", "dim"),
        Text("  Ctrl-C stops everything.\n"),
    )
