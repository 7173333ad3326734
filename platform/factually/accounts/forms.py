"""Forms of the sign-in pages: shape only."""

from __future__ import annotations

from wtforms import EmailField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from factually.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from factually.web.forms import CheckedForm


class SignInForm(CheckedForm):
    """E-mail and password."""

    email = EmailField("E-mail", [InputRequired("Enter your e-mail address."), Length(max=320)])
    password = PasswordField("Password", [InputRequired("Enter your password."), Length(max=1000)])


class PasswordForm(CheckedForm):
    """A new password, twice."""

    password = PasswordField(
        "New password",
        [
            InputRequired("Choose a password."),
            Length(
                min=MINIMUM_LENGTH,
                max=MAXIMUM_LENGTH,
                message=f"Choose a password of {MINIMUM_LENGTH} to {MAXIMUM_LENGTH} characters.",
            ),
        ],
    )
    again = PasswordField("The same again", [EqualTo("password", "Both must be the same.")])
