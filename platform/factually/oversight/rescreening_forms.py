"""The form on money in doubt: shape only; `independence.rescreening.cases` has the last word."""

from __future__ import annotations

from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from factually.independence.rescreening.models import Remedy
from factually.independence.reviewing import LONGEST_REASON, SHORTEST_REASON
from factually.web.forms import CheckedForm


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class DoubtForm(CheckedForm):
    """A person's decision on taken money; each button sends its own remedy."""

    reason = TextAreaField(
        "Your reason",
        [
            InputRequired("Give your reason."),
            Length(
                min=SHORTEST_REASON,
                max=LONGEST_REASON,
                message=f"Give your reason in {SHORTEST_REASON} to {LONGEST_REASON:,} characters.",
            ),
        ],
        filters=[_stripped],
    )
    remedy = HiddenField(
        validators=[AnyOf([remedy.value for remedy in Remedy], "Choose to keep or to give back.")]
    )
