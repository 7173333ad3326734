"""The demonstration: PostgreSQL, sandbox, mailbox, worker and web as one foreground command."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from factually.demonstration.environment import DATABASE, demo_keys, process_environment
from factually.demonstration.greeting import greeting
from factually.demonstration.ports import HOST, choose_ports, require_free
from factually.demonstration.processes import (
    ProcessSpec,
    answers_ok,
    listens,
    stopping_on_signals,
    supervising,
    undisturbed,
)
from factually.foundation.embedded_postgres import (
    CannotStart,
    installed_binaries,
    make_parents,
    reachable_data_directory,
    remove_data_directory,
    running_cluster,
)
from factually.foundation.schema import provision, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from factually.demonstration.environment import DemoKeys
    from factually.demonstration.greeting import SignIn
    from factually.demonstration.ports import DemoPorts

_PYTHON: Final = sys.executable
_COMMAND: Final = str(Path(_PYTHON).with_name("factually"))


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """Everything a demonstration depends on.

    Attributes:
        root: The checkout.
        state: Folder for all that is kept between two runs; made if it must.
        port: Where the site listens, on loopback.
        environment: The caller's environment; FACTUALLY_PG_BIN in it names the program folder of an installed
            PostgreSQL, to be used instead of the wheel's.
        load: Loads sample content into the migrated database, by the settings in the environment it is given,
            and returns whom a person can sign in as. It runs at every start, beside a running sandbox.
        reset: Whether to forget everything first.
        with_parent: Whether the death of the process that started this one (make, say) ends it too.
        console: Where a person reads.
    """

    root: Path
    state: Path
    port: int
    environment: Mapping[str, str] = field(repr=False)
    load: Callable[[Mapping[str, str]], Sequence[SignIn]]
    reset: bool = False
    with_parent: bool = False
    console: Console = field(default_factory=Console)


def run_demo(plan: DemoPlan) -> None:
    """Run the demonstration until somebody asks for its end by Ctrl-C, SIGTERM or SIGHUP.

    Nothing is left running, whatever happens. What is in the way is found before anything is made.

    Raises:
        CannotStart: Something needed is missing or in use; the message says what.
        ChildDied: A process ended by itself; the message has its last lines.
    """
    plan = replace(plan, state=plan.state.resolve())
    parent = os.getppid()
    with suppress(KeyboardInterrupt), stopping_on_signals():
        require_free(plan.port)
        make_parents(plan.state / "any")
        data = reachable_data_directory(plan.state / "postgres")
        if plan.reset:
            _forget(plan.state, data)
        _run(plan, data, orphaned=lambda: plan.with_parent and os.getppid() != parent)
    plan.console.print("  Stopped.")


def _run(plan: DemoPlan, data: Path, *, orphaned: Callable[[], bool]) -> None:
    logs = plan.state / "logs"
    programs = plan.environment.get("FACTUALLY_PG_BIN")
    installation = installed_binaries(Path(programs)) if programs else None
    with (
        plan.console.status("Starting PostgreSQL") as status,
        running_cluster(data, installation=installation) as cluster,
    ):
        logs.mkdir(exist_ok=True)
        ports = choose_ports(plan.port, remembered_in=plan.state / "ports.json")
        keys = demo_keys(plan.state / "keys.json")
        environment = process_environment(
            plan.environment, cluster=cluster, ports=ports, keys=keys, state=plan.state
        )
        with supervising(logs=logs, directory=plan.root) as supervisor:
            for spec in _neighbours(plan, ports, keys, environment):
                supervisor.start(spec)
            status.update("Preparing the database")
            provision(cluster.url(), DATABASE)
            upgrade(environment["DATABASE_OWNER_URL"], plan.root)
            status.update("Starting the site")
            supervisor.wait_until_ready()
            supervisor.start(_web(ports, environment))
            # Meanwhile: the site needs its tables to start, not its content.
            sign_ins = plan.load(environment)
            # Last, so that nothing of a sample is done before its day has come.
            supervisor.start(_worker(environment))
            supervisor.wait_until_ready()
            status.stop()
            with undisturbed():
                plan.console.print(greeting(ports, sign_ins, state=plan.state))
            supervisor.wait(until=orphaned)


def _forget(state: Path, data: Path) -> None:
    """Remove everything kept, except locks, which others may be waiting for."""
    remove_data_directory(data)
    try:
        for entry in state.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.suffix != ".lock":
                entry.unlink()
    except OSError as error:
        raise CannotStart(f"{error.filename} cannot be removed: {error.strerror}.") from error


def _neighbours(
    plan: DemoPlan, ports: DemoPorts, keys: DemoKeys, environment: Mapping[str, str]
) -> Iterator[ProcessSpec]:
    """What the site talks to: they need no database, and so start while it is prepared."""
    sandbox = (
        *(_PYTHON, "-m", "factually.stripe_sandbox", "--port", str(ports.sandbox), "--lifeline"),
        *("--state", str(plan.state / "stripe-sandbox.sqlite")),
        *("--webhook-url", f"{ports.addresses()['web']}/webhooks/stripe"),
        *("--webhook-secret", keys.webhook_secret),
    )
    mailbox = (
        *(_PYTHON, "-m", "factually.demonstration.mailbox", "--lifeline"),
        *("--smtp-port", str(ports.smtp), "--web-port", str(ports.mailbox)),
        *("--folder", str(plan.state / "mail")),
    )
    yield ProcessSpec("sandbox", sandbox, environment, partial(listens, HOST, ports.sandbox))
    yield ProcessSpec("mailbox", mailbox, environment, partial(answers_ok, HOST, ports.mailbox, "/"))


def _web(ports: DemoPorts, environment: Mapping[str, str]) -> ProcessSpec:
    """What answers readers, as in production."""
    web = (_COMMAND, "serve", "--port", str(ports.web), "--lifeline")
    return ProcessSpec("web", web, environment, partial(answers_ok, HOST, ports.web, "/readyz"))


def _worker(environment: Mapping[str, str]) -> ProcessSpec:
    """What does the site's jobs, as in production."""
    return ProcessSpec("worker", (_COMMAND, "worker", "--lifeline"), environment, lambda: True)
