"""Who runs the server: the person at the keyboard, or an unprivileged user where that person is root."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from factually.foundation.embedded_postgres.errors import CannotStart

UNPRIVILEGED: Final = "nobody"
_SHELL: Final = "/bin/sh"

# Nothing of the caller's environment reaches the server: an ungenerated LC_ALL stops initdb, and a stray
# LD_LIBRARY_PATH or PGPORT would change what is started.
ENVIRONMENT: Final[Mapping[str, str]] = {"PATH": os.defpath, "LC_ALL": "C"}


@dataclass(frozen=True)
class ServerUser:
    """The operating system's user that owns the data and runs every PostgreSQL program.

    Attributes:
        name: Its name in the user database.
        uid: Its user id.
        gid: Its group id.
        switched: Whether it is another user than ours, which only root can become.
    """

    name: str
    uid: int
    gid: int
    switched: bool

    def run(
        self, argv: Sequence[str | Path], *, seconds: float = 120, keep_open: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run one program as this user, away from our terminal, and wait for it.

        Args:
            argv: The program by its absolute path, and its arguments.
            seconds: How long it may take.
            keep_open: File descriptors the program inherits.

        Raises:
            OSError: The program cannot be executed.
            subprocess.TimeoutExpired: It took longer than ``seconds``.
        """
        process = self.start(argv, stdin=subprocess.DEVNULL, output=subprocess.PIPE, keep_open=keep_open)
        with process:
            try:
                output, _ = process.communicate(timeout=seconds)
            except BaseException:
                process.kill()
                raise
        return subprocess.CompletedProcess(process.args, process.returncode, output, "")

    def start(
        self, argv: Sequence[str | Path], *, stdin: int, output: int, keep_open: Sequence[int] = ()
    ) -> subprocess.Popen[str]:
        """Start one program as this user in a session of its own, so that Ctrl-C at our terminal misses it.

        Args:
            argv: The program by its absolute path, and its arguments.
            stdin: A file descriptor or one of ``subprocess``'s constants.
            output: Where both of its outputs go, likewise.
            keep_open: Further file descriptors the program inherits.

        Raises:
            OSError: The program cannot be executed.
        """
        return subprocess.Popen(  # noqa: S603 - PostgreSQL's programs and /bin/sh, with arguments made here
            [str(argument) for argument in argv],
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=dict(ENVIRONMENT),
            user=self.uid if self.switched else None,
            group=self.gid if self.switched else None,
            extra_groups=[] if self.switched else None,
            start_new_session=True,
            pass_fds=tuple(keep_open),
        )

    def can(self, test: str, path: Path) -> bool:
        """Ask the system itself whether this user passes a file test, so that ACLs and mounts count too.

        Args:
            test: A flag of the shell's ``test``: ``-x``, ``-r`` or ``-w``.
            path: The file or folder asked about.
        """
        script = 'test "$1" "$2"'
        return self.run([_SHELL, "-c", script, "can", test, path], seconds=10).returncode == 0


def server_user(
    data_directory: Path, *, ours: int | None = None, unprivileged: str = UNPRIVILEGED
) -> ServerUser:
    """Choose who runs the server, because PostgreSQL refuses to run as root.

    Args:
        data_directory: Where the data are or will be; root hands existing data back to their owner.
        ours: The user id that asks; this process's own unless given.
        unprivileged: The user who runs the server for root.

    Raises:
        CannotStart: The user has no name, which PostgreSQL insists on.
    """
    ours = os.geteuid() if ours is None else ours
    if ours != 0:
        return _named(ours, switched=False)
    try:
        owner = data_directory.stat().st_uid
    except FileNotFoundError:
        owner = 0
    if owner != 0:
        return _named(owner, switched=True)
    try:
        entry = pwd.getpwnam(unprivileged)
    except KeyError:
        message = (
            f"PostgreSQL refuses to run as root, and this machine has no user {unprivileged!r} to run it."
        )
        raise CannotStart(message) from None
    return ServerUser(unprivileged, entry.pw_uid, entry.pw_gid, switched=True)


def _named(uid: int, *, switched: bool) -> ServerUser:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        message = (
            f"PostgreSQL needs a user with a name, and user id {uid} has none on this machine: "
            "run as a user that /etc/passwd knows."
        )
        raise CannotStart(message) from None
    return ServerUser(entry.pw_name, uid, entry.pw_gid, switched=switched)
