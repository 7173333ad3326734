from __future__ import annotations

from dataclasses import replace

import pytest

from factually.independence.matching import Match, MatchKind, Stated
from factually.independence.outcomes import Outcome
from factually.independence.rules.ds08_exempt_organisation import AdvocacyOrganisation
from tests.support.independence_factories import OWN_GIFT
from tests.support.rule_factories import case_with, loaded, match_in, shipped_rule

POLICY = shipped_rule("DS08")
BMF = "irs_eo_bmf"
SUBJECT = replace(OWN_GIFT, ein="12-3456789")


@pytest.mark.parametrize(
    ("match", "outcome"),
    [
        (match_in(BMF, Stated.EIN, kind=MatchKind.EIN, subsection="04"), Outcome.HOLD),
        (match_in(BMF, Stated.EIN, kind=MatchKind.EIN, subsection="05"), Outcome.HOLD),
        (match_in(BMF, Stated.EIN, kind=MatchKind.EIN, subsection=6), Outcome.HOLD),
        (match_in(BMF, Stated.EIN, kind=MatchKind.EIN, subsection="03"), Outcome.ALLOW),
        (match_in(BMF, subsection="04"), Outcome.ALLOW),
    ],
)
def test_an_ein_of_three_subsections_holds_and_never_refuses(match: Match, outcome: Outcome) -> None:
    assert AdvocacyOrganisation().find(case_with(match, subject=SUBJECT), POLICY).outcome is outcome


def test_without_an_ein_nothing_is_looked_up() -> None:
    finding = AdvocacyOrganisation().find(case_with(facts=loaded(BMF)), POLICY)
    assert finding.evidence == ("No EIN was given.",)
