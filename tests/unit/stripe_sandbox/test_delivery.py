import time

import pytest
import stripe

from factually.stripe_sandbox.delivery import sign

_BODY = b'{"id": "evt_1", "object": "event"}'


def test_the_sdk_accepts_the_signature_under_either_secret() -> None:
    header = sign(_BODY, ["whsec_new", "whsec_old"], int(time.time()))

    for secret in ("whsec_new", "whsec_old"):
        assert stripe.Webhook.construct_event(_BODY, header, secret)["id"] == "evt_1"


def test_the_sdk_refuses_an_old_signature() -> None:
    header = sign(_BODY, ["whsec_new"], int(time.time()) - 301)

    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(_BODY, header, "whsec_new")
