import pytest
import requests
import stripe

from tests.support.stripe_sandbox import RunningSandbox


def test_a_session_leads_to_a_notice_on_this_machine(alone: RunningSandbox) -> None:
    client = alone.client()
    portal = client.v1.billing_portal
    customer = client.v1.customers.create({"name": "Ann"}).id
    with pytest.raises(stripe.InvalidRequestError):
        portal.sessions.create({"customer": customer})
    default = portal.configurations.create(
        {
            "features": {
                "payment_method_update": {"enabled": True},
                "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
            },
            "business_profile": {"headline": "Your monthly gift"},
            "default_return_url": "https://example.org/my",
            "name": "Donors",
            "metadata": {"a": "b"},
        }
    )

    session = portal.sessions.create({"customer": customer})
    elsewhere = portal.sessions.create(
        {"customer": customer, "configuration": default.id, "return_url": "https://example.org/else"}
    )

    assert session.url.startswith(f"{alone.url}/portal/")
    assert (session.return_url, elsewhere.return_url) == (
        "https://example.org/my",
        "https://example.org/else",
    )
    page = requests.get(session.url, timeout=10)
    assert "no money moves" in page.text
    assert "https://example.org/my" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert requests.get(f"{alone.url}/portal/other", timeout=10).status_code == 404


def test_a_configuration_is_changed_and_listed(alone: RunningSandbox) -> None:
    portal = alone.client().v1.billing_portal
    made = portal.configurations.create({"features": {"invoice_history": {"enabled": True}}})
    second = portal.configurations.create({"features": {"invoice_history": {"enabled": False}}})

    changed = portal.configurations.update(
        second.id, {"active": False, "login_page": {"enabled": False}, "features": {}}
    )

    assert (made.is_default, second.is_default, changed.active) == (True, False, False)
    assert made.features.invoice_history.enabled
    assert portal.configurations.retrieve(made.id).active
    assert [found.id for found in portal.configurations.list({"active": True}).data] == [made.id]
