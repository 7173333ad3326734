"""Structured logs without personal data: one JSON object a line, known keys only (ASVS 16.2.5)."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, WrappedLogger

ALLOWED_KEYS: Final = frozenset(
    {
        "account",
        "attempt",
        "code",
        "count",
        "duration_ms",
        "error",
        "event",
        "event_id",
        "exc_info",
        "exception",
        "gift",
        "job",
        "kind",
        "level",
        "mail",
        "method",
        "process",
        "reference",
        "request_id",
        "route",
        "state",
        "status",
        "timestamp",
        "type",
    },
)
"""Keys a log line may carry; each holds an id, a name of ours or a number, never a person's data."""


def configure_logs() -> None:
    """Send structured lines to standard error, and the libraries' warnings with them."""
    structlog.configure(
        processors=[
            keep_allowed_keys,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def keep_allowed_keys(logger: WrappedLogger, method_name: str, event_dict: EventDict) -> EventDict:
    """Drop each key that isn't on the list, so that a careless call can't log a donor."""
    del logger, method_name
    return {key: value for key, value in event_dict.items() if key in ALLOWED_KEYS}
