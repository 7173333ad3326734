"""The long-running processes, and the migration that comes before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from granian import Granian
from granian.constants import Interfaces

from factually.application import build_parts, create_worker
from factually.foundation.lifeline import end_with_parent
from factually.foundation.schema import is_current, upgrade
from factually.jobs.worker import run_worker
from factually.settings import BadSetting

if TYPE_CHECKING:
    from factually.serving.context import CommandParts

# Eight slow payments leave a page's p99 at 25 ms with 16 threads (performance page, section C).
_THREADS: Final = 16
_BACKLOG: Final = 1024


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--lifeline", is_flag=True, hidden=True, help="End when standard input closes.")
@click.pass_obj
def serve(context: CommandParts, *, host: str, port: int, workers: int, lifeline: bool) -> None:
    """Serve the site."""
    # Built once here only to fail with one sentence, before any worker starts.
    build_parts(context.settings).database.dispose()
    if lifeline:
        end_with_parent()
    Granian(
        "wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        backlog=_BACKLOG,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        working_dir=context.root,
    ).serve()


@click.command()
@click.option("--lifeline", is_flag=True, hidden=True, help="End when standard input closes.")
@click.pass_obj
def worker(context: CommandParts, *, lifeline: bool) -> None:
    """Run deferred jobs: mail, settling, sweeps."""
    app, parts = create_worker(context.settings)
    if lifeline:
        end_with_parent()
    run_worker(app, parts)


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit code 1 when migrations are missing.")
@click.pass_obj
def migrate(context: CommandParts, *, check: bool) -> None:
    """Bring the database to the state this version expects; needs DATABASE_OWNER_URL."""
    owner_url = context.settings.owner_database_url
    if not owner_url:
        raise BadSetting("DATABASE_OWNER_URL is not set.")
    if check:
        current = is_current(owner_url, context.root)
        click.echo("The database is up to date." if current else "Migrations are missing.")
        raise click.exceptions.Exit(0 if current else 1)
    upgrade(owner_url, context.root)
    click.echo("The database is up to date.")
