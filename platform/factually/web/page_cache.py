"""A page cache before Flask: a public page is rendered once and sent as stored bytes until something changes.

What changed is told by NOTIFY in the transaction that changes it; a roll-back tells nothing. A process that
does not hear (its connection was cut) stores and serves nothing until it hears again. Figures: performance
page, section C.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import psycopg
import structlog
from sqlalchemy import make_url, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask
    from sqlalchemy.orm import Session

CHANNEL: Final = "factually_pages"
LIFETIME_SECONDS: Final = 60.0
MAXIMUM_BYTES: Final = 64 * 1024 * 1024
_RECONNECT_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 5.0
_EXTENSION: Final = "factually-page-cache"
_NOTIFY: Final = text("SELECT pg_notify(:channel, '')")


def announce_change(session: Session) -> None:
    """Make every process forget its stored pages, if and when the caller's transaction commits."""
    session.execute(_NOTIFY, {"channel": CHANNEL})


@dataclass(frozen=True, slots=True)
class _Page:
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    stored_at: float


class PageStore:
    """Stored pages, the least used forgotten first.

    A page is stored only if nothing changed since its rendering began, hence the generation.
    """

    def __init__(self, maximum_bytes: int = MAXIMUM_BYTES) -> None:
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._lock = threading.Lock()
        self._maximum = maximum_bytes
        self._size = 0
        self._hearing = False
        self.generation = 0

    def find(self, key: str, now: float) -> _Page | None:
        """Return the stored page unless it is too old or changes may have gone unheard."""
        with self._lock:
            page = self._pages.get(key) if self._hearing else None
            if page is None or now - page.stored_at > LIFETIME_SECONDS:
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: str, page: _Page, generation: int) -> None:
        """Store a page that was rendered while nothing changed."""
        with self._lock:
            if generation != self.generation or not self._hearing or len(page.body) > self._maximum:
                return
            self._drop(key)
            self._pages[key] = page
            self._size += len(page.body)
            while self._size > self._maximum:
                self._drop(next(iter(self._pages)))

    def clear(self, *, hearing: bool) -> None:
        """Forget all pages, and note whether changes are heard from here on."""
        with self._lock:
            self._pages.clear()
            self._size = 0
            self._hearing = hearing
            self.generation += 1

    def _drop(self, key: str) -> None:
        dropped = self._pages.pop(key, None)
        if dropped is not None:
            self._size -= len(dropped.body)


class Listener:
    """Hears of changes on a connection of its own, in a thread that starts with the first request.

    Later than the fork: a connection can't be shared by two processes. The thread ends with the store, or
    when it is told to.
    """

    def __init__(self, database_url: str, store: PageStore) -> None:
        self._url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._store = weakref.ref(store)
        self._started = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let the thread end, within seconds and without a word about a database that is gone by then."""
        self._stopped.set()

    def ensure_started(self) -> None:
        """Start the thread once."""
        if self._started.acquire(blocking=False):
            listen = threading.Thread(
                target=_listen_for_ever,
                args=(self._url, self._store, self._stopped),
                name="page cache",
                daemon=True,
            )
            listen.start()


def _listen_for_ever(url: str, kept: weakref.ref[PageStore], stopped: threading.Event) -> None:
    while kept() is not None and not stopped.is_set():
        try:
            _listen(url, kept, stopped)
        except psycopg.OperationalError:
            if not stopped.is_set():
                structlog.get_logger().warning("page_cache.deaf")
        _tell(kept, hearing=False)
        stopped.wait(_RECONNECT_SECONDS)


def _listen(url: str, kept: weakref.ref[PageStore], stopped: threading.Event) -> None:
    with closing(psycopg.connect(url, autocommit=True, connect_timeout=5)) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        _tell(kept, hearing=True)
        while kept() is not None and not stopped.is_set():
            for _ in connection.notifies(timeout=_LOOK_SECONDS):
                _tell(kept, hearing=True)


def _tell(kept: weakref.ref[PageStore], *, hearing: bool) -> None:
    store = kept()
    if store is not None:
        store.clear(hearing=hearing)


def cache_pages(app: Flask, database_url: str) -> None:
    """Put a page cache before an application."""
    store = PageStore()
    listener = Listener(database_url, store)
    app.extensions[_EXTENSION] = listener
    app.wsgi_app = PageCache(app.wsgi_app, listener, store)  # type: ignore[method-assign]  # Flask's documented way


def stop_listening(app: Flask) -> None:
    """End what `cache_pages` started, for an application that ends before its process does."""
    listener: Listener = app.extensions[_EXTENSION]
    listener.stop()


class PageCache:
    """The WSGI application that stands before Flask."""

    def __init__(self, application: WSGIApplication, listener: Listener, store: PageStore) -> None:
        """Stand before an application.

        Args:
            application: What renders pages.
            listener: Hears of changes.
            store: Where pages are kept.
        """
        self._application = application
        self._listener = listener
        self._store = store

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from the store where that is right, and else let the application answer."""
        self._listener.ensure_started()
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"}:
            return self._application(environ, start_response)
        # The host is a part of the key: the application refuses hosts that are not its own.
        key = "\n".join((environ.get("HTTP_HOST", ""), environ["PATH_INFO"], environ.get("QUERY_STRING", "")))
        page = self._store.find(key, time.monotonic())
        if page is None and method == "GET":
            return self._render(environ, start_response, key)
        if page is None:
            return self._application(environ, start_response)
        return _send(page, environ, start_response)

    def _render(self, environ: WSGIEnvironment, start_response: StartResponse, key: str) -> Iterable[bytes]:
        generation = self._store.generation
        answered: list[tuple[str, list[tuple[str, str]]]] = []

        def remember(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
            answered[:] = [(status, headers)]
            return start_response(status, headers, exc_info)  # type: ignore[arg-type]  # passed through

        parts = self._application(environ, remember)  # type: ignore[arg-type]  # a narrower StartResponse
        # Werkzeug answers before it hands over the body; what is not stored goes out as it is made.
        etag = _storable_etag(*answered[0])
        if not etag:
            return parts
        body = b"".join(parts)
        close = getattr(parts, "close", None)
        if close is not None:
            close()
        self._store.keep(key, _Page(answered[0][1], body, etag, time.monotonic()), generation)
        return [body]


def _storable_etag(status: str, headers: list[tuple[str, str]]) -> str:
    """Return the ETag of an answer that anyone may be sent again, or an empty text."""
    named = {name.lower(): value for name, value in headers}
    shared = "public" in named.get("cache-control", "") and "s-maxage" in named.get("cache-control", "")
    if not status.startswith("200 ") or not shared or "set-cookie" in named:
        return ""
    return named.get("etag", "")


def _send(page: _Page, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH", "")
    if page.etag in {tag.strip().removeprefix("W/") for tag in asked.split(",")}:
        kept = [
            (name, value)
            for name, value in page.headers
            if name.lower() not in {"content-length", "content-type"}
        ]
        start_response("304 NOT MODIFIED", kept)
        return []
    start_response("200 OK", page.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]
