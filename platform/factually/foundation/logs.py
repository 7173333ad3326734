"""Structured logs without personal data: one JSON object a line, known keys only (ASVS 16.2.5)."""

from __future__ import annotations

import json
import logging
import sys
import traceback
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


class _WithoutWords(logging.Formatter):
    """What libraries log, with the types and places of an exception but not its message."""

    def formatException(self, ei: tuple[object, ...]) -> str:  # noqa: N802 - the standard library's name
        failure = ei[1]
        return json.dumps(_chain(failure)) if isinstance(failure, BaseException) else ""


_LONGEST_CHAIN: Final = 5
_DEEPEST_STACK: Final = 20


def configure_logs() -> None:
    """Send structured lines to standard error, and the libraries' warnings with them."""
    structlog.configure(
        processors=[
            keep_allowed_keys,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_it_failed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithoutWords("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def keep_allowed_keys(logger: WrappedLogger, method_name: str, event_dict: EventDict) -> EventDict:
    """Drop each key that isn't on the list, so that a careless call can't log a donor."""
    del logger, method_name
    return {key: value for key, value in event_dict.items() if key in ALLOWED_KEYS}


def where_it_failed(logger: WrappedLogger, method_name: str, event_dict: EventDict) -> EventDict:
    """Put types and places instead of an exception: its message may repeat what somebody typed."""
    del logger, method_name
    failure = event_dict.pop("exc_info", None)
    if failure is True:
        failure = sys.exception()
    if isinstance(failure, BaseException):
        event_dict["exception"] = _chain(failure)
    return event_dict


def _chain(failure: BaseException) -> list[dict[str, object]]:
    chain: list[dict[str, object]] = []
    link: BaseException | None = failure
    while link is not None and len(chain) < _LONGEST_CHAIN:
        frames = traceback.extract_tb(link.__traceback__)
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-_DEEPEST_STACK:]]
        chain.append({"type": type(link).__qualname__, "where": places})
        link = link.__cause__ or link.__context__
    return chain
