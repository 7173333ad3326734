"""Commands for accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import click

from factually.accounts.inviting import Invitee, add_account, invite
from factually.accounts.roles import ROLES
from factually.audit.journal import SYSTEM

if TYPE_CHECKING:
    from factually.foundation.clock import Clock
    from factually.foundation.database import Database
    from factually.web.context import SiteFacts


class CommandContext(Protocol):
    """What these commands need."""

    @property
    def clock(self) -> Clock:
        """What time it is."""
        ...

    @property
    def database(self) -> Database:
        """Where accounts are kept."""
        ...

    @property
    def site(self) -> SiteFacts:
        """Where the invitation leads."""
        ...


@click.group()
def accounts() -> None:
    """Invite people."""


@accounts.command("invite")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(tuple(ROLES)))
@click.option("--name", default="", help="Name shown to colleagues.")
@click.pass_obj
def invite_command(context: CommandContext, *, email: str, role: str, name: str) -> None:
    """Add an account for EMAIL and print the link that sets its password."""
    now = context.clock.now()
    with context.database.transaction() as session:
        account = add_account(session, Invitee(email, name, role), now=now, actor=SYSTEM)
        token = invite(session, account.id, now=now)
    click.echo(f"{account.email} is now {role}. This link sets the password once, within 48 hours:")
    click.echo(f"{context.site.base_url}/invitations/{token}")
