"""The form on a dispute: shape only; `donations.disputes.answering` has the last word."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from factually.donations.disputes.answering import LONGEST_ANSWER, SHORTEST_ANSWER
from factually.web.forms import CheckedForm


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class AnswerForm(CheckedForm):
    """What an auditor tells the bank."""

    text = TextAreaField(
        "What should the bank know?",
        [
            InputRequired("Write what the bank should know."),
            Length(
                min=SHORTEST_ANSWER,
                max=LONGEST_ANSWER,
                message=f"Write {SHORTEST_ANSWER} to {LONGEST_ANSWER:,} characters for the bank.",
            ),
        ],
        filters=[_stripped],
    )
