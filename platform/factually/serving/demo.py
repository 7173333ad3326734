"""`factually demo`: the demonstration with this checkout's settings and sample content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from factually.demonstration.demo import DemoPlan, run_demo
from factually.demonstration.sample_content import load_sample_content
from factually.foundation.clock import SystemClock
from factually.foundation.database import opened_database
from factually.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from factually.demonstration.greeting import SignIn
    from factually.serving.context import CommandParts


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--reset", is_flag=True, help="Forget all data of the demonstration first.")
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for data and logs.  [default: .factually in the checkout]",
)
@click.option(
    "--with-parent", is_flag=True, hidden=True, help="End when the process that started this one ends."
)
@click.pass_obj
def demo(context: CommandParts, *, port: int, reset: bool, state: Path | None, with_parent: bool) -> None:
    """Run the whole site on this machine: with sample content, a mailbox, and no real money."""

    def load(environment: Mapping[str, str]) -> Sequence[SignIn]:
        settings = read_settings(environment, context.root)
        with opened_database(settings.database_url) as database:
            return load_sample_content(database, now=SystemClock().now())

    run_demo(
        DemoPlan(
            root=context.root,
            state=state or context.root / ".factually",
            port=port,
            environment=context.environment,
            load=load,
            reset=reset,
            with_parent=with_parent,
        ),
    )
