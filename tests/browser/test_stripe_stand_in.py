"""The Stripe.js stand-in on a page of another origin, under the Content-Security-Policy that the site has."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import pytest
import stripe
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.support.stripe_sandbox import RunningSandbox, hold, stripe_sandbox

pytestmark = pytest.mark.browser

_POLICY: Final = (
    "default-src 'none'; script-src 'self' {sandbox}; frame-src {sandbox}; connect-src 'self' {sandbox};"
    " style-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'"
)
_PAGE: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Give</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{sandbox}/endive/stripe.js"></script><script src="/page.js"></script></head>
<body><main><h1>Give</h1><div id="card"></div><button id="give">Give</button></main></body></html>"""
_SCRIPT: Final = """
window.heard = [];
window.begin = (options) => {
  window.stripe = Stripe("pk_test_factually");
  window.elements = stripe.elements({
    mode: "payment", amount: 500, currency: "usd", captureMethod: "manual", paymentMethodTypes: ["card"],
    ...options,
  });
  const never = { name: "never", email: "never" };
  window.card = elements.create("payment", { fields: { billingDetails: never } });
  card.on("ready", () => heard.push("ready"));
  card.on("change", (event) => heard.push(event.complete ? "complete" : "incomplete"));
  card.mount("#card");
};
window.makeToken = async () => {
  const checked = await elements.submit();
  if (checked.error) return checked;
  return stripe.createConfirmationToken({
    elements,
    params: { payment_method_data: { billing_details: { name: "Ann Donor", email: "ann@example.org" } } },
  });
};
window.authenticate = (clientSecret) => stripe.handleNextAction({ clientSecret });
window.named = async (action) => {
  try { await action(); return ""; } catch (error) { return error.message; }
};
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with stripe_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def client(sandbox: RunningSandbox) -> stripe.StripeClient:
    return sandbox.client()


@pytest.fixture(scope="module")
def shop(sandbox: RunningSandbox) -> Iterator[str]:
    """A site of another origin than the sandbox's."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_script = self.path == "/page.js"
            body = (_SCRIPT if is_script else _PAGE.format(sandbox=sandbox.url)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if is_script else "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", _POLICY.format(sandbox=sandbox.url))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def visit(browser: Browser, shop: str) -> Iterator[Callable[[dict[str, object]], Page]]:
    """Open the shop's page with the card fields; a complaint of the browser fails the test."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(10_000)

    def open_page(options: dict[str, object]) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        page.goto(shop)
        page.evaluate("(options) => begin(options)", options)
        expect(_fields(page).get_by_label("Card number")).to_be_visible()
        return page

    yield open_page
    context.close()
    assert complaints == []


def _fields(page: Page) -> FrameLocator:
    return page.frame_locator('iframe[title="Secure card payment input frame"]')


def _bank(page: Page) -> FrameLocator:
    return page.frame_locator('iframe[title="Card authentication"]')


def _type_card(page: Page, number: str) -> None:
    _fields(page).get_by_label("Card number").click()
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.type("1299")
    page.keyboard.press("Tab")
    page.keyboard.type("123")


def _token(page: Page) -> str:
    made: dict[str, dict[str, str]] = page.evaluate("() => makeToken()")
    assert "error" not in made
    return made["confirmationToken"]["id"]


def _start_authentication(page: Page, intent: stripe.PaymentIntent) -> None:
    page.evaluate(
        "(secret) => { window.outcome = authenticate(secret); }",
        intent.client_secret,
    )
    expect(_bank(page).get_by_role("button", name="Complete")).to_be_focused()


def _outcome(page: Page) -> dict[str, dict[str, str]]:
    outcome: dict[str, dict[str, str]] = page.evaluate("() => window.outcome")
    assert page.locator("dialog").count() == 0
    return outcome


def test_a_card_typed_by_keyboard_becomes_a_token_that_is_held(
    visit: Callable[[dict[str, object]], Page], client: stripe.StripeClient
) -> None:
    page = visit({})
    _type_card(page, "4242424242424242")
    expect(_fields(page).get_by_label("Card number")).to_have_value("4242 4242 4242 4242")
    expect(_fields(page).get_by_label("Expiration date")).to_have_value("12 / 99")

    intent = hold(client, token=_token(page))

    assert intent.status == "requires_capture"
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert intent.latest_charge.billing_details.email == "ann@example.org"
    heard = page.evaluate("() => heard")
    assert (heard[0], heard[-1]) == ("ready", "complete")


def test_the_number_never_reaches_the_page(visit: Callable[[dict[str, object]], Page]) -> None:
    page = visit({})
    requests: list[str] = []
    page.on("request", lambda request: requests.append(f"{request.url} {request.post_data}"))
    _type_card(page, "4242424242424242")

    _token(page)

    with_number = [request for request in requests if "4242424242424242" in request]
    assert len(with_number) == 1
    assert "/endive/confirmation_tokens" in with_number[0]
    assert "4242" not in page.content().replace("4242 4242 4242 4242", "")


def test_a_declined_card_is_told_and_the_next_one_works(
    visit: Callable[[dict[str, object]], Page], client: stripe.StripeClient
) -> None:
    page = visit({})
    _type_card(page, "4000000000009995")
    with pytest.raises(stripe.CardError) as declined:
        hold(client, token=_token(page))
    assert declined.value.error is not None
    assert declined.value.error.decline_code == "insufficient_funds"

    _fields(page).get_by_label("Card number").fill("5555555555554444")

    assert hold(client, token=_token(page)).status == "requires_capture"


def test_authentication_is_completed_in_a_dialog_by_keyboard(
    visit: Callable[[dict[str, object]], Page], client: stripe.StripeClient
) -> None:
    page = visit({})
    _type_card(page, "4000000000003220")
    intent = hold(client, token=_token(page))
    assert intent.status == "requires_action"

    _start_authentication(page, intent)
    page.keyboard.press("Enter")

    assert _outcome(page)["paymentIntent"]["status"] == "requires_capture"


@pytest.mark.parametrize("by", ["button", "escape"])
def test_authentication_failed_or_left_by_escape_is_an_error(
    visit: Callable[[dict[str, object]], Page], client: stripe.StripeClient, by: str
) -> None:
    page = visit({})
    _type_card(page, "4000000000003220")
    intent = hold(client, token=_token(page))
    _start_authentication(page, intent)

    if by == "button":
        _bank(page).get_by_role("button", name="Fail").click()
    else:
        page.keyboard.press("Escape")

    assert _outcome(page)["error"]["code"] == "payment_intent_authentication_failure"
    assert client.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"


@pytest.mark.parametrize(
    ("number", "expiry", "cvc", "message"),
    [
        ("", "", "", "Your card number is incomplete."),
        ("4242424242424241", "1299", "123", "Your card number is invalid."),
        ("4242424242424242", "1399", "123", "Your card's expiration month is invalid."),
        ("4242424242424242", "0120", "123", "Your card's expiration date is in the past."),
        ("4242424242424242", "1299", "12", "Your card's security code is incomplete."),
        ("378282246310005", "1299", "123", "Your card's security code is incomplete."),
    ],
)
def test_a_field_filled_wrongly_says_so_beside_it(
    visit: Callable[[dict[str, object]], Page], number: str, expiry: str, cvc: str, message: str
) -> None:
    page = visit({})
    fields = _fields(page)
    fields.get_by_label("Card number").fill(number)
    fields.get_by_label("Expiration date").fill(expiry)
    fields.get_by_label("Security code").fill(cvc)

    answer = page.evaluate("() => makeToken()")

    assert answer["error"]["message"] == message
    expect(fields.get_by_text(message)).to_be_visible()
    assert fields.locator('[aria-invalid="true"]').count() >= 1


def test_a_real_number_is_refused_without_being_kept(visit: Callable[[dict[str, object]], Page]) -> None:
    page = visit({})
    _type_card(page, "4111111111111111")

    answer = page.evaluate("() => makeToken()")

    assert answer["error"]["decline_code"] == "test_mode_live_card"


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("() => Stripe('pk_live_x')", "test keys"),
        ("() => Stripe('pk_test_x', { betas: [] })", "Stripe.betas"),
        ("() => stripe.confirmPayment({})", "stripe.confirmPayment"),
        ("() => stripe.elements({ mode: 'setup' })", "mode setup"),
        ("() => stripe.elements({ mode: 'payment', amount: 5.5, currency: 'usd' })", "amount"),
        ("() => stripe.elements({ mode: 'payment', amount: 5, currency: 'USD' })", "currency"),
        (
            "() => stripe.elements({ mode: 'payment', amount: 5, currency: 'usd', fonts: [] })",
            "elements.fonts",
        ),
        ("() => elements.create('card')", "card"),
        ("() => elements.fetchUpdates()", "elements.fetchUpdates"),
        ("() => elements.update({ appearance: { theme: 'flat' } })", "theme flat"),
        ("() => card.on('savedpaymentmethodremove', () => {})", "savedpaymentmethodremove"),
        ("() => card.collapse()", "paymentElement.collapse"),
        ("() => stripe.createConfirmationToken({ elements })", "elements.submit()"),
    ],
)
def test_what_the_stand_in_does_not_cover_throws_by_name(
    visit: Callable[[dict[str, object]], Page], action: str, message: str
) -> None:
    page = visit({})

    assert message in page.evaluate(f"() => named({action})")


@pytest.mark.parametrize("theme", ["stripe", "night"])
def test_the_fields_fit_narrow_and_wide_and_pass_axe(
    visit: Callable[[dict[str, object]], Page], sandbox: RunningSandbox, theme: str
) -> None:
    page = visit({"appearance": {"theme": theme, "variables": {"borderRadius": "4px"}}})
    page.evaluate("() => makeToken()")
    frame = page.frames[1]

    for width in (320, 600):
        page.set_viewport_size({"width": width, "height": 800})
        expect(_fields(page).get_by_text("Your card number is incomplete.")).to_be_visible()
        inside = "document.documentElement"
        assert frame.evaluate(f"() => {inside}.scrollWidth <= {inside}.clientWidth")
        page.wait_for_timeout(150)
        assert frame.evaluate(f"() => {inside}.scrollHeight <= innerHeight + 1")
    page.goto(f"{sandbox.url}/endive/card?key=pk_test_x&theme={theme}&origin={sandbox.url}")
    # Alone the frame is see-through; give it the ground of a page in the same colours.
    page.evaluate("() => { document.body.style.background = 'var(--colorBackground)'; }")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_messages_from_elsewhere_are_not_heard(
    visit: Callable[[dict[str, object]], Page],
) -> None:
    page = visit({})

    page.evaluate("() => window.postMessage({ type: 'change', body: { complete: true } }, '*')")
    page.evaluate("() => document.querySelector('iframe').contentWindow.postMessage({ type: 'other' }, '*')")

    assert "complete" not in page.evaluate("() => heard")
