from collections.abc import Mapping

import pytest
import requests

from tests.support.stripe_sandbox import RunningSandbox


def _post(sandbox: RunningSandbox, path: str, body: Mapping[str, object] | None) -> requests.Response:
    return requests.post(f"{sandbox.url}/_sandbox/{path}", json=body, timeout=10)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"route": "POST /v1/nothing", "kind": "delay"}, "route"),
        ({"route": "*", "kind": "explode"}, "kind"),
        ({"route": "*", "kind": "stale"}, "kind"),
        ({"route": "webhook", "kind": "lock"}, "kind"),
        ({"route": "*", "kind": "lock", "count": 0}, "count"),
        ({"route": "*", "kind": "delay", "seconds": 3600}, "count"),
        ({"route": "*", "kind": "delay", "seconds": True}, "seconds"),
        ({"route": "*", "kind": "delay", "often": 1}, "often"),
        ({"route": "*"}, "kind"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    sandbox: RunningSandbox, body: dict[str, object], param: str
) -> None:
    answer = _post(sandbox, "faults", body)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


def test_faults_not_yet_used_can_be_cleared(sandbox: RunningSandbox) -> None:
    sandbox.fault("GET /v1/charges", "error_before", count=5)

    cleared = requests.delete(f"{sandbox.url}/_sandbox/faults", timeout=10)

    assert cleared.status_code == 204
    assert sandbox.get("/v1/charges").status_code == 200


def test_a_fault_can_wait_for_any_route(sandbox: RunningSandbox) -> None:
    sandbox.fault("*", "error_before")

    assert [sandbox.get("/v1/refunds").status_code for _ in range(2)] == [500, 200]


def test_the_clock_only_goes_ahead_once_anything_has_happened(sandbox: RunningSandbox) -> None:
    sandbox.post("/v1/customers", {})
    before = requests.get(f"{sandbox.url}/_sandbox/clock", timeout=10).json()["now"]

    assert sandbox.advance(10) >= before + 10
    assert _post(sandbox, "clock", {"advance": -1}).status_code == 400
    assert _post(sandbox, "clock", None).status_code == 400


def test_an_unknown_event_cannot_be_sent_again(sandbox: RunningSandbox) -> None:
    assert _post(sandbox, "events/evt_none/resend", {}).status_code == 404
