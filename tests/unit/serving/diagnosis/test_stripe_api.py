from __future__ import annotations

import pytest
import stripe

from factually.serving.diagnosis.stripe_api import API_VERSION, StripeApi, StripeSaidNo


def test_our_endpoint_must_have_the_version_that_the_pinned_sdk_reads() -> None:
    assert stripe.api_version == API_VERSION


def test_nobody_answering_is_said_without_the_key() -> None:
    with pytest.raises(StripeSaidNo, match=r"No usable answer from http://127\.0\.0\.1:9") as said:
        StripeApi("http://127.0.0.1:9", "sk_test_hidden").webhook_endpoints()
    assert said.value.status == 0
    assert "sk_test_hidden" not in f"{said.value}{StripeApi('x', 'sk_test_hidden')!r}"
