from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from factually.articles.evidence.gate import CHECKS, CHECKS_OF_CIRCUMSTANCES, CHECKS_OF_SITE
from factually.articles.evidence.rules import RULES
from factually.articles.ratings import RATINGS
from factually.articles.structured_data import POLICY_ADDRESSES

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.mark.parametrize("address", ["/", "/policies"])
def test_each_policy_that_structured_data_names_is_at_its_address(client: FlaskClient, address: str) -> None:
    html = client.get(address).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    organisation = json.loads(found[1])
    for policy in POLICY_ADDRESSES:
        named = urlsplit(organisation[policy])
        answer = client.get(named.path)
        assert answer.status_code == 200
        assert not named.fragment or f'id="{named.fragment}"' in answer.text


def test_the_scale_of_verdicts_is_public(client: FlaskClient) -> None:
    page = client.get("/methodology").text
    for rating in RATINGS.values():
        assert f">{rating.name}</th>" in page
        assert rating.meaning in page
    assert "from 1, the worst, to 5, the best" in " ".join(page.split())


def test_each_rule_of_the_gate_stands_on_the_methodology_page(client: FlaskClient) -> None:
    page = client.get("/methodology").text
    asked = {check.__doc__ for check in (*CHECKS, *CHECKS_OF_CIRCUMSTANCES, *CHECKS_OF_SITE)}
    checked = {rule for text in asked for rule in re.findall(r"\(?(EG[0-9]+)", text or "")}
    assert {rule.id for rule in RULES} == checked
    for rule in RULES:
        assert f'id="{rule.id.lower()}"' in page
        assert f"{rule.id} {rule.name}" in page


def test_every_page_leads_to_how_we_check_and_to_corrections(client: FlaskClient) -> None:
    links = re.findall(r'href="([^"]+)"', client.get("/about").text)
    assert {"/methodology", "/policies"} <= set(links)
    assert any("corrections" in link for link in links)
