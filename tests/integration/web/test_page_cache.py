from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, event, text

from factually.accounts.roles import ADMIN
from factually.web.page_cache import LIFETIME_SECONDS, PageStore, _Page, announce_change
from tests.support.article_factories import COMPLETE, SAMPLE, published
from tests.support.independence_factories import prepare_screening
from tests.support.people import PASSWORD, add_person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

    from factually.foundation.database import Database
    from factually.foundation.embedded_postgres import EmbeddedCluster
    from tests.support.clock import FrozenClock

PATIENCE = 10.0
CUT_LISTENERS = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "it never came to hold"
        time.sleep(0.02)


@pytest.fixture
def queries(database: Database) -> Iterator[list[str]]:
    """The statements that the application sends to its database."""
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(database._read_engine, "before_cursor_execute", note)  # noqa: SLF001 - what it sends is what is counted
    yield sent
    event.remove(database._read_engine, "before_cursor_execute", note)  # noqa: SLF001 - the same


@pytest.fixture
def visitor(client: FlaskClient, database: Database, clock: FrozenClock) -> FlaskClient:
    """A reader of a site with one article, whose pages are being stored."""
    with database.transaction() as session:
        prepare_screening(session)
    published(database, SAMPLE, now=clock.now())
    return client


def warm(visitor: FlaskClient, queries: list[str], path: str = "/") -> None:
    """Read until an answer comes from the store."""

    def stored() -> bool:
        queries.clear()
        assert visitor.get(path).status_code == 200
        return not queries

    until(stored)


def test_a_stored_page_is_the_rendered_page_and_asks_nothing(
    visitor: FlaskClient, queries: list[str]
) -> None:
    rendered = visitor.get("/")
    warm(visitor, queries)
    stored = visitor.get("/")
    assert stored.data == rendered.data
    assert dict(stored.headers) == dict(rendered.headers)
    assert queries == []


def test_a_head_request_and_a_known_tag_are_answered_without_a_body(
    visitor: FlaskClient,
    queries: list[str],
) -> None:
    warm(visitor, queries)
    tag = visitor.get("/").headers["ETag"]
    head = visitor.head("/")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)
    for asked in (tag, f"W/{tag}", f'"other", {tag}'):
        answer = visitor.get("/", headers={"If-None-Match": asked})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
        assert "Content-Security-Policy" in answer.headers
    assert queries == []


def test_a_published_article_is_on_the_front_page_at_once(
    visitor: FlaskClient,
    queries: list[str],
    database: Database,
    clock: FrozenClock,
) -> None:
    warm(visitor, queries)
    before = visitor.get("/").text
    published(database, COMPLETE, now=clock.now())
    until(lambda: visitor.get("/").text != before)


def test_what_was_rolled_back_clears_nothing(
    visitor: FlaskClient, queries: list[str], database: Database
) -> None:
    warm(visitor, queries)
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        announce_change(session)
        raise ZeroDivisionError
    time.sleep(0.2)
    visitor.get("/")
    assert queries == []


def test_a_process_that_hears_nothing_stores_nothing_until_it_hears_again(
    visitor: FlaskClient,
    queries: list[str],
    cluster: EmbeddedCluster,
) -> None:
    warm(visitor, queries)
    superuser = create_engine(cluster.url(user="postgres", database="postgres"), isolation_level="AUTOCOMMIT")
    with superuser.connect() as connection:
        connection.execute(CUT_LISTENERS)
    superuser.dispose()
    until(lambda: bool(_asked(visitor, queries)))
    warm(visitor, queries)


def _asked(visitor: FlaskClient, queries: list[str]) -> list[str]:
    queries.clear()
    visitor.get("/")
    return list(queries)


def test_another_query_is_another_page_and_an_error_is_never_stored(
    visitor: FlaskClient,
    queries: list[str],
) -> None:
    warm(visitor, queries)
    assert _asked_for(visitor, queries, "/?before=nonsense") == 422
    assert _asked_for(visitor, queries, "/no-such-page") == 404
    assert _asked_for(visitor, queries, "/fact-checks/no-such-article") == 404
    assert queries
    assert visitor.get("/", base_url="http://evil.example").status_code == 400


def _asked_for(visitor: FlaskClient, queries: list[str], path: str) -> int:
    queries.clear()
    return visitor.get(path).status_code


def test_who_is_signed_in_gets_the_stored_public_page_and_own_pages_anew(
    visitor: FlaskClient,
    queries: list[str],
    database: Database,
    clock: FrozenClock,
) -> None:
    warm(visitor, queries)
    email = add_person(database, ADMIN, now=clock.now()).email
    visitor.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert _asked_for(visitor, queries, "/") == 200
    assert queries == []
    for _ in range(2):
        assert _asked_for(visitor, queries, "/desk") == 200
        assert queries


def page(size: int, stored_at: float = 0.0) -> _Page:
    return _Page([], b"x" * size, '"tag"', stored_at)


def test_the_store_is_bounded_and_forgets_what_is_least_used() -> None:
    store = PageStore(maximum_bytes=100)
    store.clear(hearing=True)
    for key in ("a", "b"):
        store.keep(key, page(50), store.generation)
    assert store.find("a", 0.0) is not None
    store.keep("c", page(50), store.generation)
    assert [key for key in "abc" if store.find(key, 0.0)] == ["a", "c"]
    store.keep("d", page(101), store.generation)
    assert store.find("d", 0.0) is None
    store.keep("a", page(100), store.generation)
    assert [key for key in "abc" if store.find(key, 0.0)] == ["a"]


def test_a_page_rendered_before_a_change_is_not_stored_after_it() -> None:
    store = PageStore()
    store.clear(hearing=True)
    began = store.generation
    store.clear(hearing=True)
    store.keep("a", page(1), began)
    assert store.find("a", 0.0) is None


def test_a_page_grows_old_and_a_deaf_store_is_empty() -> None:
    store = PageStore()
    store.keep("a", page(1), store.generation)
    assert store.find("a", 0.0) is None
    store.clear(hearing=True)
    store.keep("a", page(1), store.generation)
    assert store.find("a", LIFETIME_SECONDS) is not None
    assert store.find("a", LIFETIME_SECONDS + 0.1) is None
