import pytest
import requests
import stripe

from tests.support.stripe_sandbox import RunningSandbox, hold


@pytest.mark.parametrize(
    ("key", "status"),
    [("sk_test_a", 200), ("rk_test_a", 200), ("sk_live_a", 401), ("pk_test_a", 401), ("", 401)],
)
def test_only_secret_test_keys_are_let_in(sandbox: RunningSandbox, key: str, status: int) -> None:
    url = f"{sandbox.url}/v1/customers"

    by_basic = requests.get(url, auth=(key, ""), timeout=10)
    by_bearer = requests.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=10)

    assert (by_basic.status_code, by_bearer.status_code) == (status, status)


def test_a_damaged_or_missing_authorization_is_a_401(sandbox: RunningSandbox) -> None:
    url = f"{sandbox.url}/v1/customers"

    assert requests.get(url, headers={"Authorization": "Basic %%%"}, timeout=10).status_code == 401
    assert requests.get(url, timeout=10).status_code == 401


def test_what_is_not_covered_is_a_404_that_names_the_url(sandbox: RunningSandbox) -> None:
    answer = sandbox.post("/v1/tax_rates", {})

    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Unrecognized request URL (POST: /v1/tax_rates)."


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ({"nmae": "Ann"}, "parameter_unknown", "nmae"),
        ({"address[town]": "x"}, "parameter_unknown", "address[town]"),
        ({"name[first]": "x"}, None, "name"),
        ({"address": "x"}, None, "address"),
        ({"preferred_locales": "en"}, None, "preferred_locales"),
        ({"tax_exempt": "maybe"}, None, "tax_exempt"),
        ({"name[": "x"}, None, "name["),
        ({"metadata": "x"}, None, "metadata"),
        ({"metadata[" + "k" * 41 + "]": "x"}, None, "metadata[" + "k" * 41 + "]"),
        ({f"metadata[k{n}]": "x" for n in range(51)}, None, "metadata"),
    ],
)
def test_a_wrong_parameter_is_named(
    sandbox: RunningSandbox, form: dict[str, str], code: str | None, param: str
) -> None:
    error = sandbox.post("/v1/customers", form).json()["error"]

    assert (error["type"], error.get("code"), error["param"]) == ("invalid_request_error", code, param)


def test_a_required_parameter_that_is_missing_is_named(sandbox: RunningSandbox) -> None:
    error = sandbox.post("/v1/payment_intents", {"currency": "usd"}).json()["error"]

    assert (error["code"], error["param"]) == ("parameter_missing", "amount")


def test_each_answer_says_its_request_id_and_version(sandbox: RunningSandbox) -> None:
    answer = sandbox.post("/v1/customers", {}, Stripe_Version="2026-10-28.endive", Idempotency_Key="headers")

    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"
    assert answer.headers["Idempotency-Key"] == "headers"


def test_ids_expand_into_objects_in_lists_too(client: stripe.StripeClient) -> None:
    held = client.v1.payment_intents.capture(hold(client).id)

    listed = client.v1.payment_intents.list(
        {"limit": 1, "expand": ["data.latest_charge.balance_transaction.source", "data.customer"]}
    ).data[0]

    assert listed.id == held.id
    assert isinstance(listed.latest_charge, stripe.Charge)
    assert isinstance(listed.latest_charge.balance_transaction, stripe.BalanceTransaction)
    assert isinstance(listed.latest_charge.balance_transaction.source, stripe.Charge)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/payment_intents?expand[]=metadata.x",
        "/v1/payment_intents?expand[]=data",
        "/v1/payment_intents?expand[]=data.status",
        "/v1/payment_intents?expand[]=data.nothing",
        "/v1/payment_intents?expand[]=data.latest_charge.payment_method",
        "/v1/payment_intents?expand[]=a.b.c.d.e",
    ],
)
def test_what_cannot_expand_is_refused(
    sandbox: RunningSandbox, client: stripe.StripeClient, path: str
) -> None:
    hold(client)

    answer = sandbox.get(path)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "expand")


@pytest.mark.parametrize(
    ("kind", "status", "code"), [("rate_limit", 429, "rate_limit"), ("lock", 409, "lock_timeout")]
)
def test_limits_and_locks_can_be_had_on_request(
    sandbox: RunningSandbox, kind: str, status: int, code: str
) -> None:
    sandbox.fault("GET /v1/events", kind, count=2)

    answers = [sandbox.get("/v1/events") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].json()["error"]["code"] == code


def test_a_request_under_another_host_name_is_refused(sandbox: RunningSandbox) -> None:
    answer = requests.get(f"{sandbox.url}/v1/customers", headers={"Host": "rebound.example"}, timeout=10)

    assert answer.status_code == 400
