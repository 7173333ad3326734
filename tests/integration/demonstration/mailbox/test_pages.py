from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factually.demonstration.mailbox.letters import Mailbox
from factually.demonstration.mailbox.pages import make_pages

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

LETTER = b"""\
From: Factually <gifts@example.org>
To: ada@example.org
Subject: <b>Receipt</b>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/plain; charset=utf-8

See http://127.0.0.1:8000/donate/abc <script>alert(1)</script>
--x
Content-Type: text/html; charset=utf-8

<p>Formatted</p><script>alert(1)</script>
--x--
"""


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path)


@pytest.fixture
def client(mailbox: Mailbox) -> FlaskClient:
    return make_pages(mailbox).test_client()


def test_an_empty_mailbox_says_so(client: FlaskClient) -> None:
    assert "No mail yet" in client.get("/").text


def test_the_list_leads_to_the_letter_whose_links_can_be_followed(
    client: FlaskClient, mailbox: Mailbox
) -> None:
    key = mailbox.keep(LETTER)
    assert f'<a href="/letters/{key}">&lt;b&gt;Receipt&lt;/b&gt;</a>' in client.get("/").text
    page = client.get(f"/letters/{key}").text
    assert '<a href="http://127.0.0.1:8000/donate/abc"' in page
    assert "<script" not in page
    assert f'src="/letters/{key}/html"' in page


def test_a_letters_html_is_shown_without_any_power(client: FlaskClient, mailbox: Mailbox) -> None:
    key = mailbox.keep(LETTER)
    answer = client.get(f"/letters/{key}/html")
    assert "<p>Formatted</p>" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_the_source_is_the_letter_as_it_came(client: FlaskClient, mailbox: Mailbox) -> None:
    answer = client.get(f"/letters/{mailbox.keep(LETTER)}/source")
    assert answer.data == LETTER
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_letter_without_html_has_no_formatted_part(client: FlaskClient, mailbox: Mailbox) -> None:
    key = mailbox.keep(b"Subject: plain\n\nOnly text.\n")
    assert "<iframe" not in client.get(f"/letters/{key}").text
    assert client.get(f"/letters/{key}/html").status_code == 404


@pytest.mark.parametrize("page", ["", "/html", "/source"])
def test_an_unknown_letter_is_not_found(client: FlaskClient, page: str) -> None:
    assert client.get(f"/letters/{'0' * 20}-00000000{page}").status_code == 404


def test_a_foreign_host_name_is_not_answered(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "attacker.example"}).status_code == 400
