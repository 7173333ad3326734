from __future__ import annotations

import pytest

from factually.web.rate_limits import connection_of


@pytest.mark.parametrize(
    ("address", "connection"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_connection_is_an_address_or_the_network_of_one_customer(address: str, connection: str) -> None:
    assert connection_of(address) == connection
