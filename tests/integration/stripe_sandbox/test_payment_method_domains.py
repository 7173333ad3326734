import pytest
import stripe

from tests.support.stripe_sandbox import RunningSandbox


def test_a_site_registers_its_name_once_for_all_wallets(client: stripe.StripeClient) -> None:
    domain = client.v1.payment_method_domains.create({"domain_name": "Facts.example.org"})
    again = client.v1.payment_method_domains.create({"domain_name": "facts.example.org"})

    assert (again.id, domain.domain_name, domain.enabled) == (domain.id, "facts.example.org", True)
    assert {domain.apple_pay.status, domain.google_pay.status, domain.link.status} == {"active"}
    assert client.v1.payment_method_domains.validate(domain.id).id == domain.id
    assert client.v1.payment_method_domains.retrieve(domain.id).livemode is False


def test_a_domain_is_switched_off_and_found(client: stripe.StripeClient) -> None:
    domain = client.v1.payment_method_domains.create({"domain_name": "off.example.org"})

    client.v1.payment_method_domains.update(domain.id, {"enabled": False})
    client.v1.payment_method_domains.update(domain.id, {})

    found = client.v1.payment_method_domains.list({"domain_name": "off.example.org", "enabled": False}).data
    assert [one.id for one in found] == [domain.id]


@pytest.mark.parametrize("name", ["", "https://example.org", "example.org:80", "a b"])
def test_a_domain_is_a_bare_name(sandbox: RunningSandbox, name: str) -> None:
    answer = sandbox.post("/v1/payment_method_domains", {"domain_name": name})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "domain_name")
