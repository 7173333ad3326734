"""Which tests one worker of pytest-xdist takes together: those that share processes that start slowly."""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadScopeScheduling

_TOGETHER: Final = {
    "tests/browser/test_currencies.py": "the whole site",
    "tests/browser/test_donate_form.py": "the whole site",
    "tests/browser/test_donor_pages.py": "the whole site",
    "tests/browser/test_monthly.py": "the whole site",
    "tests/browser/test_newsroom.py": "the whole site",
    "tests/browser/test_story.py": "the whole site",
    "tests/integration/demonstration/test_demo.py": "the whole site",
    "tests/system/test_command_line.py": "the whole site",
    "tests/system/test_web_server.py": "the whole site",
}


class StartedOnce(LoadScopeScheduling):
    """Gives a group of tests to one worker, the largest first, and every other test to whoever is free.

    The mark ``xdist_group`` would say the same, but pytest-xdist 3.8 writes it into an attribute that
    pytest 9.2 no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _TOGETHER.get(nodeid.split("::", maxsplit=1)[0], nodeid)
