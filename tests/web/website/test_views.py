from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from markupsafe import escape
from sqlalchemy import text

from factually.articles.importing import ImportRequest, import_article
from factually.articles.publishing import Override
from factually.audit.journal import Actor
from factually.independence.publishing import packaged_policy, publish_policy
from factually.web.context import install_context
from factually.website import views
from tests.support.independence_factories import ENTRIES, prepare_screening, shipped_policy
from tests.support.rule_factories import earlier_version

if TYPE_CHECKING:
    import pytest
    from flask import Flask
    from flask.testing import FlaskClient

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock

TEXT = """\
Fact check: Is number {number} a prime?
Executive Summary
A summary of number {number} that rests on one source [1].
1. What is known
A paragraph [1].
2. Bottom line: it depends
An end [1].
"""


def publish_articles(database: Database, clock: FrozenClock, numbers: range) -> None:
    with database.transaction() as session:
        for number in numbers:
            request = ImportRequest(
                text=TEXT.format(number=number),
                publish=True,
                override=Override("A made-up text of a test", "A tester"),
            )
            actor = Actor("system", "tests")
            import_article(session, request, now=clock.now() + timedelta(minutes=number), actor=actor)


def put_policy_in_force(database: Database, clock: FrozenClock) -> str:
    with database.transaction() as session:
        return publish_policy(session, packaged_policy(), now=clock.now()).sha256


def links(html: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', html)


def test_the_front_page_of_an_empty_site_claims_nothing(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Nothing has been published yet." in page
    assert "Fingerprint" not in page


def test_the_front_page_lists_the_newest_first(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    publish_articles(database, clock, range(1, 4))
    page = client.get("/").text
    assert re.findall(r"Is number (\d) a prime", page) == ["3", "2", "1"]
    assert "A summary of number 3 that rests on one source." in page
    assert "Older fact checks" not in page


def test_older_fact_checks_follow_without_a_gap(
    client: FlaskClient, database: Database, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "ARTICLES_A_PAGE", 2)
    publish_articles(database, clock, range(1, 6))
    seen, address = [], "/"
    for _ in range(3):
        page = client.get(address).text
        seen += re.findall(r"Is number (\d) a prime", page)
        address = next((link for link in links(page) if link.startswith("/?before=")), "")
    assert seen == ["5", "4", "3", "2", "1"]
    assert address == ""


def test_a_position_that_is_none_of_ours_is_refused(client: FlaskClient) -> None:
    assert client.get("/?before=yesterday").status_code == 422


def test_the_front_page_shows_the_policy_in_force(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    sha256 = put_policy_in_force(database, clock)
    page = client.get("/").text
    assert sha256[:12] in page


def test_the_two_sentences_of_the_promise_stand_on_the_front_page(client: FlaskClient) -> None:
    page = re.sub(r"\s+", " ", re.sub(r"</?mark>", "", client.get("/").text))
    assert (
        "Whether you agree or disagree with our analysis, these conversations matter for democracy."
        " We don't take money from political groups - even a $5 donation helps us keep it that way."
    ) in page


def test_the_policy_is_shown_word_for_word_with_its_hash(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    sha256 = put_policy_in_force(database, clock)
    page = client.get("/independence").text
    assert sha256 in page
    for rule in shipped_policy().rules:
        assert f'id="{rule.id}"' in page
        assert str(escape(rule.text)) in page
    assert "The question is always asked, because no list is complete." in page


def test_the_rules_stand_under_headings_and_only_the_first_is_unfolded(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    put_policy_in_force(database, clock)
    page = client.get("/independence").text
    headings = list(dict.fromkeys(str(rule.heading) for rule in shipped_policy().rules))
    assert re.findall(r"<summary><h3>(.*?)</h3>", page) == headings
    assert page.count('<details class="chapter"') == len(headings)
    assert page.count('<details class="chapter" open>') == 1


def test_a_policy_from_before_headings_is_one_chapter(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        session.add(earlier_version())
    page = client.get("/independence").text
    assert re.findall(r"<summary><h3>(.*?)</h3>", page) == ["All rules"]
    assert 'id="DS29"' in page


def test_an_altered_policy_is_not_shown_as_ours(
    client: FlaskClient, database: Database, owner_database: Database, clock: FrozenClock
) -> None:
    put_policy_in_force(database, clock)
    with owner_database.transaction() as session:
        session.execute(text("ALTER TABLE policy_version DISABLE TRIGGER USER"))
        session.execute(text("UPDATE policy_version SET document = replace(document, 'refuse', 'allow')"))
    assert "No policy is in force" in client.get("/independence").text
    assert client.get("/").status_code == 200


def test_the_register_is_named_with_its_size_and_date(client: FlaskClient, database: Database) -> None:
    with database.transaction() as session:
        prepare_screening(session)
    page = client.get("/independence").text
    assert "FEC committees" in page
    assert f"<dd>{len(ENTRIES)}</dd>" in page
    assert '<time datetime="2026-01-30">January 30, 2026</time>' in page
    assert "FEC committees" in client.get("/").text


def test_the_policy_file_has_the_hash_that_the_page_names(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    sha256 = put_policy_in_force(database, clock)
    answer = client.get("/independence/policy.json")
    assert answer.content_type == "application/json"
    assert hashlib.sha256(answer.data).hexdigest() == sha256


def test_without_a_policy_the_page_says_that_every_gift_is_held(client: FlaskClient) -> None:
    page = client.get("/independence").text
    assert "No policy is in force" in page
    assert "No register has been loaded yet" in page
    assert client.get("/independence/policy.json").status_code == 404


def test_the_about_page_says_where_to_write(client: FlaskClient) -> None:
    page = client.get("/about").text
    assert 'href="mailto:hello@example.org"' in page
    for anchor in ("corrections", "kept"):
        assert f'id="{anchor}"' in page


def test_crawlers_are_kept_to_what_is_for_readers(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "Disallow: /oversight/" in answer.text


def test_the_style_guide_shows_each_error_beside_its_field(client: FlaskClient) -> None:
    page = client.get("/style-guide").text
    for field in ("amount", "email", "attestation"):
        assert f'href="#{field}"' in page
        assert f'id="{field}-error"' in page
    assert 'href="#capacity-0"' in page
    assert 'id="capacity-0"' in page


def test_the_style_guide_is_shown_in_a_demonstration_only(app: Flask, client: FlaskClient) -> None:
    context = app.extensions["factually.web"]
    install_context(app, replace(context, site=replace(context.site, demonstration=False)))
    assert client.get("/style-guide").status_code == 404


def test_the_page_on_funding_tells_what_other_currencies_count_as(client: FlaskClient) -> None:
    page = client.get("/independence").text
    assert "by the rates below, which\n        count from 2026-11-24. We set them, deliberately" in page
    for cell in ("\u20ac4,000.00", "$0.008", "KWD 0.500", "EUR, euros (\u20ac)"):
        assert f">{cell}<" in page
