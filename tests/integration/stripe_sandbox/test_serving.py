import time
from pathlib import Path

import pytest
import requests

from factually.stripe_sandbox.command import main
from tests.support.stripe_sandbox import (
    WebhookReceiver,
    hold,
    run_stripe_sandbox,
    start_stripe_sandbox,
    stripe_sandbox,
)


def test_objects_keys_and_clock_survive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "stripe.sqlite"
    with stripe_sandbox(state=state) as first:
        first.advance(3600)
        held = hold(first.client(), key="don:1")
    with stripe_sandbox(state=state) as second:
        client = second.client()
        found = client.v1.payment_intents.retrieve(held.id)
        taken = client.v1.payment_intents.capture(held.id)
        ahead = second.advance(0) - time.time()

    assert (found.status, taken.status) == ("requires_capture", "succeeded")
    assert 3500 < ahead < 3700


def test_a_killed_sandbox_loses_nothing_it_answered(tmp_path: Path, receiver: WebhookReceiver) -> None:
    state = tmp_path / "stripe.sqlite"
    receiver.answers = [500] * 3
    doomed = start_stripe_sandbox(
        state=state, webhook_url=receiver.url, options=("--webhook-pauses", "60,60,60")
    )
    held = hold(doomed.client())
    receiver.wait_for(lambda received: len(received) >= 3)
    doomed.process.kill()
    doomed.stop()
    already = len(receiver.received)

    with stripe_sandbox(state=state, webhook_url=receiver.url) as revived:
        receiver.wait_for(lambda received: len(received) >= already + 3)
        assert revived.client().v1.payment_intents.retrieve(held.id).status == "requires_capture"
        ids = {item.event().id for item in receiver.received}

    assert len(ids) == 3


def test_sigterm_ends_it_within_a_second_though_a_receiver_hangs(receiver: WebhookReceiver) -> None:
    receiver.delay = 3
    running = start_stripe_sandbox(webhook_url=receiver.url)
    running.client().v1.customers.create({})

    started = time.monotonic()
    running.process.terminate()
    code = running.process.wait(5)
    took = time.monotonic() - started
    running.stop()

    assert code == 0
    assert took < 1


def test_it_ends_when_its_parent_lets_go_of_the_lifeline() -> None:
    running = start_stripe_sandbox()
    assert running.process.stdin is not None

    running.process.stdin.close()

    assert running.process.wait(5) == 0
    running.stop()


def test_health_is_told_in_one_word() -> None:
    with stripe_sandbox() as running:
        assert requests.get(f"{running.url}/healthz", timeout=10).text == "ok\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--host", "0.0.0.0"],  # noqa: S104 - the address that must be refused
        ["--webhook-url", "http://127.0.0.1:1/"],
        ["--webhook-url", "https://example.org/", "--webhook-secret", "whsec_x"],
        ["--webhook-pauses", "soon"],
        ["--port", "99999"],
    ],
)
def test_a_dangerous_or_unclear_command_line_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "Usage:" in capsys.readouterr().err


def test_a_port_in_use_is_said_in_one_sentence() -> None:
    with stripe_sandbox() as running:
        port = running.url.rpartition(":")[2]
        second = run_stripe_sandbox("--port", port)

    assert second.returncode == 1
    assert second.stderr == f"Error: Port {port} on 127.0.0.1 is in use.\n"
