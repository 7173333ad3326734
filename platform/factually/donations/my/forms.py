"""Forms of the donor's own pages: shape only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, DateField, EmailField, Form, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from factually.donations.pledges import EMAIL_LENGTH
from factually.web.forms import CheckedForm

if TYPE_CHECKING:
    from datetime import date

    from wtforms import Field

_DAY = "Enter a day such as 2026-12-31."


class AddressForm(CheckedForm):
    """The address that gifts were made with."""

    email = EmailField(
        "Your e-mail address",
        [InputRequired("Enter your e-mail address."), Length(max=EMAIL_LENGTH)],
    )

    def validate_email(self, field: Field) -> None:
        """Say what an address looks like, before a mail is promised."""
        try:
            validate_email(field.data.strip(), check_deliverability=False)
        except EmailNotValidError as error:
            raise ValidationError("Enter an e-mail address such as name@example.org.") from error


class SignInForm(CheckedForm):
    """One button: whoever presses it is no mail scanner."""


class NamingForm(CheckedForm):
    """Whether the donor of one gift is named."""

    anonymous = RadioField(
        "May we name you in public for this gift?",
        choices=[
            SelectChoice("no", "Yes, if it comes to that"),
            SelectChoice("yes", "No, don't name me"),
        ],
        validators=[InputRequired("Choose yes or no.")],
    )


class PeriodForm(Form):
    """First and last day of a statement; asking for one changes nothing, so no token is needed."""

    first = DateField("From", [DataRequired(_DAY)])
    last = DateField("To", [DataRequired(_DAY)])

    def validate_last(self, field: Field) -> None:
        """Refuse a period that ends before it begins."""
        if self.first.data is not None and field.data is not None and field.data < self.first.data:
            raise ValidationError("The last day must not come before the first.")

    @property
    def period(self) -> tuple[date, date] | None:
        """Both days, None where one is missing."""
        if self.first.data is None or self.last.data is None:
            return None
        return self.first.data, self.last.data


class ErasureForm(CheckedForm):
    """The second step of a deletion."""

    understood = BooleanField(
        "Delete what may go now, and the rest on the days named above.",
        [InputRequired("Tick the box if you want this.")],
    )
