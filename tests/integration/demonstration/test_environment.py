from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType

import pytest

from factually.demonstration.environment import demo_keys, process_environment
from factually.demonstration.ports import DemoPorts
from factually.foundation.embedded_postgres import CannotStart, EmbeddedCluster
from factually.settings import read_settings

PORTS = DemoPorts(web=8000, sandbox=8001, mailbox=8002, smtp=8003)
CLUSTER = EmbeddedCluster(Path("/data"), Path("/tmp/sockets"), 18)  # noqa: S108 - only a name


def test_the_settings_accept_what_the_processes_are_told(tmp_path: Path) -> None:
    keys = demo_keys(tmp_path / "keys.json")
    environment = process_environment({}, cluster=CLUSTER, ports=PORTS, keys=keys, state=Path("/kept"))
    settings = read_settings(environment, tmp_path)
    assert settings.demonstration
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.derived_files == Path("/kept/derived")
    assert settings.stripe.sandbox_url == "http://127.0.0.1:8001"
    assert settings.stripe.webhook_secret == keys.webhook_secret
    assert (settings.mail.host, settings.mail.port, settings.mail.starttls) == ("127.0.0.1", 8003, False)
    assert settings.database_url.startswith("postgresql://factually_app@/factually?host=%2Ftmp%2Fsockets")
    assert settings.owner_database_url.startswith("postgresql://factually_owner@/factually?")


def test_a_persons_own_settings_have_no_say(tmp_path: Path) -> None:
    own = MappingProxyType(
        {
            "PATH": "/bin",
            "STRIPE_SECRET_KEY": "sk_live_real",
            "SMTP_USERNAME": "somebody",
            "PGOPTIONS": "-c search_path=elsewhere",
            "DATABASE_URL": "postgresql://production/site",
        }
    )
    keys = demo_keys(tmp_path / "keys.json")
    environment = process_environment(own, cluster=CLUSTER, ports=PORTS, keys=keys, state=Path("/kept"))
    assert environment["PATH"] == "/bin"
    assert environment["STRIPE_SECRET_KEY"].startswith("sk_test_")
    assert "production" not in environment["DATABASE_URL"]
    assert not {"SMTP_USERNAME", "PGOPTIONS"} & environment.keys()


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    first = demo_keys(file)
    assert demo_keys(file) == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert demo_keys(tmp_path / "others.json") != first
    assert first.webhook_secret not in repr(first)


@pytest.mark.parametrize("damage", ["", "[]", json.dumps({"SECRET_KEY": "x"})])
def test_damaged_keys_are_named_and_left_alone(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(damage)
    with pytest.raises(CannotStart, match="are damaged: start anew with --reset"):
        demo_keys(file)
    assert file.read_text() == damage
