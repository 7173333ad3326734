"""The `factually` command: each group of commands is loaded only when it's asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from factually.foundation.errors import DomainError
from factually.foundation.logs import configure_logs
from factually.serving.context import CommandParts
from factually.settings import BadSetting

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).parents[2]

_COMMANDS: Final = {
    "accounts": "factually.accounts.commands:accounts",
    "articles": "factually.articles.commands:articles",
    "books": "factually.donations.books.commands:books",
    "demo": "factually.serving.demo:demo",
    "doctor": "factually.serving.doctor:doctor",
    "donations": "factually.donations.reconciliation.commands:donations",
    "donors": "factually.donations.rescreening_commands:donors",
    "migrate": "factually.serving.processes:migrate",
    "policy": "factually.independence.policy_commands:policy",
    "registers": "factually.independence.register_commands:registers",
    "screen": "factually.independence.commands:screen",
    "screening-error-rate": "factually.independence.measuring_commands:screening_error_rate",
    "screenings": "factually.independence.commands:screenings",
    "serve": "factually.serving.processes:serve",
    "worker": "factually.serving.processes:worker",
}


class _LazyCommands(click.Group):
    """Imports a command's module when the command is named, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        target = _COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_LazyCommands)
@click.pass_context
def factually(context: click.Context) -> None:
    """Run and operate a Factually site."""
    parts = CommandParts(ROOT)
    context.call_on_close(parts.close)
    context.obj = parts


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; what a person did wrong is one sentence and exit code 1 or 2."""
    configure_logs()
    try:
        # Click hands back the code of an Exit here, and raises everything else.
        sys.exit(factually.main(arguments, prog_name="factually", standalone_mode=False))
    except click.ClickException as refusal:
        refusal.show()
        sys.exit(refusal.exit_code)
    except click.Abort:
        sys.exit(130)
    except (DomainError, BadSetting) as refusal:
        click.echo(f"Error: {refusal}", err=True)
        sys.exit(1)
