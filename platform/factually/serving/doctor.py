"""`factually doctor`: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import json
import secrets
from typing import IO, TYPE_CHECKING, Final

import click
from sqlalchemy.exc import ArgumentError

from factually.application import stripe_account
from factually.donations.stripe_account import StripeAccount
from factually.serving.diagnosis.examining import examine
from factually.serving.diagnosis.findings import State, in_words, summary, wrong
from factually.serving.diagnosis.payments import try_payments
from factually.serving.diagnosis.subject import Installation
from factually.settings import BadSetting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from factually.serving.context import CommandParts
    from factually.serving.diagnosis.findings import Finding

_WIDTH: Final = 14
_COLOURS: Final = {State.OK: "green", State.WARNING: "yellow", State.WRONG: "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--payments", is_flag=True, help="Try payments instead, at the sandbox or in Stripe's test mode."
)
@click.option(
    "--test-key",
    type=click.File(encoding="utf-8"),
    help="File with a Stripe test key to try payments with; - for standard input.  [default: the site's key]",
)
@click.pass_obj
def doctor(parts: CommandParts, *, as_json: bool, payments: bool, test_key: IO[str] | None) -> None:
    """Look at everything a site needs, a line each: ok, warning, or wrong and what to do.

    Changes nothing and sends no mail. Exit code 1 when something is wrong. With --payments, holds, takes and
    gives back made-up money through the site's own code; never with a live key.
    """
    if test_key is not None and not payments:
        raise click.UsageError("--test-key is for --payments.")
    try:
        findings = _payments(parts, test_key) if payments else _installation(parts)
    except ValueError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    found = list(findings)
    if as_json:
        click.echo(json.dumps({"findings": [finding.as_json() for finding in found]}, indent=2))
    else:
        _print_lines(found)
    if any(finding.state is State.WRONG for finding in found):
        raise click.exceptions.Exit(1)


def _installation(parts: CommandParts) -> Iterable[Finding]:
    try:
        installation = Installation(parts.operated, parts.database, parts.clock)
    except BadSetting as refusal:
        return [wrong("settings", f"{refusal} The site refuses to start.", "Correct it, then ask again.")]
    except (ArgumentError, ImportError):  # no address at all, or one of another kind of database
        return [wrong("settings", "DATABASE_URL is no address of PostgreSQL.", "Correct it, then ask again.")]
    return examine(installation)


def _payments(parts: CommandParts, test_key: IO[str] | None) -> Iterable[Finding]:
    if test_key is None:
        account = stripe_account(parts.operated)
    else:
        account = StripeAccount(
            secret_key=test_key.read().strip(),
            webhook_secret=f"whsec_{secrets.token_hex(16)}",
            sandbox_address=None,
            production=False,
        )
    return try_payments(account, parts.clock.now())


def _print_lines(found: Sequence[Finding]) -> None:
    for finding in found:
        state = click.style(f"{finding.state:8}", fg=_COLOURS[finding.state], bold=True)
        click.echo(f"{state} {in_words(finding, width=_WIDTH)}")
    click.echo(summary(found))
