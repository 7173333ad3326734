from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from factually.foundation.logs import configure_logs

if TYPE_CHECKING:
    from tests.unit.web.conftest import Visit


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/invalid", 422, "Enter an amount. amount"),
        ("/conflict", 409, "Somebody was faster."),
        ("/nowhere", 404, "Page not found"),
        ("/readyz", 503, "The database is not answering."),
    ],
)
def test_people_get_a_page_in_words(visit: Visit, path: str, status: int, words: str) -> None:
    answer = visit.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert words in answer.text


@pytest.mark.parametrize(
    ("path", "code", "field"),
    [
        ("/invalid", "invalid_input", "amount"),
        ("/conflict", "conflict", None),
        ("/nowhere", "not_found", None),
    ],
)
def test_programs_get_an_object(visit: Visit, path: str, code: str, field: str | None) -> None:
    answer = visit.get(path, headers={"Accept": "application/json"})
    assert answer.json is not None
    assert (answer.json["error"]["code"], answer.json["error"]["field"]) == (code, field)


def test_an_address_of_the_api_always_answers_json(visit: Visit) -> None:
    assert visit.get("/api/v1/nothing").mimetype == "application/json"


def test_a_wrong_method_says_which_are_right(visit: Visit) -> None:
    answer = visit.open("DELETE", "/machine")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_bug_shows_a_reference_and_logs_it_without_personal_data(
    visit: Visit,
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs()
    answer = visit.get("/bug")
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert answer.status_code == 500
    assert line["reference"] in answer.text
    assert "ada@example.org" not in answer.text


def test_the_process_is_alive_with_the_database_down(visit: Visit) -> None:
    assert visit.get("/healthz").text == "ok\n"
