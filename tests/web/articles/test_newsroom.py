from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from tests.support.article_factories import SAMPLE, short_text
from tests.support.newsroom import NOTE
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.support.clock import FrozenClock
    from tests.support.newsroom import Colleague, Newsroom

OTHER = short_text(section="Altitude moves it [1] [2].", sources=False)
BODY = short_text(sources=False)


def enter(client: FlaskClient, newsroom: Newsroom, person: Colleague) -> None:
    """Sign a person of the newsroom in, in place of whoever was."""
    client.post("/sign-out")
    newsroom.give_password(person)
    client.post("/sign-in", data={"email": person.email, "password": PASSWORD})


@pytest.fixture
def writer(client: FlaskClient, newsroom: Newsroom) -> FlaskClient:
    enter(client, newsroom, newsroom.writer)
    return client


def path(newsroom: Newsroom, slug: str, *more: str) -> str:
    return "/".join([f"/newsroom/articles/{newsroom.article(slug).id}", *more])


def field(page: TestResponse, name: str) -> str:
    """Return a hidden field's value."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page.text)
    assert found is not None
    return html.unescape(found[1])


def autosaved(
    client: FlaskClient, address: str, text: str, based_on: object, **particulars: object
) -> TestResponse:
    sent = {"text": text, "based_on": str(based_on), "how": "autosave", "particulars": particulars}
    return client.post(f"{address}/autosave", json=sent)


def test_a_pasted_article_is_taken_apart_and_opened_in_the_editor(
    writer: FlaskClient, newsroom: Newsroom
) -> None:
    answer = writer.post("/newsroom/articles/new", data={"text": short_text().replace("\n", "\r\n")})
    assert answer.status_code == 303
    article = newsroom.article("does-water-boil-at-100-degc")
    assert answer.headers["Location"] == f"/newsroom/articles/{article.id}"
    page = writer.get(answer.headers["Location"])
    assert "1. Bottom line: mind the pressure" in page.text
    assert "Sources\n[1]" not in page.text
    assert [source["publisher"] for source in json.loads(field(page, "sources"))] == [
        "Institute of Water",
        "Steam Society",
    ]


def test_a_title_alone_begins_an_article_once(writer: FlaskClient, newsroom: Newsroom) -> None:
    assert writer.post("/newsroom/articles/new", data={"text": "Is it so?"}).status_code == 303
    assert newsroom.article("is-it-so").stage == "writing"
    again = writer.post("/newsroom/articles/new", data={"text": "Is it so?"})
    assert again.status_code == 409
    assert "Another text already has the address is-it-so" in again.text
    assert "Is it so?</textarea>" in again.text


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "A title needs a letter"), ("???", "A title needs a letter or a digit")]
)
def test_a_text_without_a_title_begins_nothing(writer: FlaskClient, text: str, sentence: str) -> None:
    answer = writer.post("/newsroom/articles/new", data={"text": text})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_plain_form_saves_text_and_particulars(writer: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    address = path(newsroom, slug)
    page = writer.get(address)
    text = short_text(section="Altitude moves it [1].", sources=False)
    posted = {
        "text": text.replace("\n", "\r\n"),
        "based_on": field(page, "based_on"),
        "sources": field(page, "sources"),
        "kind": "claim_check",
        "topics": "Water, Cooking, Water",
        "byline": "Wren Writer",
        "claim": "Water boils.",
        "claimant": "A cook",
        "claimed_on": "2026-03",
        "appearances": "https://a.example/1\r\nhttps://a.example/2",
        "rating": "mostly_true",
        "source-1-kind": "primary",
        "source-1-stance": "supports",
        "reason:EG4:section 1": "Only one body measures it.",
        "how": "save",
    }
    answer = writer.post(address, data=posted)
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    page = writer.get(address)
    assert text in html.unescape(page.text)
    assert 'value="Water, Cooking"' in page.text
    assert '<option value="mostly_true" selected>' in page.text
    assert '<option value="primary" selected>' in page.text
    assert 'value="Only one body measures it."' in page.text


WRONG_PARTICULARS: Final = (
    ("kind", "poem", "Choose one of the list."),
    ("rating", "wrong", "Choose one of the list."),
    ("claimed_on", "2026-13", "Enter a date such as"),
    ("first_appearance", "javascript:alert(1)", "begins with http:// or https://"),
    ("claimant", "A cook", "Say the claim itself."),
    ("topics", ",".join(map(str, range(30))), "at most 20 names"),
    ("byline", "a" * 100, "at most 80 plain characters"),
    ("ai_disclosure", "a" * 1_001, "at most 1,000 characters"),
    ("sources", "[", "The list of sources is damaged."),
    ("sources", "[" * 9_000, "The list of sources is damaged."),
    ("sources", '{"number": 1}', "The list of sources is damaged."),
    ("sources", '[{"number": 0}]', "a number from 1 to 9,999"),
    ("sources", '[{"number": 1}, {"number": 1}]', "Source [1] is listed twice."),
    ("sources", '[{"number": 1, "url": "ftp://a.example"}]', "is no http or https address"),
    ("sources", '[{"number": 1, "published": "May"}]', "is no date such as"),
    ("sources", '[{"number": 1, "kind": "best"}]', "is one of primary, secondary, tertiary"),
    ("sources", '[{"number": 1, "title": 7}]', "is no text"),
    ("sources", json.dumps([{"number": n} for n in range(1, 502)]), "at most 500 sources"),
)


def test_a_wrong_particular_is_named_and_the_text_stays_on_the_page(
    writer: FlaskClient, newsroom: Newsroom
) -> None:
    slug = newsroom.begin(short_text())
    before = newsroom.article(slug).draft_id
    for field_name, value, sentence in WRONG_PARTICULARS:
        posted = {"text": OTHER, "based_on": str(before), field_name: value}
        answer = writer.post(path(newsroom, slug), data=posted)
        assert answer.status_code == 422, sentence
        assert sentence in html.unescape(answer.text)
        assert "Altitude moves it" in answer.text
    assert newsroom.article(slug).draft_id == before


def test_a_text_saved_beside_a_colleagues_leads_to_the_merge(writer: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text(summary="At sea level it does [1] [2].\nWe looked."))
    began = newsroom.article(slug).draft_id
    newsroom.save(slug, short_text(section="Altitude moves it [1] [2]."), by=newsroom.colleague)
    mine = short_text(summary="On the coast it does [1] [2].\nWe looked.", sources=False)
    answer = writer.post(path(newsroom, slug), data={"text": mine, "based_on": str(began)})
    assert answer.status_code == 303
    page = writer.get(answer.headers["Location"])
    assert "Cole saved another version while you wrote" in page.text
    posted = {
        "based_on": field(page, "based_on"),
        "merges": field(page, "merges"),
        "text": short_text(summary="On the coast it does [1] [2].", section="Altitude moves it [1] [2]."),
    }
    merged = writer.post(path(newsroom, slug, "merge"), data=posted)
    assert merged.status_code == 303
    text = writer.get(path(newsroom, slug)).text
    assert "On the coast it does" in text
    assert "Altitude moves it" in text
    again = writer.post(path(newsroom, slug, "merge"), data=posted)
    assert again.status_code == 409
    assert "A colleague saved once more" in again.text


def test_a_merge_of_nothing_is_not_found(writer: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    for mine in ("", "x", "00000000-0000-0000-0000-000000000007"):
        assert writer.get(path(newsroom, slug, f"merge?mine={mine}")).status_code == 404


def test_autosave_answers_with_the_draft_and_what_the_gate_found(
    writer: FlaskClient, newsroom: Newsroom
) -> None:
    slug = newsroom.begin(short_text())
    began = newsroom.article(slug).draft_id
    address = path(newsroom, slug)
    sources = json.dumps([{"number": 1, "title": "Boiling", "publisher": "W", "url": "https://w.example/"}])
    answer = autosaved(writer, address, OTHER, began, sources=sources, topics=["Water", "Cooking"])
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["draft"] == str(newsroom.article(slug).draft_id)
    assert "Citation [2] has no recorded source." in [one["sentence"] for one in answer.json["findings"]]
    assert "kind" in answer.json["sources"][0]["missing"]


def test_an_autosave_whose_answer_was_lost_is_answered_for_the_same_draft(
    writer: FlaskClient, newsroom: Newsroom
) -> None:
    slug = newsroom.begin(short_text())
    began, address = newsroom.article(slug).draft_id, path(newsroom, slug)
    first = autosaved(writer, address, OTHER, began)
    again = autosaved(writer, address, OTHER, began)
    assert first.json == again.json
    newsroom.save(slug, short_text(section="Height moves it [1] [2]."), by=newsroom.colleague)
    late = autosaved(writer, address, OTHER, began)
    assert (late.status_code, late.json and late.json["mine"]) == (409, first.json and first.json["draft"])


def test_an_autosave_beside_a_colleagues_text_is_kept_and_says_whose(
    writer: FlaskClient, newsroom: Newsroom
) -> None:
    slug = newsroom.begin(short_text())
    began, address = newsroom.article(slug).draft_id, path(newsroom, slug)
    theirs = newsroom.save(slug, short_text(section="Height moves it [1] [2]."), by=newsroom.colleague)
    answer = autosaved(writer, address, OTHER, began)
    assert answer.status_code == 409
    assert answer.json is not None
    assert (answer.json["head"], answer.json["by"]) == (str(theirs.draft.id), "Cole")
    assert answer.json["merge_url"] == f"{address}/merge?mine={answer.json['mine']}"


def test_half_a_text_is_saved_with_what_it_lacks(writer: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    answer = autosaved(writer, path(newsroom, slug), "Half a thou", newsroom.article(slug).draft_id)
    assert answer.json is not None
    assert [one["sentence"] for one in answer.json["findings"]] == ["Line 1: no text follows the title."]


NEVER_SENT: Final[tuple[tuple[object, str | None], ...]] = (
    ([], None),
    ({}, "text"),
    ({"text": 7}, "text"),
    ({"text": "a\x00b"}, "text"),
    ({"text": "a", "particulars": []}, "particulars"),
    ({"text": "a", "particulars": {"topics": [7]}}, "topics"),
    ({"text": "a", "based_on": "x"}, "based_on"),
    ({"text": "a", "particulars": {"topics": "a\x00"}}, "topics"),
    ({"text": "a" * 1_000_001}, "text"),
)


def test_what_no_editor_sends_is_refused_by_name(writer: FlaskClient, newsroom: Newsroom) -> None:
    autosave = path(newsroom, newsroom.begin(short_text()), "autosave")
    for sent, field_name in NEVER_SENT:
        answer = writer.post(autosave, json=sent)
        assert answer.status_code == 422, field_name
        assert answer.json is not None
        assert answer.json["error"]["field"] == field_name


def test_a_ten_megabyte_paste_is_refused_by_name(writer: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    answer = writer.post(path(newsroom, slug, "autosave"), json={"text": "a" * 10_000_000})
    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["error"] == {
        "code": "too_large",
        "field": "text",
        "message": "This is longer than the 4 MB we take.",
        "reference": None,
    }


def test_the_preview_is_what_will_be_printed(writer: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    shown = writer.post(path(newsroom, slug, "preview"), json={"text": f"{BODY}\n<script>x</script> [1]."})
    assert "&lt;script&gt;x&lt;/script&gt;" in shown.text
    assert 'id="preview-section-1"' in shown.text
    assert "<html" not in shown.text
    half = writer.post(path(newsroom, slug, "preview"), json={"text": "Half"})
    assert (half.status_code, "no text follows the title" in half.text) == (200, True)


def test_a_paste_is_parsed_into_text_and_sources(writer: FlaskClient) -> None:
    answer = writer.post("/newsroom/articles/parse", json={"text": SAMPLE.decode()})
    assert answer.json is not None
    assert answer.json["text"].startswith("Fact check: ")
    assert "Keep Factually independent" not in answer.json["text"]
    refused = writer.post("/newsroom/articles/parse", json={"text": "Title\nno summary"})
    assert (refused.status_code, refused.json and refused.json["error"]["field"]) == (422, "text")


def test_a_text_is_handed_in_approved_and_published_on_pages(client: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    enter(client, newsroom, newsroom.writer)
    address = path(newsroom, slug, "review")
    draft = field(client.get(address), "draft")
    assert client.post(address, data={"act": "submit", "draft": draft}).status_code == 303
    assert "Approve</button>" not in client.get(address).text
    assert client.post(address, data={"act": "approve", "draft": draft}).status_code == 403
    enter(client, newsroom, newsroom.reviewer)
    assert "In review" in client.get("/newsroom/").text
    for act in ("approve", "publish"):
        draft = field(client.get(address), "draft")
        assert client.post(address, data={"act": act, "draft": draft}).status_code == 303
    page = client.get(address)
    assert "Rhea approved it." in page.text
    assert client.get(f"/fact-checks/{slug}").status_code == 200


def test_a_change_of_words_asks_for_its_note_on_the_page(client: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.save(slug, short_text(section="Altitude moves it [1] [2]."))
    newsroom.approve(slug)
    enter(client, newsroom, newsroom.reviewer)
    address = path(newsroom, slug, "review")
    posted = {"act": "publish", "draft": field(client.get(address), "draft")}
    note = {"note_kind": "correction", "was": NOTE.was, "now": NOTE.now, "why": "A mistake was fixed."}
    refused = client.post(address, data=posted | note)
    assert refused.status_code == 422
    assert "leave out “fixed”" in refused.text
    assert NOTE.was in html.unescape(refused.text)
    assert client.post(address, data=posted | note | {"why": NOTE.why}).status_code == 303
    assert newsroom.article(slug).standing == "corrected"


IMPOSSIBLE: Final = (
    ({"act": "bring_in"}, 422),
    ({"act": "publish", "draft": "x"}, 404),
    ({"act": "publish", "note_kind": "joke"}, 422),
    ({"act": "schedule", "due": "tomorrow"}, 422),
    ({"act": "schedule", "due": "2020-01-01T12:00"}, 422),
    ({"act": "unpublish", "reason": "No."}, 409),
    ({"act": "send_back", "reason": ""}, 422),
)


def test_a_decision_that_can_not_be_says_why(client: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.approve(slug)
    enter(client, newsroom, newsroom.reviewer)
    address, draft = path(newsroom, slug, "review"), str(newsroom.article(slug).draft_id)
    for posted, status in IMPOSSIBLE:
        assert client.post(address, data={"draft": draft} | posted).status_code == status, posted
    assert newsroom.article(slug).stage == "approved"


def test_embargo_and_schedule_exclude_each_other(client: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.approve(slug)
    enter(client, newsroom, newsroom.reviewer)
    address, embargo = path(newsroom, slug, "review"), path(newsroom, slug, "embargo")
    draft = {"draft": str(newsroom.article(slug).draft_id)}
    assert client.post(embargo, data={"until": "2026-11-25T12:00"}).status_code == 303
    refused = client.post(address, data=draft | {"act": "schedule", "due": "2026-11-26T12:00"})
    assert "lift the embargo first" in refused.text
    assert "under embargo" in client.post(address, data=draft | {"act": "publish"}).text
    assert client.post(embargo, data={"until": ""}).status_code == 303
    scheduled = client.post(address, data=draft | {"act": "schedule", "due": "2026-11-26T12:00"})
    assert scheduled.status_code == 303
    assert client.post(embargo, data={"until": "2026-11-25T12:00"}).status_code == 409
    assert "Published by itself on" in client.get(address).text


def test_a_former_address_leads_to_the_present_one(client: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    other = newsroom.begin(short_text(title="Fact check: Is ice cold?"))
    enter(client, newsroom, newsroom.reviewer)
    address = path(newsroom, slug, "address")
    assert client.post(address, data={"slug": "Boiling water"}).status_code == 303
    moved = client.get(f"/fact-checks/{slug}")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/fact-checks/boiling-water")
    address = path(newsroom, "boiling-water", "address")
    assert client.post(address, data={"slug": other}).status_code == 409
    assert client.post(address, data={"slug": "?"}).status_code == 422
    assert client.post(path(newsroom, other, "address"), data={"slug": slug}).status_code == 409
    assert client.post(address, data={"slug": slug}).status_code == 303
    assert client.get(f"/fact-checks/{slug}").status_code == 200
    assert client.get("/fact-checks/boiling-water").status_code == 301


def test_what_is_taken_down_says_so_and_why(client: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.order(slug, "unpublish", reason="It names a private person.")
    answer = client.get(f"/fact-checks/{slug}")
    assert answer.status_code == 410
    assert "It names a private person." in answer.text
    assert "Pressure moves the point" not in answer.text
    assert slug not in client.get("/").text


def test_a_retracted_article_stays_with_its_note_above_and_out_of_lists(
    client: FlaskClient, newsroom: Newsroom
) -> None:
    slug = newsroom.begin(short_text())
    newsroom.publish(slug)
    newsroom.retract(slug)
    page = client.get(f"/fact-checks/{slug}")
    assert page.status_code == 200
    assert page.text.index(html.escape(NOTE.now)) < page.text.index("Pressure moves the point")
    assert slug not in client.get("/").text
    assert slug not in client.get("/feed.atom").text


def test_an_earlier_draft_is_shown_and_taken_up_again(writer: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    first = newsroom.article(slug).draft_id
    newsroom.save(slug, short_text(section="Altitude moves it [1] [2]."))
    address = path(newsroom, slug, "drafts", str(first))
    assert "Pressure moves the point" in writer.get(address).text
    assert writer.post(address).status_code == 303
    assert "Pressure moves the point" in writer.get(path(newsroom, slug)).text
    other = newsroom.begin(short_text(title="Fact check: Is ice cold?"))
    assert writer.get(path(newsroom, other, "drafts", str(first))).status_code == 404


def test_a_link_shows_a_draft_outside_until_it_expires_or_is_taken_back(
    writer: FlaskClient, newsroom: Newsroom
) -> None:
    slug = newsroom.begin(short_text())
    previews = path(newsroom, slug, "previews")
    found = re.search(r'value="http[^"]*(/previews/[^"]+)"', writer.post(previews, data={"act": "make"}).text)
    assert found is not None
    writer.post("/sign-out")
    shown = writer.get(found[1])
    assert "This is a draft, shown to you in confidence" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "noindex" in shown.headers["X-Robots-Tag"]
    newsroom.save(slug, short_text(section="Altitude moves it [1] [2]."))
    assert "Pressure moves the point" in writer.get(found[1]).text
    enter(writer, newsroom, newsroom.writer)
    writer.post(previews, data={"act": "revoke"})
    assert writer.get(found[1]).status_code == 404
    assert writer.get("/previews/unknown").status_code == 404


def test_sources_are_numbered_as_a_reader_meets_them_when_a_text_is_handed_in(
    writer: FlaskClient, newsroom: Newsroom
) -> None:
    slug = newsroom.begin(
        short_text(summary="At sea level it does [2].", section="Pressure moves it [1] [2].")
    )
    newsroom.order(slug, "submit", by=newsroom.writer)
    page = writer.get(path(newsroom, slug))
    assert "At sea level it does [1]." in page.text
    assert "Pressure moves it [2] [1]." in page.text
    assert [source["publisher"] for source in json.loads(field(page, "sources"))] == [
        "Steam Society",
        "Institute of Water",
    ]


def test_an_open_comment_keeps_a_text_from_being_published(client: FlaskClient, newsroom: Newsroom) -> None:
    slug = newsroom.begin(short_text())
    newsroom.approve(slug)
    enter(client, newsroom, newsroom.reviewer)
    address, comments = path(newsroom, slug, "review"), path(newsroom, slug, "comments")
    said = {"passage": "Pressure moves  the point", "comment": "By how much?"}
    assert client.post(comments, data=said).status_code == 303
    page = client.get(address)
    assert "By how much?" in page.text
    publish = {"act": "publish", "draft": field(page, "draft")}
    assert "A comment is still open" in client.post(address, data=publish).text
    found = re.search(r'name="resolve" value="([0-9]+)"', page.text)
    assert found is not None
    assert client.post(comments, data={"resolve": found[1]}).status_code == 303
    assert client.post(comments, data={"resolve": found[1]}).status_code == 303
    assert "Settled by Rhea." in client.get(address).text
    assert client.post(address, data=publish).status_code == 303


NO_COMMENTS: Final = (
    ({"comment": " "}, 422),
    ({"comment": "a" * 2_001}, 422),
    ({"comment": "What?", "passage": "Words that are not there"}, 422),
    ({"resolve": "7"}, 404),
    ({"resolve": "x"}, 404),
    ({"resolve": "9" * 30}, 404),
)


def test_a_comment_that_can_not_be_is_refused(writer: FlaskClient, newsroom: Newsroom) -> None:
    comments = path(newsroom, newsroom.begin(short_text()), "comments")
    for said, status in NO_COMMENTS:
        assert writer.post(comments, data=said).status_code == status, said


def test_the_editor_is_told_who_else_is_here_and_only_while_they_are(
    client: FlaskClient, newsroom: Newsroom, clock: FrozenClock
) -> None:
    slug = newsroom.begin(short_text())
    presence = path(newsroom, slug, "presence")
    enter(client, newsroom, newsroom.colleague)
    assert client.post(presence, json={}).json == {"others": []}
    enter(client, newsroom, newsroom.writer)
    assert client.post(presence, json={}).json == {"others": [{"name": "Cole"}]}
    clock.advance(timedelta(minutes=2))
    assert client.post(presence, json={}).json == {"others": []}
    assert (
        client.post("/newsroom/articles/00000000-0000-0000-0000-000000000007/presence", json={}).status_code
        == 404
    )
