"""`factually demo`: the demonstration with this checkout's settings and sample content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from factually.demonstration.demo import DemoPlan, run_demo

if TYPE_CHECKING:
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
    run_demo(
        DemoPlan(
            root=context.root,
            state=state or context.state,
            port=port,
            environment=context.environment,
            load=context.load_demonstration,
            reset=reset,
            with_parent=with_parent,
        ),
    )
