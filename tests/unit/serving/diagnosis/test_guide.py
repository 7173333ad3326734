"""The operators' guide names what the checks ask for."""

from __future__ import annotations

import re

from factually.donations.events import EVENT_TYPES
from factually.serving.diagnosis.stripe_api import API_VERSION
from tests.support.databases import ROOT


def test_the_guide_lists_every_event_and_the_version_of_our_endpoint() -> None:
    guide = (ROOT / "docs/doctor.md").read_text()
    listed = re.search(r"with these events:\n\n(.*?)\n\n", guide, re.DOTALL)
    assert listed is not None
    events = {
        f"{start}{end}"
        for part in listed[1].replace("\n", " ").split(" · ")
        for start, ends in [re.findall(r"`(.*?)` (.*)", part.strip(" ·"))[0]]
        for end in ends.split(", ")
    }
    assert events == set(EVENT_TYPES)
    assert f"`{API_VERSION}`" in guide
