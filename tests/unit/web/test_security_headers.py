from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.web.conftest import Visit, toolkit

if TYPE_CHECKING:
    from factually.foundation.crypto import Keyring
    from tests.support.clock import FrozenClock


@pytest.mark.parametrize("path", ["/open", "/nowhere", "/forgotten", "/bug", "/invalid"])
def test_every_answer_carries_the_headers(visit: Visit, path: str) -> None:
    headers = visit.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["Cache-Control"] == "no-store"


def test_the_payment_page_alone_lets_the_payment_script_in(visit: Visit) -> None:
    response = visit.get("/payment")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self' https://pay.example;" in policy
    assert "frame-src https://pay.example https://*.pay.example;" in policy
    assert "connect-src 'self' https://pay.example;" in policy
    assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "pay.example" not in visit.get("/open").headers["Content-Security-Policy"]


def test_wallets_open_on_the_payment_page_and_nowhere_else(visit: Visit) -> None:
    paying, other = visit.get("/payment").headers, visit.get("/open").headers
    assert 'payment=(self "https://pay.example"),' in paying["Permissions-Policy"]
    assert "payment=(self)," in other["Permissions-Policy"]
    assert paying["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    assert other["Cross-Origin-Opener-Policy"] == "same-origin"


def test_without_tls_no_browser_is_told_to_insist_on_it(keyring: Keyring, clock: FrozenClock) -> None:
    local = Visit(toolkit(keyring, clock, "http://factually.example").test_client())
    assert "Strict-Transport-Security" not in local.get("/open").headers


def test_another_host_is_refused(keyring: Keyring, clock: FrozenClock) -> None:
    answer = toolkit(keyring, clock).test_client().get("/open", base_url="https://evil.example")
    assert answer.status_code == 400
