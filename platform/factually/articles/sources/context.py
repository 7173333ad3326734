"""What the pages on sources use besides the database: the fetcher, and how many may wait for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from flask import current_app

from factually.web.bulkheads import Bulkhead

if TYPE_CHECKING:
    from flask import Flask

    from factually.foundation.outgoing.fetching import Fetcher

SECONDS: Final = 8.0
"""How long a person waits for a page that they named."""
_EXTENSION: Final = "factually.sources"


def _bulkhead() -> Bulkhead:
    return Bulkhead(
        2,
        seconds=SECONDS,
        message="Several pages are being looked up already. Please try again, or enter the details by hand.",
        retry_after=int(SECONDS),
    )


@dataclass(frozen=True, slots=True)
class SourcesContext:
    """The parts.

    Attributes:
        at_pages: Threads that may wait for other people's pages at once.
    """

    fetcher: Fetcher
    at_pages: Bulkhead = field(default_factory=_bulkhead)


def install_sources(app: Flask, context: SourcesContext) -> None:
    """Attach the parts to the application; done once by the composition root."""
    app.extensions[_EXTENSION] = context


def sources_context() -> SourcesContext:
    """Return the parts of the application that serves this request."""
    return cast("SourcesContext", current_app.extensions[_EXTENSION])
