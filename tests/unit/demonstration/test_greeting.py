from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from factually.demonstration.greeting import SignIn, greeting
from factually.demonstration.ports import DemoPorts

PORTS = DemoPorts(web=8000, sandbox=8001, mailbox=8002, smtp=8003)


def shown(*sign_ins: SignIn) -> str:
    output = StringIO()
    Console(file=output, width=80).print(greeting(PORTS, sign_ins, state=Path("/srv/site/.factually")))
    return output.getvalue()


def test_a_person_learns_where_to_look_whom_to_be_and_how_to_stop() -> None:
    text = shown(
        SignIn("editor", "editor@example.org", "a password"), SignIn("auditor", "a@example.org", "x")
    )
    assert "The site   http://127.0.0.1:8000 " in text
    assert "http://127.0.0.1:8002" in text
    assert "Sign in at http://127.0.0.1:8000/sign-in as" in text
    assert "Editor    editor@example.org   a password" in text
    assert "4242 4242 4242 4242" in text
    assert "at http://127.0.0.1:8000/my by a link" in text
    assert "mona@example.org" in text
    assert "/srv/site/.factually" in text
    assert "Ctrl-C" in text


def test_it_fits_a_terminal_of_eighty_columns_and_has_no_escapes_in_a_file() -> None:
    text = shown(SignIn("reviewer", "reviewer@example.org", "correct horse battery staple"))
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text


def test_without_accounts_nothing_is_said_about_signing_in() -> None:
    assert "Sign in" not in shown()


def test_a_password_is_not_shown_by_accident() -> None:
    assert "a password" not in repr(SignIn("editor", "editor@example.org", "a password"))
