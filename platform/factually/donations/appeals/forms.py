"""The donor's form: shape only; `filing` has the last word. It takes no attachments."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from factually.donations.appeals.terms import LENGTH_SENTENCE, LONGEST_STATEMENT, SHORTEST_STATEMENT
from factually.web.forms import CheckedForm


def _one_line_ends(text: str | None) -> str:
    # A browser sends two characters for a line's end; the donor typed one.
    return (text or "").replace("\r\n", "\n").strip()


class AppealForm(CheckedForm):
    """What the donor says against a decision."""

    statement = TextAreaField(
        "What did we get wrong?",
        [
            InputRequired("Tell us what we got wrong."),
            Length(
                min=SHORTEST_STATEMENT,
                max=LONGEST_STATEMENT,
                message=LENGTH_SENTENCE,
            ),
        ],
        filters=[_one_line_ends],
    )
