from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from factually.foundation.embedded_postgres import (
    CannotStart,
    Installation,
    reachable_data_directory,
    remove_data_directory,
    running_cluster,
)
from factually.foundation.embedded_postgres.exclusive import exclusive_lock
from factually.foundation.embedded_postgres.postmaster import is_running, live_server
from tests.support.postgres import installation_under_test, reachable_folder
from tests.support.programs import comes_true, end_of, python_for, start_program

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
HAS_PROC = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="reads /proc")

# A program of its own, because its death is what is tested.
LAUNCHER = """
import sys, time
from pathlib import Path
from factually.foundation.embedded_postgres import CannotStart, running_cluster
try:
    with running_cluster(Path(sys.argv[1])) as cluster:
        print(cluster.url(), flush=True)
        time.sleep(60)
except CannotStart as error:
    print(error.message, flush=True)
    sys.exit(3)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with reachable_folder() as place:
        yield place
        # A guard whose launcher was killed may still be stopping its server.
        with exclusive_lock(place / "data"):
            pass


def launch(data: Path, *, uid: int | None = None, environment: dict[str, str] | None = None) -> str:
    """Start a launcher, kill it with SIGKILL once it says something, and return what it said."""
    with start_launcher(data, uid=uid, environment=environment) as launcher:
        said = first_line(launcher)
        launcher.kill()
    return said


def start_launcher(
    data: Path, *, uid: int | None = None, environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    python = [sys.executable] if uid is None else python_for(uid)
    if python is None:
        pytest.skip("an ordinary user can start no Python here, or not read this checkout")
    return start_program([*python, "-c", LAUNCHER, str(data)], uid=uid, environment=environment)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def guard_of(data: Path) -> int:
    """Find the guard of ``data`` by its command line."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            # It has ended since it was listed.
            continue
        if b"postgres-guard" in arguments and str(data).encode() in arguments:
            return int(process.name)
    pytest.fail(f"nothing guards {data}")


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def test_data_written_once_are_there_at_the_second_start_which_takes_under_a_second(folder: Path) -> None:
    with (
        running_cluster(folder / "data", installation=installation_under_test()) as cluster,
        psycopg.connect(cluster.url()) as connection,
    ):
        connection.execute("CREATE TABLE kept AS SELECT 'É' AS letter")

    begun = time.monotonic()
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        started = time.monotonic() - begun
        assert ask(cluster.url(), "SELECT lower(letter) FROM kept") == "é"
    assert started < 1.0


def test_the_address_bears_any_name(folder: Path) -> None:
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute('CREATE DATABASE "a/b?c"')
            connection.execute('CREATE ROLE "it\'s@odd" LOGIN')
        url = cluster.url(user="it's@odd", database="a/b?c")
        assert ask(url, "SELECT current_user || current_database()") == "it's@odda/b?c"


def test_leaving_the_block_stops_the_server_and_removes_its_socket(folder: Path) -> None:
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        server = live_server(cluster.data_directory)
        assert server is not None
        sockets = cluster.socket_directory
    assert not is_running(server)
    assert not sockets.exists()


def test_nothing_listens_on_the_network_and_settings_arrive(folder: Path) -> None:
    settings = {"fsync": "off", "application_name": "two words"}
    with running_cluster(
        folder / "data", installation=installation_under_test(), settings=settings
    ) as cluster:
        assert ask(cluster.url(), "SHOW listen_addresses") == ""
        assert ask(cluster.url(), "SHOW fsync") == "off"


@AS_ROOT
def test_root_hands_the_server_to_an_unprivileged_user_who_owns_only_its_data(folder: Path) -> None:
    before = folder.stat()
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        server = live_server(cluster.data_directory)
        assert Path(f"/proc/{server}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
        assert cluster.data_directory.stat().st_mode & 0o777 == 0o700
        assert cluster.socket_directory.stat().st_mode & 0o777 == 0o700
    assert (folder.stat().st_mode, folder.stat().st_uid) == (before.st_mode, before.st_uid)


@AS_ROOT
def test_an_ordinary_user_runs_the_server_without_root_and_root_can_take_over(folder: Path) -> None:
    daemon = pwd.getpwnam("daemon")
    os.chown(folder, daemon.pw_uid, daemon.pw_gid)

    assert launch(folder / "data", uid=daemon.pw_uid).startswith("postgresql://")
    assert (folder / "data").owner() == "daemon"
    with running_cluster(folder / "data") as cluster:
        server = live_server(cluster.data_directory)
        assert Path(f"/proc/{server}").stat().st_uid == daemon.pw_uid


@AS_ROOT
def test_programs_out_of_the_users_reach_are_copied_once_and_no_parent_is_opened(folder: Path) -> None:
    hidden = folder / "home"
    hidden.mkdir(mode=0o700)
    original = installation_under_test()
    if not original.copied:
        pytest.skip("an installed PostgreSQL is never copied")
    tree, libraries = original.copied
    private_tree = hidden / "embedded_postgres" / tree.name
    shutil.copytree(tree, private_tree, symlinks=True)
    shutil.copytree(libraries, hidden / libraries.name)
    private = Installation(private_tree / "bin", (private_tree, hidden / libraries.name), "test")

    for _ in range(2):
        with running_cluster(folder / "data", installation=private, shared_home=folder / "shared") as cluster:
            assert ask(cluster.url(), "SELECT 1") == 1
    assert [entry.name for entry in (folder / "shared").iterdir()] == ["programs-test"]
    assert hidden.stat().st_mode & 0o777 == 0o700


@AS_ROOT
def test_a_checkout_in_a_closed_home_keeps_its_data_elsewhere_by_its_path(folder: Path) -> None:
    closed = folder / "home"
    closed.mkdir(mode=0o700)
    with pytest.raises(CannotStart, match="'nobody', who runs PostgreSQL for root, cannot reach"):
        running_cluster(closed / "data", installation=installation_under_test()).__enter__()

    elsewhere = reachable_data_directory(closed / "data", shared_home=folder / "shared")
    other = reachable_data_directory(closed / "b" / "data", shared_home=folder / "shared")
    assert elsewhere.parent.parent == folder / "shared"
    assert elsewhere != other
    with running_cluster(elsewhere, installation=installation_under_test()) as cluster:
        assert ask(cluster.url(), "SELECT 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_checkout_that_can_be_reached_keeps_its_data_inside(folder: Path) -> None:
    assert reachable_data_directory(folder / "state" / "data") == folder / "state" / "data"


@HAS_PROC
def test_a_launcher_killed_with_sigkill_takes_its_server_along(folder: Path) -> None:
    with start_launcher(folder / "data") as launcher:
        url = first_line(launcher)
        server = live_server(folder / "data")
        assert server is not None
        with psycopg.connect(url) as busy:
            launcher.kill()
            launcher.wait()
            with pytest.raises(psycopg.OperationalError):
                busy.execute("SELECT pg_sleep(30)")
        assert end_of(server, seconds=2)
    sockets = url.partition("host=")[2].partition("&")[0].replace("%2F", "/")
    assert comes_true(lambda: not Path(sockets).exists(), seconds=2)


@HAS_PROC
def test_a_killed_server_that_left_its_claim_is_started_again(folder: Path) -> None:
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        with psycopg.connect(cluster.url()) as connection:
            connection.execute("CREATE TABLE survives (n int)")
        server = live_server(cluster.data_directory)
        assert server is not None
        os.kill(server, signal.SIGKILL)
        assert end_of(server, seconds=5)
    assert (folder / "data" / "postmaster.pid").exists()
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        assert ask(cluster.url(), "SELECT count(*) FROM survives") == 0


@HAS_PROC
def test_a_claim_whose_number_now_belongs_to_somebody_else_is_mended(folder: Path) -> None:
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        claim = (cluster.data_directory / "postmaster.pid").read_text().splitlines()
        owner = cluster.data_directory.stat()
    with subprocess.Popen(
        ["/bin/sleep", "60"], user=owner.st_uid if os.geteuid() == 0 else None, cwd="/"
    ) as stranger:
        (folder / "data" / "postmaster.pid").write_text("\n".join([str(stranger.pid), *claim[1:]]) + "\n")
        with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
            assert ask(cluster.url(), "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


@HAS_PROC
def test_a_server_nobody_guards_is_taken_over(folder: Path) -> None:
    with start_launcher(folder / "data") as launcher:
        first_line(launcher)
        server = live_server(folder / "data")
        assert server is not None
        os.kill(guard_of(folder / "data"), signal.SIGKILL)
        launcher.kill()
    assert is_running(server)
    with running_cluster(folder / "data") as cluster:
        assert ask(cluster.url(), "SELECT 1") == 1
        assert live_server(folder / "data") != server


def test_a_second_launcher_on_the_same_data_gets_one_clear_sentence(folder: Path) -> None:
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        with start_launcher(folder / "data") as second:
            said = first_line(second)
            assert second.wait() == 3
        assert said == (
            f"The database in {folder}/data is already in use by process {os.getpid()}: stop that one first."
        )
        assert ask(cluster.url(), "SELECT 1") == 1


def test_a_start_right_after_a_kill_waits_for_the_old_server(folder: Path) -> None:
    assert launch(folder / "data").startswith("postgresql://")
    assert launch(folder / "data").startswith("postgresql://")


def test_a_locale_that_was_never_generated_does_not_matter(folder: Path) -> None:
    said = launch(folder / "data", environment={"LC_ALL": "xx_XX.UTF-8", "LANG": "xx_XX.UTF-8"})
    assert said.startswith("postgresql://")


@AS_ROOT
def test_a_user_without_a_name_gets_one_clear_sentence(folder: Path) -> None:
    nameless = 54321
    os.chown(folder, nameless, nameless)
    assert "user id 54321 has none on this machine" in launch(folder / "data", uid=nameless)


@AS_ROOT
def test_a_folder_without_write_permission_gets_one_clear_sentence(folder: Path) -> None:
    daemon = pwd.getpwnam("daemon").pw_uid
    assert f"no permission to write in {folder}" in launch(folder / "data", uid=daemon)
    assert f"no permission to write in {folder}" in launch(folder / "a" / "data", uid=daemon)


def test_a_first_start_cut_short_leaves_nothing_in_the_way(folder: Path) -> None:
    unfinished = folder / "data.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        assert ask(cluster.url(), "SELECT 1") == 1
    assert not unfinished.exists()


def test_data_of_another_version_and_a_folder_without_data_are_left_alone(folder: Path) -> None:
    data = folder / "data"
    data.mkdir()
    with pytest.raises(CannotStart, match="exists but holds no database"):
        running_cluster(data, installation=installation_under_test()).__enter__()
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="was made by PostgreSQL 9 and this is"):
        running_cluster(data, installation=installation_under_test()).__enter__()
    assert [entry.name for entry in data.iterdir()] == ["PG_VERSION"]


def test_a_setting_the_server_refuses_is_named(folder: Path) -> None:
    settings = {"no_such_setting": "1"}
    with pytest.raises(CannotStart, match="no_such_setting"):
        running_cluster(
            folder / "data", installation=installation_under_test(), settings=settings
        ).__enter__()


def test_removed_data_are_made_anew_and_removing_twice_is_no_error(folder: Path) -> None:
    with (
        running_cluster(folder / "data", installation=installation_under_test()) as cluster,
        psycopg.connect(cluster.url()) as connection,
    ):
        connection.execute("CREATE TABLE gone (n int)")
    remove_data_directory(folder / "data")
    remove_data_directory(folder / "data")
    with running_cluster(folder / "data", installation=installation_under_test()) as cluster:
        assert ask(cluster.url(), "SELECT to_regclass('gone')") is None
        with pytest.raises(CannotStart, match="already in use"):
            remove_data_directory(folder / "data")
        assert ask(cluster.url(), "SELECT 1") == 1
