from __future__ import annotations

import pytest

from factually.articles.evidence import Circumstances, answering
from factually.articles.evidence.circumstances import UNKNOWN


@pytest.mark.parametrize(
    ("circumstances", "levels"),
    [
        (Circumstances(links_to_corrections=True, ifcn_signatory=False), []),
        (Circumstances(links_to_corrections=False, ifcn_signatory=False), ["error"]),
        (Circumstances(links_to_corrections=True, ifcn_signatory=True), ["error"]),
        (Circumstances(links_to_corrections=True, ifcn_signatory=True, links_to_complaints=True), []),
        (UNKNOWN, ["report", "report"]),
    ],
)
def test_corrections_and_for_signatories_complaints_are_near(
    circumstances: Circumstances, levels: list[str]
) -> None:
    found = [*answering.corrections_are_near(circumstances), *answering.complaints_are_near(circumstances)]
    assert [finding.level for finding in found] == levels
