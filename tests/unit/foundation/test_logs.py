from __future__ import annotations

import json
from typing import TYPE_CHECKING

import structlog

from factually.foundation.logs import configure_logs

if TYPE_CHECKING:
    import pytest


def test_a_line_is_json_and_keys_off_the_list_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    structlog.get_logger().info("gift.captured", gift="g1", donor_email="ada@example.org")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "gift.captured"
    assert line["gift"] == "g1"
    assert "ada@example.org" not in json.dumps(line)


def test_an_exception_is_logged_without_local_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()

    def fail() -> None:
        secret = "ada@example.org"
        raise RuntimeError(str(len(secret)))

    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("job.failed")
    assert "ada@example.org" not in capsys.readouterr().err
