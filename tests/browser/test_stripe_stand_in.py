"""The Stripe.js stand-in on a page of another origin, under the Content-Security-Policy that the site has."""

from collections.abc import Callable, Iterator

import pytest
import stripe
from playwright.sync_api import Browser, ConsoleMessage, Error, FrameLocator, Page, Route, expect

from factually.foundation.crypto import Keyring
from tests.browser.conftest import WCAG
from tests.support.card_shop import card_shop
from tests.support.clock import FrozenClock
from tests.support.looks import PHONE, faults, in_both_themes
from tests.support.monthly_gifts import save_card
from tests.support.stripe_sandbox import RunningSandbox, hold, stripe_sandbox

pytestmark = pytest.mark.browser

Visit = Callable[[dict[str, object]], Page]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with stripe_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def client(sandbox: RunningSandbox) -> stripe.StripeClient:
    return sandbox.client()


@pytest.fixture
def shop(sandbox: RunningSandbox, keyring: Keyring, clock: FrozenClock) -> Iterator[str]:
    """A page of another origin than the sandbox's."""
    with card_shop(sandbox.url, keyring, clock) as address:
        yield address


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """One window for all tests, since to open one takes longer than most of them do."""
    context = browser.new_context()
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def visit(window: Page, shop: str) -> Iterator[Visit]:
    """Open the shop's page anew with the card fields; a complaint of the browser fails the test."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A decline is a 4xx on purpose, and Chromium calls each one an error.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def hear_error(error: Error) -> None:
        complaints.append(str(error))

    def open_page(options: dict[str, object]) -> Page:
        window.set_viewport_size({"width": PHONE, "height": 844})
        window.goto(shop)
        window.evaluate("(options) => begin(options)", options)
        window.wait_for_function("() => heard.includes('ready')")
        return window

    window.on("console", hear)
    window.on("pageerror", hear_error)
    yield open_page
    violations = window.evaluate("() => violations")
    window.unroute_all()
    window.goto("about:blank")
    window.remove_listener("console", hear)
    window.remove_listener("pageerror", hear_error)
    assert violations == []
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


def _start_authentication(page: Page, intent: stripe.PaymentIntent | stripe.SetupIntent) -> None:
    page.evaluate("(secret) => { window.outcome = authenticate(secret); }", intent.client_secret)
    expect(_bank(page).get_by_role("button", name="Complete")).to_be_focused()


def _outcome(page: Page) -> dict[str, dict[str, str]]:
    outcome: dict[str, dict[str, str]] = page.evaluate("() => window.outcome")
    assert page.locator("dialog").count() == 0
    return outcome


def test_a_card_typed_by_keyboard_becomes_a_token_that_is_held(
    visit: Visit, client: stripe.StripeClient
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


def test_what_was_typed_before_the_fields_were_ready_counts(visit: Visit) -> None:
    page = visit({})
    held_back: list[Route] = []
    page.route("**/card-frame.js", lambda route: held_back.append(route))  # noqa: PLW0108 - marked by Playwright
    with page.expect_request("**/card-frame.js"):
        page.evaluate("() => card.mount('#card')")
    _type_card(page, "4242424242424242")
    assert page.evaluate("() => heard") == ["ready"]

    held_back[0].continue_()

    expect(_fields(page).get_by_label("Card number")).to_have_value("4242 4242 4242 4242")
    expect(_fields(page).get_by_label("Expiration date")).to_have_value("12 / 99")
    assert page.evaluate("() => heard") == ["ready", "ready", "complete"]


def test_the_number_never_reaches_the_page(visit: Visit) -> None:
    page = visit({})
    requests: list[str] = []
    page.on("request", lambda request: requests.append(f"{request.url} {request.post_data}"))
    _type_card(page, "4242424242424242")

    _token(page)

    with_number = [request for request in requests if "4242424242424242" in request]
    assert len(with_number) == 1
    assert "/endive/confirmation_tokens" in with_number[0]
    assert "4242" not in page.content().replace("4242 4242 4242 4242", "")


def test_a_card_is_saved_for_later_after_its_bank_was_asked(
    visit: Visit, client: stripe.StripeClient
) -> None:
    page = visit({"mode": "setup"})
    _type_card(page, "4000002500003155")
    intent = save_card(client, client.v1.customers.create({}).id, token=_token(page))
    assert intent.status == "requires_action"

    _start_authentication(page, intent)
    expect(_bank(page).get_by_text("Saving the card ending in 3155 for later payments.")).to_be_visible()
    page.keyboard.press("Enter")

    assert _outcome(page)["setupIntent"]["status"] == "succeeded"
    read = page.evaluate("(secret) => stripe.retrieveSetupIntent(secret)", intent.client_secret)
    assert read["setupIntent"]["usage"] == "off_session"
    assert "customer" not in read["setupIntent"]


def test_a_form_changes_from_a_single_gift_to_a_monthly_one(
    visit: Visit, client: stripe.StripeClient
) -> None:
    page = visit({"currency": "jpy"})
    _type_card(page, "4242424242424242")

    page.evaluate("() => elements.update({ mode: 'setup', currency: 'kwd' })")
    token = client.v1.confirmation_tokens.retrieve(_token(page))

    assert token.setup_future_usage == "off_session"
    assert save_card(client, client.v1.customers.create({}).id, token=token.id).status == "succeeded"


@pytest.mark.parametrize(
    ("currency", "amount", "shown"),
    [("jpy", 500, "JPY 500"), ("kwd", 1500, "KWD 1.500"), ("eur", 500, "EUR 5.00")],
)
def test_the_bank_names_the_amount_in_its_own_currency(
    visit: Visit, client: stripe.StripeClient, currency: str, amount: int, shown: str
) -> None:
    page = visit({"currency": currency, "amount": amount})
    _type_card(page, "4000000000003220")
    intent = client.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": currency,
            "confirm": True,
            "confirmation_token": _token(page),
            "allowed_payment_method_types": ["card"],
        }
    )

    _start_authentication(page, intent)

    expect(_bank(page).get_by_text(f"Payment of {shown} with the card ending in 3220.")).to_be_visible()
    page.keyboard.press("Escape")
    assert "error" in _outcome(page)


def test_a_declined_card_is_told_and_the_next_one_works(visit: Visit, client: stripe.StripeClient) -> None:
    page = visit({})
    _type_card(page, "4000000000009995")
    with pytest.raises(stripe.CardError) as declined:
        hold(client, token=_token(page))
    assert declined.value.error is not None
    assert declined.value.error.decline_code == "insufficient_funds"

    _fields(page).get_by_label("Card number").fill("5555555555554444")

    assert hold(client, token=_token(page)).status == "requires_capture"


def test_authentication_is_completed_by_keyboard(visit: Visit, client: stripe.StripeClient) -> None:
    page = visit({})
    _type_card(page, "4000000000003220")
    intent = hold(client, token=_token(page))
    assert intent.status == "requires_action"

    _start_authentication(page, intent)
    page.keyboard.press("Enter")

    assert _outcome(page)["paymentIntent"]["status"] == "requires_capture"


@pytest.mark.parametrize("by", ["button", "escape"])
def test_authentication_failed_or_left_is_an_error(
    visit: Visit, client: stripe.StripeClient, by: str
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
def test_a_wrong_field_says_so_beside_it(
    visit: Visit, number: str, expiry: str, cvc: str, message: str
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


def test_a_real_number_is_refused_without_being_kept(visit: Visit) -> None:
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
        ("() => stripe.elements({ mode: 'subscription' })", "mode subscription"),
        ("() => stripe.elements({ mode: 'setup', setupFutureUsage: 'always' })", "setupFutureUsage"),
        ("() => stripe.elements({ mode: 'setup', currency: 'USD' })", "currency"),
        ("() => stripe.retrieveSetupIntent('pi_1_secret_2')", "setupIntent"),
        ("() => stripe.handleNextAction({ clientSecret: 'cs_1_secret_2' })", "neither a PaymentIntent"),
        ("() => stripe.elements({ mode: 'payment', amount: 5.5, currency: 'usd' })", "amount"),
        ("() => stripe.elements({ mode: 'payment', amount: 5, currency: 'USD' })", "currency"),
        ("() => stripe.elements({ fonts: [] })", "elements.fonts"),
        ("() => elements.create('card')", "card"),
        ("() => elements.fetchUpdates()", "elements.fetchUpdates"),
        ("() => elements.update({ appearance: { theme: 'flat' } })", "theme flat"),
        ("() => card.on('savedpaymentmethodremove', () => {})", "savedpaymentmethodremove"),
        ("() => card.collapse()", "paymentElement.collapse"),
        ("() => stripe.createConfirmationToken({ elements })", "elements.submit()"),
    ],
)
def test_what_the_stand_in_does_not_cover_throws_by_name(visit: Visit, action: str, message: str) -> None:
    page = visit({})

    assert message in page.evaluate(f"() => named({action})")


@pytest.mark.parametrize("theme", ["stripe", "night"])
def test_the_fields_fit_narrow_and_wide_and_pass_axe(
    visit: Visit, sandbox: RunningSandbox, theme: str
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
    alone = page.context.new_page()
    alone.goto(f"{sandbox.url}/endive/card?key=pk_test_x&theme={theme}&origin={sandbox.url}")
    # Alone the frame is see-through; give it the ground of a page in the same colours.
    alone.evaluate("() => { document.body.style.background = 'var(--colorBackground)'; }")
    assert faults(alone, WCAG) == []
    alone.close()


def test_messages_from_elsewhere_are_not_heard(visit: Visit) -> None:
    page = visit({})

    page.evaluate("() => window.postMessage({ type: 'change', body: { complete: true } }, '*')")
    page.evaluate("() => document.querySelector('iframe').contentWindow.postMessage({ type: 'other' }, '*')")

    assert "complete" not in page.evaluate("() => heard")


def test_the_sandboxs_own_page_fits_a_phone_and_passes_axe(
    browser: Browser, sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    client.v1.payment_intents.capture(hold(client).id)
    context = browser.new_context(viewport={"width": PHONE, "height": 844})
    page = context.new_page()

    page.goto(sandbox.url)

    expect(page.get_by_role("cell", name="succeeded").first).to_be_visible()
    for theme in in_both_themes(page):
        assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE, theme
        assert faults(page, WCAG) == [], theme
    context.close()
