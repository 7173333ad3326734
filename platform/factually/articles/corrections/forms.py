"""The reader's form: what is wrong, what is right, and as little else as they like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wtforms import EmailField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

from factually.articles.corrections.reports import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_WORDS,
    Report,
    check_email,
)
from factually.articles.sources.web_addresses import normalised
from factually.foundation.errors import InvalidInput
from factually.foundation.identifiers import PUBLIC_ID_LENGTH
from factually.web.forms import CheckedForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from wtforms import Field

_BOUNDED: Final = Length(max=LONGEST_WORDS, message=f"Use at most {LONGEST_WORDS:,} characters.")


def _one_line_ends(given: str | None) -> str:
    # A browser sends two characters for a line's end; the reader typed one.
    return (given or "").replace("\r\n", "\n").strip()


def _one_line(given: str | None) -> str:
    return " ".join((given or "").split())


def _passes(rule: Callable[[str], object]) -> Callable[[object, Field], None]:
    """Return a rule of ours as a validator of the form."""

    def check(form: object, field: Field) -> None:
        del form
        try:
            rule(field.data)
        except InvalidInput as error:
            raise ValidationError(error.message) from error

    return check


class ReportForm(CheckedForm):
    """What a reader reports; `request` names it before it is sent, so that it is taken in once."""

    request = HiddenField(
        validators=[
            Regexp(f"^[a-z2-7]{{{PUBLIC_ID_LENGTH}}}$", message="This form is damaged; please load it again.")
        ]
    )
    wrong = TextAreaField(
        "What is wrong?", [DataRequired("Say what is wrong."), _BOUNDED], filters=[_one_line_ends]
    )
    instead = TextAreaField(
        "What is right?", [DataRequired("Say what is right."), _BOUNDED], filters=[_one_line_ends]
    )
    source = StringField(
        "A link where we can check it", [Optional(), _passes(normalised)], filters=[_one_line]
    )
    name = StringField(
        "Your name",
        [Length(max=LONGEST_NAME, message=f"Use at most {LONGEST_NAME} characters.")],
        filters=[_one_line],
    )
    email = EmailField(
        "Your e-mail address",
        [
            Optional(),
            Length(max=LONGEST_EMAIL, message="This address is too long."),
            _passes(check_email),
        ],
        filters=[_one_line],
    )

    @property
    def report(self) -> Report:
        """What the reader wrote, once the form has passed."""
        source, email = self.source.data, self.email.data
        return Report(
            wrong=self.wrong.data or "",
            instead=self.instead.data or "",
            source_url=normalised(source) if source else None,
            name=self.name.data or None,
            email=check_email(email) if email else None,
        )
