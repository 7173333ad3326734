from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog

from factually.foundation.logs import configure_logs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _handlers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    kept = list(root.handlers)
    yield
    root.handlers[:] = kept


def test_a_line_is_json_and_keys_off_the_list_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    structlog.get_logger().info("gift.captured", gift="g1", donor_email="ada@example.org")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "gift.captured"
    assert line["gift"] == "g1"
    assert "ada@example.org" not in json.dumps(line)


def test_an_exception_is_logged_by_type_and_place_and_never_by_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs()
    try:
        try:
            int("ada@example.org")
        except ValueError as error:
            raise RuntimeError("ada@example.org") from error
    except RuntimeError as error:
        structlog.get_logger().error("job.failed", exc_info=error)
        structlog.get_logger().exception("job.failed")
    for text in capsys.readouterr().err.splitlines():
        line = json.loads(text)
        assert [link["type"] for link in line["exception"]] == ["RuntimeError", "ValueError"]
        assert line["exception"][0]["where"][0].endswith("never_by_its_words")
        assert "ada@example.org" not in text


def test_a_librarys_log_of_an_exception_keeps_its_words_back(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    try:
        int("ada@example.org")
    except ValueError:
        logging.getLogger("library").exception("job failed")
    written = capsys.readouterr().err
    assert "job failed" in written
    assert "ValueError" in written
    assert "ada@example.org" not in written
