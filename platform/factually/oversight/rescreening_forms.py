"""The form on money in doubt: shape only; `independence.rescreening.cases` has the last word."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import AnyOf

from factually.independence.rescreening.models import Remedy
from factually.oversight.forms import ReasonedForm


class DoubtForm(ReasonedForm):
    """A person's decision on taken money; each button sends its own remedy."""

    remedy = HiddenField(
        validators=[AnyOf([remedy.value for remedy in Remedy], "Choose to keep or to give back.")]
    )
