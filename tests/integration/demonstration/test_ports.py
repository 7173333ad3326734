from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from factually.demonstration.ports import HOST, choose_ports, free_port, is_free
from factually.foundation.embedded_postgres import CannotStart

if TYPE_CHECKING:
    from pathlib import Path


def test_a_port_is_chosen_that_no_outgoing_connection_can_take() -> None:
    chosen = {free_port() for _ in range(20)}
    assert all(map(is_free, chosen))
    assert max(chosen) < 32_768


def test_a_second_start_uses_the_ports_of_the_first(tmp_path: Path) -> None:
    web = free_port()
    first = choose_ports(web, remembered_in=tmp_path / "ports.json")
    assert choose_ports(web, remembered_in=tmp_path / "ports.json") == first
    assert len({first.web, first.sandbox, first.mailbox, first.smtp}) == 4
    assert first.addresses()["sandbox"] == f"http://127.0.0.1:{first.sandbox}"


def test_a_remembered_port_stays_when_the_site_moves(tmp_path: Path) -> None:
    first = choose_ports(free_port(), remembered_in=tmp_path / "ports.json")
    moved = choose_ports(free_port(), remembered_in=tmp_path / "ports.json")
    assert (moved.sandbox, moved.mailbox, moved.smtp) == (first.sandbox, first.mailbox, first.smtp)


def test_a_remembered_port_that_somebody_took_is_replaced(tmp_path: Path) -> None:
    web = free_port()
    first = choose_ports(web, remembered_in=tmp_path / "ports.json")
    with socket.create_server((HOST, first.sandbox)):
        second = choose_ports(web, remembered_in=tmp_path / "ports.json")
    assert second.sandbox != first.sandbox
    assert second.smtp == first.smtp


def test_a_remembered_port_that_the_site_now_wants_is_given_up(tmp_path: Path) -> None:
    first = choose_ports(free_port(), remembered_in=tmp_path / "ports.json")
    second = choose_ports(first.sandbox, remembered_in=tmp_path / "ports.json")
    assert second.web == first.sandbox
    assert second.sandbox != first.sandbox


def test_a_port_in_use_is_one_clear_sentence_and_changes_nothing(tmp_path: Path) -> None:
    web = free_port()
    with (
        socket.create_server((HOST, web)),
        pytest.raises(CannotStart, match=f"^Port {web} is in use: stop what uses it"),
    ):
        choose_ports(web, remembered_in=tmp_path / "ports.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(tmp_path: Path, number: int) -> None:
    with pytest.raises(CannotStart, match=f"^{number} is no port"):
        choose_ports(number, remembered_in=tmp_path / "ports.json")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"sandbox": "8001"}', '{"sandbox": 99999}'])
def test_a_damaged_memory_counts_as_none(tmp_path: Path, damage: str) -> None:
    memory = tmp_path / "ports.json"
    memory.write_text(damage)
    chosen = choose_ports(free_port(), remembered_in=memory)
    assert is_free(chosen.sandbox)
    assert json.loads(memory.read_text())["sandbox"] == chosen.sandbox
