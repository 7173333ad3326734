"""Made-up values for the style guide, which shows every part of the visual language on one page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from wtforms import BooleanField, DecimalField, EmailField, Form, RadioField, TextAreaField
from wtforms.validators import InputRequired

ROWS: Final = (
    ("k3v9-example", "DS03", "held", "$5.00"),
    ("p7d2-example", "DS29", "authorised", "$25.00"),
    ("w1c8-example", "DS02", "refused", "$5.00"),
)
EVENTS: Final = (
    (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "Pledged $5.00"),
    (datetime(2026, 11, 24, 12, 1, tzinfo=UTC), "Held for review: a name like one in the register"),
    (datetime(2026, 11, 24, 15, 30, tzinfo=UTC), "Released by an auditor"),
)


class SampleForm(Form):
    """A form with each kind of field; it is shown and never stored, so it needs no token."""

    amount = DecimalField(
        "Amount in US dollars",
        validators=[InputRequired("Enter an amount of at least $1.")],
    )
    capacity = RadioField(
        "Whose money is this?",
        choices={
            "own": "My own money",
            "organisation": "An organisation's money",
            "other": "I am giving for someone else",
        },
        validators=[InputRequired("Say whose money this is.")],
    )
    email = EmailField("E-mail address", validators=[InputRequired("Enter your e-mail address.")])
    note = TextAreaField("Anything we should know")
    attestation = BooleanField(
        "This gift does not come from a party, a candidate, a campaign or a political committee.",
        validators=[InputRequired("Confirm where the money comes from.")],
    )


def checked_sample() -> SampleForm:
    """Return the sample form, left empty and checked, so that each error shows."""
    form = SampleForm()
    form.validate()
    return form
