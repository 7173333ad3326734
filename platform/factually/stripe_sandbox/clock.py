"""The sandbox's time: the machine's, moved ahead on request so that holds, keys and tokens can lapse."""

import time

from factually.stripe_sandbox.store import Document, Records

_KIND = "sandbox.clock"
_ID = "clock"


def now(records: Records) -> int:
    """Give the sandbox's time in Unix seconds."""
    return int(time.time()) + _offset(records)


def advance(records: Records, seconds: int) -> int:
    """Move the time ahead, or back, by whole seconds and give the new one."""
    clock: Document = {"object": _KIND, "id": _ID, "offset": _offset(records) + seconds}
    records.save(clock)
    return now(records)


def _offset(records: Records) -> int:
    clock = records.find(_KIND, _ID)
    return 0 if clock is None else int(clock["offset"])
