"""The form of an answer: shape only; `donations.appeals.answering` has the last word."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import AnyOf

from factually.donations.appeals.terms import Finding
from factually.oversight.forms import ReasonedForm


class AnswerForm(ReasonedForm):
    """The second person's answer; each button sends its own finding."""

    finding = HiddenField(
        validators=[AnyOf([finding.value for finding in Finding], "Choose to uphold or to overturn.")]
    )
