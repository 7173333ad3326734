"""One request's unit of work: what every operation is given."""

from dataclasses import dataclass
from typing import Final

from factually.stripe_sandbox import clock
from factually.stripe_sandbox.errors import missing
from factually.stripe_sandbox.store import Document, Records

API_VERSION: Final = "2026-10-28.endive"
"""The version the pinned SDK speaks, and the one of events where an endpoint names none."""


@dataclass(frozen=True)
class Work:
    """The open transaction, the time it happens at (Unix seconds) and the request its events will name."""

    records: Records
    now: int
    request_id: str | None = None
    idempotency_key: str | None = None
    origin: str = ""
    """The sandbox's own address, where an answer links to one of its pages."""

    @classmethod
    def by_itself(cls, records: Records) -> "Work":
        """Make the work of the sandbox's own accord, such as the lapse of a hold."""
        return cls(records=records, now=clock.now(records))

    def get(self, kind: str, identifier: str, *, param: str | None = None) -> Document:
        """Read one object, named by a parameter or, without `param`, by the path.

        Raises:
            ApiError: `resource_missing`.
        """
        document = self.records.find(kind, identifier)
        if document is None:
            raise missing(kind, identifier, param=param)
        return document
