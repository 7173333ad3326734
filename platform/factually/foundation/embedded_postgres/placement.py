"""Where the data lie: beside the checkout where the server's user gets there, else below ``/var/lib``."""

import hashlib
import shutil
from pathlib import Path
from typing import Final

from factually.foundation.embedded_postgres.errors import CannotStart
from factually.foundation.embedded_postgres.exclusive import exclusive_lock
from factually.foundation.embedded_postgres.server_user import server_user

# For root only, who may write there.
SHARED_HOME: Final = Path("/var/lib/factually")
_PASSABLE: Final = 0o711
_KEY_LENGTH: Final = 12


def reachable_data_directory(wanted: Path, *, shared_home: Path = SHARED_HOME) -> Path:
    """Return ``wanted`` or, where the server's user cannot get there, a folder that stands for it.

    Root's checkout below root's home is the case: its parents stay closed, and the data go below
    ``shared_home``, keyed by the wanted path so that two checkouts never share a database.

    Raises:
        CannotStart: The server's user has no name.
    """
    wanted = wanted.resolve()
    user = server_user(wanted)
    if not user.switched or user.can("-x", nearest_existing(wanted)):
        return wanted
    key = hashlib.sha256(str(wanted).encode()).hexdigest()[:_KEY_LENGTH]
    return shared_home / key / wanted.name


def remove_data_directory(data_directory: Path) -> None:
    """Remove a stopped server's data, whoever owns them.

    Raises:
        CannotStart: A server runs on them, or the system refused.
    """
    if not data_directory.exists():
        return
    try:
        with exclusive_lock(data_directory):
            shutil.rmtree(data_directory)
    except OSError as error:
        message = f"The database in {data_directory} cannot be removed: {error.strerror}."
        raise CannotStart(message) from error


def make_parents(folder: Path) -> None:
    """Make the folders above ``folder``; those made here can be passed through by the server's user.

    Raises:
        CannotStart: The system refused.
    """
    missing = [parent for parent in folder.parents if not parent.exists()]
    try:
        for parent in reversed(missing):
            parent.mkdir()
            parent.chmod(_PASSABLE)
    except OSError as error:
        message = f"There is no permission to write in {nearest_existing(folder)}: {error.strerror}."
        raise CannotStart(message) from error


def nearest_existing(path: Path) -> Path:
    """Return ``path`` or the first folder above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())
