from __future__ import annotations

import contextlib
import html
import io
import json
import re
import threading
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from factually.articles.history import views
from factually.articles.models import ArticleFormerSlug
from factually.articles.publishing import Terms
from tests.support.article_factories import OVERRIDE, SAMPLE, published, short_text
from tests.support.newsroom import NOTE
from tests.support.revised_articles import revise_twice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from factually.foundation.database import Database
    from tests.support.clock import FrozenClock
    from tests.support.newsroom import Newsroom

SECOND_DAY = "Wed, 25 Nov 2026 12:00:00 GMT"


@pytest.fixture
def slug(newsroom: Newsroom) -> str:
    """An article with three revisions."""
    return revise_twice(newsroom)


@pytest.fixture
def hashes(client: FlaskClient, slug: str) -> list[str]:
    """Its hashes, oldest first."""
    lines = client.get(f"/fact-checks/{slug}/timemap").text
    return re.findall(r"@([0-9a-f]{64})>", lines)


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    apart = re.sub(r"</(?:dt|dd|h2|h3|p|td)>", " ", answer.text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", apart)).split())


def test_the_history_shows_each_revision_with_what_changed(
    client: FlaskClient, slug: str, hashes: list[str]
) -> None:
    page = client.get(f"/fact-checks/{slug}/history").text
    places = [page.index(f'id="revision-{number}"') for number in (3, 2, 1)]
    assert places == sorted(places)
    for sha in hashes:
        assert f'href="/fact-checks/{slug}@{sha}"' in page
        assert f'href="/fact-checks/{slug}@{sha}.json"' in page
    assert f'href="/fact-checks/{slug}/difference?from=1&amp;to=2"' in page
    text = read(client, f"/fact-checks/{slug}/history")
    assert "Readers have seen 3 revisions of this text." in text
    assert "4 words added and 1 removed in 1 passage." in text
    assert "The title was “How do political committees register" in text
    assert "made public by the newsroom" in text
    assert f"Correction, November 26, 2026 What we said {NOTE.was} What is right {NOTE.now}" in text
    assert f"Before it {hashes[1]}" in text


def test_an_imported_article_shows_who_overrode_the_evidence_check(
    client: FlaskClient, database: Database, clock: FrozenClock
) -> None:
    slug = published(database, SAMPLE, now=clock.now()).slug
    text = read(client, f"/fact-checks/{slug}/history")
    assert "The text has not changed since it was published." in text
    assert f"by decision of {OVERRIDE.by}: {OVERRIDE.reason}" in text
    assert "made public automatically: imported, or published on schedule" in text
    assert "Nothing: it is the first" in text


def test_a_long_history_is_read_page_by_page(
    client: FlaskClient, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "REVISIONS_A_PAGE", 2)
    first = client.get(f"/fact-checks/{slug}/history").text
    assert first.count('class="revision"') == 2
    assert f'href="/fact-checks/{slug}/history?before=2"' in first
    last = client.get(f"/fact-checks/{slug}/history?before=2").text
    assert last.count('class="revision"') == 1
    assert "First published" in last
    assert "Newest revisions" in last
    for nonsense in ("x", "-1", "²", "1" * 10):
        assert client.get(f"/fact-checks/{slug}/history?before={nonsense}").status_code == 422
    assert client.get(f"/fact-checks/{slug}/history?before=1").status_code == 404


def test_a_revision_shows_the_article_as_it_read_then(
    client: FlaskClient, slug: str, hashes: list[str]
) -> None:
    answer = client.get(f"/fact-checks/{slug}@{hashes[1]}")
    assert "This is revision 2 of 3, replaced on" in " ".join(answer.text.split())
    assert "The threshold is lower than many think." in answer.text
    assert "<title>How do political" in answer.text
    assert f'<link rel="canonical" href="http://localhost/fact-checks/{slug}">' in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "application/ld+json" not in answer.text
    assert answer.headers["Memento-Datetime"] == SECOND_DAY
    link = answer.headers["Link"]
    assert f'<http://localhost/fact-checks/{slug}>; rel="original latest-version"' in link
    for sha, relation in zip(
        hashes, ("first prev predecessor-version", "", "next successor-version last"), strict=True
    ):
        assert f'@{sha}>; rel="{relation} memento"'.replace('" m', '"m') in link
    first = client.get(f"/fact-checks/{slug}@{hashes[0]}").text
    assert "The threshold is low." in first
    assert "What it changed" not in first
    current = read(client, f"/fact-checks/{slug}@{hashes[2]}")
    assert "This is revision 3 of 3, the one readers see now" in current
    assert "What changed since" not in current


def test_the_beginning_of_a_hash_leads_to_the_whole(
    client: FlaskClient, slug: str, hashes: list[str]
) -> None:
    address = f"/fact-checks/{slug}@{hashes[0]}"
    for short in (hashes[0][:12], hashes[0].upper()):
        answer = client.get(f"/fact-checks/{slug}@{short}")
        assert (answer.status_code, answer.headers["Location"]) == (302, address)
    file = client.get(f"/fact-checks/{slug}@{hashes[0][:12]}.json")
    assert (file.status_code, file.headers["Location"]) == (302, f"{address}.json")


def test_a_hash_that_no_public_revision_has_is_not_found(
    client: FlaskClient, slug: str, hashes: list[str]
) -> None:
    for name in (hashes[0][:11], "0" * 16, "x" * 64, "", f"{hashes[0]}.json.json"):
        assert client.get(f"/fact-checks/{slug}@{name}").status_code == 404, name


def test_a_file_is_the_bytes_that_were_hashed_and_may_be_kept_for_ever(
    client: FlaskClient, slug: str, hashes: list[str]
) -> None:
    previous = None
    for sha in hashes:
        answer = client.get(f"/fact-checks/{slug}@{sha}.json")
        assert answer.content_type == "application/json"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert sha256(answer.data).hexdigest() == sha
        assert json.loads(answer.data)["previous_sha256"] == previous
        previous = sha
    again = client.get(f"/fact-checks/{slug}@{sha}.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The application behind a real port."""
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_program_on_the_page_verifies_the_chain_and_finds_a_forgery(
    client: FlaskClient, slug: str, hashes: list[str], served: str
) -> None:
    page = client.get(f"/fact-checks/{slug}/history").text
    found = re.search(r'id="verifier"><code>(.*?)</code>', page, re.DOTALL)
    assert found is not None
    program = html.unescape(found[1]).replace("http://localhost", served)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "verifier", "exec"), {})  # noqa: S102 - what readers are told to run is what is tested
    assert printed.getvalue() == "No file was altered.\n"
    forged = program.replace(".read()", '.read() + b" "')
    with pytest.raises(AssertionError, match="altered"):
        exec(compile(forged, "verifier", "exec"), {})  # noqa: S102 - the same
    assert f"curl -s http://localhost/fact-checks/{slug}@{hashes[2]}.json | sha256sum" in page


def test_a_difference_is_shown_in_one_text_and_side_by_side(client: FlaskClient, slug: str) -> None:
    page = client.get(f"/fact-checks/{slug}/difference?from=1&to=2")
    assert '<meta name="robots" content="noindex">' in page.text
    text = read(client, f"/fact-checks/{slug}/difference?from=1&to=2")
    assert "removed: low (end of removed) added: lower than many think (end of added)" in text
    assert "added: [2] (end of added)" in text
    assert "passages unchanged" in text
    sides = client.get(f"/fact-checks/{slug}/difference?from=1&to=2&layout=sides").text
    cells = re.findall(r'<td data-label="Revision (\d)">(.*?)</td>', sides, re.DOTALL)
    assert [number for number, _ in cells] == ["1", "2"]
    assert "<ins>" not in cells[0][1]
    assert "<del>" not in cells[1][1]


def test_a_difference_names_changed_titles_and_sources(client: FlaskClient, slug: str) -> None:
    text = read(client, f"/fact-checks/{slug}/difference")
    assert "1 source described otherwise; title changed." in text
    assert "Title How added: and when (end of added) do political committees" in text
    assert "52 U.S.C. 30104, removed: Reporting (end of removed) added: Regular reporting" in text


def test_added_removed_moved_and_retyped_passages_say_so(client: FlaskClient, newsroom: Newsroom) -> None:
    def text(*paragraphs: str) -> str:
        return short_text(section="\n".join(paragraphs))

    plan = "The council voted on the plan in March [1] [2]."
    crowd = "Nobody knows who came to the public-safety square [2]."
    last = "Then the mayor went home by train [1] [2]."
    slug = newsroom.begin(text("It boils when it is hot [1].", plan, crowd, last))
    newsroom.publish(slug, Terms(override=OVERRIDE))
    newsroom.clock.advance(timedelta(hours=1))
    retyped = crowd.replace("public-safety", "public\u2011safety")
    after = text(retyped, "Salt raises the point [1].", last, plan)
    newsroom.save(slug, after.replace("Boiling, explained", "Boiling\u2019s rules"))
    newsroom.publish(slug, Terms(note=NOTE, override=OVERRIDE))
    for layout in ("inline", "sides"):
        shown = read(client, f"/fact-checks/{slug}/difference?layout={layout}")
        for said in ("Added", "Removed", "Moved here", "Moved from here", "Typography only"):
            assert said in shown, layout


def test_a_difference_that_cannot_be_is_refused_with_a_reason(client: FlaskClient, slug: str) -> None:
    for query, status in {
        "from=2&to=1": 422,
        "from=2&to=2": 422,
        "from=x": 422,
        "to=": 422,
        "layout=up": 422,
        "from=7&to=9": 404,
        "to=1": 404,
    }.items():
        assert client.get(f"/fact-checks/{slug}/difference?{query}").status_code == status, query


def test_markup_in_a_text_stays_text_in_history_and_difference(
    client: FlaskClient, newsroom: Newsroom
) -> None:
    payload = "<script>alert(1)</script>"
    slug = newsroom.begin(short_text(title="Is it so?"))
    newsroom.publish(slug, Terms(override=OVERRIDE))
    newsroom.clock.advance(timedelta(hours=1))
    newsroom.save(slug, short_text(title=f"Is it {payload}?", section=f"{payload} [1] [2]."))
    newsroom.publish(slug, Terms(note=NOTE, override=OVERRIDE))
    for page in ("history", "difference", "difference?layout=sides"):
        answer = client.get(f"/fact-checks/{slug}/{page}").text
        assert "<script" not in answer
        assert "alert(1)" in answer


def test_the_time_gate_leads_to_what_readers_saw(client: FlaskClient, slug: str, hashes: list[str]) -> None:
    moments = {
        None: 2,
        "Sat, 01 Jan 2000 00:00:00 GMT": 0,
        "Wed, 25 Nov 2026 11:59:59 GMT": 0,
        SECOND_DAY: 1,
        "Wed, 01 Jan 2200 00:00:00 GMT": 2,
    }
    for moment, place in moments.items():
        headers = {} if moment is None else {"Accept-Datetime": moment}
        answer = client.get(f"/fact-checks/{slug}/timegate", headers=headers)
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"http://localhost/fact-checks/{slug}@{hashes[place]}"
        assert answer.vary.find("accept-datetime") >= 0
        assert 'rel="original"' in answer.headers["Link"]
        assert "Memento-Datetime" not in answer.headers
    bad = client.get(f"/fact-checks/{slug}/timegate", headers={"Accept-Datetime": "yesterday"})
    assert bad.status_code == 400


def test_the_time_map_is_a_link_format_that_lists_all(
    client: FlaskClient, slug: str, hashes: list[str]
) -> None:
    answer = client.get(f"/fact-checks/{slug}/timemap")
    assert answer.content_type == "application/link-format"
    assert len(hashes) == 3
    assert 'rel="self"; type="application/link-format"; from="Tue, 24 Nov 2026' in answer.text


def test_what_was_never_public_or_was_taken_down_has_no_history(
    client: FlaskClient, newsroom: Newsroom, slug: str, hashes: list[str]
) -> None:
    draft = newsroom.begin(short_text())
    newsroom.order(slug, "unpublish", reason="A court told us to.")
    for path in (
        f"{draft}/history",
        f"{draft}/timemap",
        *(f"{slug}/{page}" for page in ("history", "difference", "timemap", "timegate")),
        f"{slug}@{hashes[0]}",
        f"{slug}@{hashes[0]}.json",
        "nothing-here/history",
        "a%00b/history",
    ):
        assert client.get(f"/fact-checks/{path}").status_code == 404, path


def test_a_former_address_leads_to_the_history_at_the_present_one(
    client: FlaskClient, database: Database, newsroom: Newsroom, slug: str, hashes: list[str]
) -> None:
    article = newsroom.article(slug)
    with database.transaction() as session:
        session.add(ArticleFormerSlug(slug="old-address", article_id=article.id, until=newsroom.clock.now()))
    for path in ("{}/history", "{}/difference?from=1&to=2", f"{{}}@{hashes[0]}", f"{{}}@{hashes[0]}.json"):
        answer = client.get("/fact-checks/" + path.format("old-address"))
        assert (answer.status_code, answer.headers["Location"]) == (301, "/fact-checks/" + path.format(slug))


def test_the_article_leads_to_its_history(client: FlaskClient, slug: str) -> None:
    answer = client.get(f"/fact-checks/{slug}")
    assert f'<http://localhost/fact-checks/{slug}/timegate>; rel="timegate"' in answer.headers["Link"]
    assert f'href="/fact-checks/{slug}/history">See what changed</a>' in answer.text
    assert f'href="/fact-checks/{slug}/history">All revisions, and how to verify them</a>' in answer.text


def test_a_retracted_article_keeps_its_history(
    client: FlaskClient, newsroom: Newsroom, slug: str, hashes: list[str]
) -> None:
    newsroom.retract(slug)
    assert client.get(f"/fact-checks/{slug}@{hashes[0]}").status_code == 200
    assert "revision-3" in client.get(f"/fact-checks/{slug}/history").text


def test_history_pages_may_be_kept_by_shared_caches(
    client: FlaskClient, slug: str, hashes: list[str]
) -> None:
    for path in (f"{slug}/history", f"{slug}@{hashes[0]}", f"{slug}/difference", f"{slug}/timemap"):
        first = client.get(f"/fact-checks/{path}")
        assert "s-maxage=60" in first.headers["Cache-Control"]
        assert "Set-Cookie" not in first.headers
        again = client.get(f"/fact-checks/{path}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
