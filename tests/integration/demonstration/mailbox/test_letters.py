from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from factually.demonstration.mailbox.letters import Mailbox

if TYPE_CHECKING:
    from pathlib import Path


def letter(subject: str = "Thank you", *, html: str | None = None) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["To"] = "ada@example.org"
    message.set_content("You gave $5.")
    if html is not None:
        message.add_alternative(html, subtype="html")
    return bytes(message)


def test_the_newest_letter_comes_first(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mail")
    for subject in ("one", "two", "three"):
        mailbox.keep(letter(subject))
    assert [found.header("subject") for found in mailbox.letters()] == ["three", "two", "one"]


def test_a_letter_has_both_its_bodies_and_its_time(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    found = mailbox.letter(mailbox.keep(letter(html="<p>You gave <b>$5</b>.</p>")))
    assert found is not None
    assert found.body("plain") == "You gave $5.\n"
    assert found.body("html") == "<p>You gave <b>$5</b>.</p>\n"
    assert datetime.now(UTC) - found.arrived < timedelta(minutes=1)


def test_a_body_that_is_missing_or_cannot_be_read_is_none(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    plain = mailbox.letter(mailbox.keep(letter()))
    strange = mailbox.letter(mailbox.keep(b"Content-Type: text/plain; charset=no-such\n\n\xff\n"))
    empty = mailbox.letter(mailbox.keep(b""))
    assert plain is not None
    assert plain.body("html") is None
    assert strange is not None
    assert strange.body("plain") is None
    assert empty is not None
    assert empty.header("subject") == ""


def test_only_the_last_letters_are_kept(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path, kept=2)
    for subject in ("one", "two", "three"):
        mailbox.keep(letter(subject))
    assert [found.header("subject") for found in mailbox.letters()] == ["three", "two"]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_letter_cut_short_is_not_shown(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    (tmp_path / ".00000001795521600000-00000000").write_bytes(b"half a let")
    assert mailbox.letters() == []


@pytest.mark.parametrize("key", ["", "../secrets", "1795521600000000000-00000000", "0" * 20 + "-00000000"])
def test_a_key_of_no_letter_finds_nothing(tmp_path: Path, key: str) -> None:
    (tmp_path / "secrets.eml").write_text("not a letter")
    mailbox = Mailbox(tmp_path / "mail")
    assert mailbox.content(key) is None
    assert mailbox.letter(key) is None
