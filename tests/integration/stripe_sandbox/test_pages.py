import requests
import stripe

from factually.stripe_sandbox.cards import CARDS
from tests.support.monthly_gifts import donor, subscribe
from tests.support.stripe_sandbox import RunningSandbox, WebhookReceiver, hold


def test_the_page_says_that_no_money_moves_and_shows_what_there_is(
    heard: RunningSandbox, receiver: WebhookReceiver
) -> None:
    client = heard.client()
    empty = requests.get(heard.url, timeout=10).text
    customer = client.v1.customers.create({"name": "Ann <Donor>", "email": "ann@example.org"})
    held = hold(client)
    yen = client.v1.payment_intents.create(
        {"amount": 500, "currency": "jpy", "allowed_payment_method_types": ["card"]}
    )
    gift = subscribe(client, donor(client), 1500, currency="kwd")
    receiver.wait_for(bool)

    answer = requests.get(heard.url, timeout=10)

    assert "<h1>Stripe sandbox: no money moves</h1>" in empty
    assert empty.count("None yet.") == 4
    assert held.id in answer.text
    assert yen.id in answer.text
    assert customer.id in answer.text
    assert "USD 5.00" in answer.text
    assert "JPY 500" in answer.text
    assert gift.id in answer.text
    assert "KWD 1.500" in answer.text
    assert "Ann &lt;Donor&gt;" in answer.text
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert all(card.name in answer.text for card in CARDS)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_frame_is_opened_with_a_publishable_test_key_only(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    frame = f"{sandbox.url}/endive/card"
    secret = hold(client, "pm_card_threeDSecure2Required").client_secret
    bank = f"{sandbox.url}/endive/authentication"
    key = sandbox.publishable_key

    assert requests.get(frame, params={"key": "pk_live_x"}, timeout=10).status_code == 401
    assert 'data-theme="night"' in requests.get(frame, params={"key": key, "theme": "night"}, timeout=10).text
    page = requests.get(bank, params={"key": key, "client_secret": secret}, timeout=10)
    assert "USD 5.00" in page.text
    assert "no money moves" in page.text
    assert (
        requests.get(bank, params={"key": key, "client_secret": "pi_x_secret_y"}, timeout=10).status_code
        == 404
    )


def test_the_bank_is_not_asked_about_an_intent_without_a_card(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "allowed_payment_method_types": ["card"]}
    )
    query = {"key": sandbox.publishable_key, "client_secret": intent.client_secret}

    answer = requests.get(f"{sandbox.url}/endive/authentication", params=query, timeout=10)

    assert answer.json()["error"]["code"] == "payment_intent_unexpected_state"


def test_a_browser_reads_its_own_intent_and_no_more(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    mine, other = hold(client), hold(client)
    query = {"key": sandbox.publishable_key, "client_secret": mine.client_secret}

    answer = requests.get(f"{sandbox.url}/endive/payment_intents/{mine.id}", params=query, timeout=10)
    elsewhere = requests.get(f"{sandbox.url}/endive/payment_intents/{other.id}", params=query, timeout=10)

    assert answer.json()["status"] == "requires_capture"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "customer" not in answer.json()
    assert elsewhere.status_code == 404


def test_the_stand_in_is_served_as_a_script(sandbox: RunningSandbox) -> None:
    answer = requests.get(f"{sandbox.url}/endive/stripe.js", timeout=10)

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "innerHTML" not in answer.text
