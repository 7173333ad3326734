"""Why nothing was fetched; each is one sentence for whoever entered the address."""

from __future__ import annotations

from factually.foundation.errors import InvalidInput


class FetchFailed(InvalidInput):
    """A page was not fetched."""

    code = "fetch_failed"


class AddressRefused(FetchFailed):
    """We don't connect to this address, whatever answers there."""

    code = "address_refused"


class NoAnswer(FetchFailed):
    """Nobody answered, or not in time, or not over a connection to be trusted."""

    code = "no_answer"


class AnswerRefused(FetchFailed):
    """What came back is too large, of another type, or leads on without end."""

    code = "answer_refused"
