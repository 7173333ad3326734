"""Forms of a monthly gift's pages: shape only."""

from __future__ import annotations

from typing import Final

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from factually.web.forms import CheckedForm

_LONGEST: Final = 20


class AmountForm(CheckedForm):
    """Another amount, in the currency that the monthly gift has."""

    amount = StringField("New amount a month", [InputRequired("Enter an amount."), Length(max=_LONGEST)])


class ButtonForm(CheckedForm):
    """One button: whoever presses it wants what it says."""
