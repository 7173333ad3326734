from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.article_factories import COMPLETE, published

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

PUBLIC = "public, max-age=0, s-maxage=60, stale-while-revalidate=600"


@pytest.mark.parametrize("address", ["/", "/about", "/independence", "/robots.txt"])
def test_a_public_page_may_be_kept_by_shared_caches(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"] == PUBLIC
    assert "Set-Cookie" not in first.headers
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_changed_page_has_another_tag(client: FlaskClient, database: Database, clock: FrozenClock) -> None:
    before = client.get("/").headers["ETag"]
    published(database, COMPLETE, now=clock.now())
    assert client.get("/", headers={"If-None-Match": before}).status_code == 200
