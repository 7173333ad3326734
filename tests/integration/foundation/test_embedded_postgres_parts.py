from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from factually.foundation.embedded_postgres import (
    CannotStart,
    Installation,
    bundled_binaries,
    installed_binaries,
    make_parents,
    remove_data_directory,
    running_cluster,
)
from factually.foundation.embedded_postgres.binaries import locale_options
from factually.foundation.embedded_postgres.exclusive import exclusive_lock
from factually.foundation.embedded_postgres.postmaster import (
    claimed_socket_directory,
    is_running,
    live_server,
)
from factually.foundation.embedded_postgres.server_user import ServerUser, server_user
from tests.support.postgres import installation_under_test, reachable_folder
from tests.support.programs import end_of

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def folder() -> Iterator[Path]:
    with reachable_folder() as place:
        yield place


@pytest.fixture
def user(folder: Path) -> ServerUser:
    return server_user(folder / "data")


def programs(folder: Path, *, version: str, initdb: str = "exit 0") -> Path:
    """Write programs that say what an installation in a certain state would say."""
    place = folder / "programs"
    place.mkdir(mode=0o755)
    place.chmod(0o755)
    for name, script in {"postgres": version, "initdb": initdb, "pg_ctl": "exit 0"}.items():
        program = place / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    return place


def test_a_folder_without_the_programs_is_refused_with_a_way_out(folder: Path) -> None:
    with pytest.raises(
        CannotStart, match=r"There are no PostgreSQL programs for this machine .*DATABASE_URL"
    ):
        installed_binaries(folder)


@pytest.mark.parametrize("answer", ["echo 'cannot load libz.so.1'; exit 127", "echo something else"])
def test_programs_that_do_not_run_here_are_refused(folder: Path, user: ServerUser, answer: str) -> None:
    installation = installed_binaries(programs(folder, version=answer))
    with pytest.raises(CannotStart, match="There are no PostgreSQL programs for this machine"):
        installation.major_version(user)


def test_programs_for_another_kind_of_machine_are_refused(folder: Path, user: ServerUser) -> None:
    place = programs(folder, version="")
    (place / "postgres").write_bytes(b"\x7fELF of another machine")
    with pytest.raises(CannotStart, match="There are no PostgreSQL programs for this machine"):
        installed_binaries(place).major_version(user)


def test_an_old_postgresql_is_refused(folder: Path, user: ServerUser) -> None:
    installation = installed_binaries(programs(folder, version="echo 'postgres (PostgreSQL) 14.2'"))
    with pytest.raises(CannotStart, match="PostgreSQL 14 is too old: 15 or later is needed"):
        installation.major_version(user)


def test_locales_come_from_the_server_where_it_has_them() -> None:
    assert "--builtin-locale=C.UTF-8" in locale_options(17)
    assert "--locale-provider=libc" in locale_options(16)


def test_the_wheel_names_a_copy_by_its_version() -> None:
    bundled = bundled_binaries()
    assert bundled.program("postgres").is_file()
    assert bundled.key.startswith("18.6.3-")


@AS_ROOT
def test_programs_that_cannot_be_copied_or_opened_are_refused(folder: Path, user: ServerUser) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    place = programs(closed, version="")
    with pytest.raises(CannotStart, match="The user 'nobody' may not execute PostgreSQL's programs"):
        Installation(place).reachable_by(user, copies=folder / "copies")
    (folder / "copies").write_text("a file where a folder should be")
    with pytest.raises(CannotStart, match=f"no permission to write in {folder}"):
        Installation(place, (place,), "1").reachable_by(user, copies=folder / "copies" / "below")
    missing = Installation(place, (closed / "missing",), "2")
    with pytest.raises(CannotStart, match=r"cannot be copied to .*: No such file or directory"):
        missing.reachable_by(user, copies=folder / "other")
    assert list((folder / "other").iterdir()) == []


def test_data_that_cannot_be_made_leave_nothing_behind(folder: Path) -> None:
    place = programs(
        folder, version="echo 'postgres (PostgreSQL) 18.6'", initdb="echo 'no space left'; exit 1"
    )
    with pytest.raises(CannotStart, match=f"could not make its data in {folder}/data: no space left"):
        running_cluster(folder / "data", installation=installed_binaries(place)).__enter__()
    assert sorted(entry.name for entry in folder.iterdir()) == ["data.lock", "programs"]


def test_something_else_in_the_place_of_the_data_is_named(folder: Path) -> None:
    (folder / "data.unfinished").write_text("no folder")
    with pytest.raises(CannotStart, match=f"no permission to write in {folder}: File exists"):
        running_cluster(folder / "data", installation=installation_under_test()).__enter__()


def test_a_server_that_dies_without_a_word_is_an_error(folder: Path) -> None:
    place = programs(folder, version="echo 'postgres (PostgreSQL) 18.6'")
    (place / "initdb").write_text('#!/bin/sh\necho 18 > "$2/PG_VERSION"\n')
    (place / "pg_ctl").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(CannotStart, match=r"did not start on .*: it gave no reason"):
        running_cluster(folder / "data", installation=installed_binaries(place)).__enter__()


def test_a_socket_folder_that_cannot_be_used_is_named(folder: Path) -> None:
    long = folder / ("long" * 25)
    long.mkdir()
    with pytest.raises(CannotStart, match="is too long for a socket"):
        running_cluster(folder / "data", installation=installation_under_test(), sockets_in=long).__enter__()
    assert list(long.iterdir()) == []
    with pytest.raises(CannotStart, match=f"no permission to write in {folder}/missing"):
        running_cluster(
            folder / "data", installation=installation_under_test(), sockets_in=folder / "missing"
        ).__enter__()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="reads /proc")
def test_a_start_waits_for_the_children_of_a_killed_server(folder: Path) -> None:
    with (
        running_cluster(folder / "data", installation=installation_under_test()) as cluster,
        psycopg.connect(cluster.url()) as connection,
    ):
        child = connection.info.backend_pid
        os.kill(child, signal.SIGSTOP)
        server = live_server(cluster.data_directory)
        assert server is not None
        os.kill(server, signal.SIGKILL)
        assert end_of(server, seconds=5)
    threading.Timer(1.0, os.kill, (child, signal.SIGCONT)).start()
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        assert live_server(cluster.data_directory) is not None
        assert not is_running(child)


def test_a_user_without_a_name_cannot_run_the_server(folder: Path) -> None:
    with pytest.raises(CannotStart, match="user id 54321 has none on this machine"):
        server_user(folder, ours=54321)


def test_root_needs_an_unprivileged_user(folder: Path) -> None:
    with pytest.raises(CannotStart, match="this machine has no user 'no-such-user' to run it"):
        server_user(folder / "data", ours=0, unprivileged="no-such-user")


def test_an_ordinary_user_runs_the_server_itself(folder: Path) -> None:
    assert server_user(folder, ours=1) == ServerUser("daemon", 1, 1, switched=False)


def test_a_program_that_takes_too_long_is_ended(user: ServerUser) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        user.run(["/bin/sleep", "60"], seconds=0.1)


def test_folders_in_the_way_are_named(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(CannotStart, match=f"no permission to write in {folder}/file"):
        make_parents(folder / "file" / "a" / "b")
    with pytest.raises(CannotStart, match="cannot be removed: Not a directory"):
        remove_data_directory(folder / "file")
    with (
        pytest.raises(CannotStart, match="no permission to write in"),
        exclusive_lock(folder / "missing" / "data"),
    ):
        pytest.fail("there is no place for the lock")


class TestClaims:
    """What postmaster.pid says, against processes as /proc would show them."""

    @staticmethod
    def process(
        folder: Path, *, state: str = "S", name: str = "postgres", runs_in: Path | None = None
    ) -> Path:
        """Write a process 77 and the ``self`` by which a /proc is known; return the /proc."""
        processes = folder / "proc"
        (processes / "self").mkdir(parents=True)
        (processes / "77").mkdir()
        (processes / "77" / "stat").write_text(f"77 ({name}) {state} 1 77 77 0")
        if runs_in is not None:
            (processes / "77" / "cwd").symlink_to(runs_in)
        return processes

    @staticmethod
    def claim(folder: Path, text: str = "77\n/data\n1\n5432\n/tmp/factually-x\n\n") -> Path:
        data = folder / "data"
        data.mkdir()
        (data / "postmaster.pid").write_text(text)
        return data

    def test_a_server_that_runs_in_the_data_is_alive(self, tmp_path: Path) -> None:
        data = self.claim(tmp_path)
        assert live_server(data, processes=self.process(tmp_path, runs_in=data)) == 77

    def test_a_zombie_is_not(self, tmp_path: Path) -> None:
        data = self.claim(tmp_path)
        processes = self.process(tmp_path, state="Z", runs_in=data)
        assert live_server(data, processes=processes) is None
        assert not is_running(77, processes=processes)

    def test_another_program_is_not(self, tmp_path: Path) -> None:
        data = self.claim(tmp_path)
        assert live_server(data, processes=self.process(tmp_path, name="a (b) c", runs_in=data)) is None

    def test_a_server_of_other_data_is_not(self, tmp_path: Path) -> None:
        data = self.claim(tmp_path)
        assert live_server(data, processes=self.process(tmp_path, runs_in=tmp_path)) is None

    def test_a_server_whose_folder_we_may_not_see_is_not_ours(self, tmp_path: Path) -> None:
        data = self.claim(tmp_path)
        assert live_server(data, processes=self.process(tmp_path)) is None

    def test_a_process_that_is_gone_is_not(self, tmp_path: Path) -> None:
        data = self.claim(tmp_path, "78\n")
        assert live_server(data, processes=self.process(tmp_path)) is None

    @pytest.mark.parametrize("text", ["", "nonsense\n"])
    def test_a_claim_cut_short_names_nobody(self, tmp_path: Path, text: str) -> None:
        data = self.claim(tmp_path, text)
        assert live_server(data) is None
        assert claimed_socket_directory(data) is None

    def test_the_claim_names_the_socket_folder(self, tmp_path: Path) -> None:
        assert claimed_socket_directory(self.claim(tmp_path)) == Path("/tmp/factually-x")  # noqa: S108 - a name

    @pytest.mark.skipif(not Path("/bin/ps").exists(), reason="this machine has no ps")
    def test_without_proc_the_system_is_asked(self, tmp_path: Path) -> None:
        data = self.claim(tmp_path, f"{os.getpid()}\n")
        assert live_server(data, processes=tmp_path / "none") is None
        assert is_running(os.getpid(), processes=tmp_path / "none")
        assert not is_running(2**22 + 1, processes=tmp_path / "none")

    @pytest.mark.skipif(not Path("/bin/ps").exists(), reason="this machine has no ps")
    def test_without_proc_a_server_by_name_counts_as_alive(self, folder: Path) -> None:
        with running_cluster(folder / "data", installation=installation_under_test()):
            assert live_server(folder / "data", processes=folder / "none") == live_server(folder / "data")
