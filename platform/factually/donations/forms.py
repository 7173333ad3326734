"""The donation form: checks shape here, meaning in `pledges.Pledge`."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, ClassVar, Final

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, EmailField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import AnyOf, InputRequired, Length, Optional, StopValidation

from factually.donations.conversion import DOLLARS
from factually.donations.currencies import FEES_VERSION, accepted, check_amount
from factually.donations.detail_forms import DetailForm, stripped
from factually.donations.fee_cover import fee_cover
from factually.donations.pledges import (
    ATTESTATION,
    ATTESTATION_VERSION,
    EMAIL_LENGTH,
    NAME_LENGTH,
    SLUG_LENGTH,
    Donor,
    Pledge,
)
from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money, currency_name, currency_sign
from factually.independence.rules.stating import PASS_THROUGH
from factually.independence.subjects import Capacity
from factually.web.forms import CheckedForm

if TYPE_CHECKING:
    from wtforms import Field
    from wtforms.form import BaseForm

    from factually.donations.currencies import AcceptedCurrency

OTHER: Final = "other"
ONCE: Final = "once"
MONTHLY: Final = "monthly"
_SLUG = re.compile(rf"[a-z0-9-]{{1,{SLUG_LENGTH}}}")
_TOKEN_LENGTH: Final = 255
_TOO_LONG: Final = f"Use at most {NAME_LENGTH} characters."


class RequiredWith:
    """Asks for a field only where another one has a certain answer; the page shows it only then."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, other: str, answer: str, message: str) -> None:
        """Name the other field, its answer, and what to say when this field is then left empty."""
        self._other = other
        self._answer = answer
        self._message = message

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Check the field, or pass over it.

        Raises:
            StopValidation: With the message where it is missing, without one where it isn't asked for.
        """
        if form[self._other].data != self._answer:
            raise StopValidation
        if not (field.data or "").strip():
            raise StopValidation(self._message)


class DonateForm(DetailForm):
    """What a donor fills in; the card is entered in the payment script's own frame and never comes here."""

    client_key = HiddenField()
    attestation_version = HiddenField(default=ATTESTATION_VERSION)
    fees_version = HiddenField(default=FEES_VERSION)
    from_article = HiddenField()
    currency = HiddenField(default=DOLLARS)
    """Chosen in a form of its own; a page that was loaded before there was a choice has none."""
    amount = RadioField("Amount", choices=[], validators=[InputRequired("Choose an amount.")])
    other_amount = StringField(
        "Amount", validators=[RequiredWith("amount", OTHER, "Enter an amount."), Length(max=20)]
    )
    covers_fee = BooleanField("Cover the card's fee")
    often = RadioField(
        "How often?",
        choices=[SelectChoice(ONCE, "Once"), SelectChoice(MONTHLY, "Every month")],
        default=ONCE,
        validate_choice=False,
        validators=[Optional(), AnyOf((ONCE, MONTHLY), "Choose once or every month.")],
    )
    """A page that was loaded before there was a choice has none."""
    capacity = RadioField(
        "Whose money is this?",
        choices=[
            SelectChoice(Capacity.OWN_MONEY.value, "My own"),
            SelectChoice(Capacity.ORGANISATION.value, "An organisation's, and I may give it"),
            SelectChoice(Capacity.SOMEONE_ELSE.value, "Someone else's, and I pass it on"),
        ],
        validators=[InputRequired("Say whose money this is.")],
    )
    organisation = StringField(
        "Name of the organisation",
        validators=[
            RequiredWith("capacity", Capacity.ORGANISATION, "Enter the organisation's name."),
            Length(max=NAME_LENGTH, message=_TOO_LONG),
        ],
    )
    true_donor = StringField(
        "Name of the person or organisation whose money it is",
        validators=[
            RequiredWith("capacity", Capacity.SOMEONE_ELSE, "Enter the name of the one whose money it is."),
            Length(max=NAME_LENGTH, message=_TOO_LONG),
        ],
    )
    political_group = RadioField(
        "Does the money come from a political party, candidate, campaign, political action committee (PAC) "
        "or 527 organisation, or from an arm of one?",
        choices=[SelectChoice("no", "No"), SelectChoice("yes", "Yes")],
        validators=[InputRequired("Answer this question with yes or no.")],
    )
    name = StringField("Your name", validators=[InputRequired("Enter your name."), Length(max=NAME_LENGTH)])
    email = EmailField(
        "Your e-mail address",
        validators=[InputRequired("Enter your e-mail address."), Length(max=EMAIL_LENGTH)],
    )
    anonymous = BooleanField("Don't name me in public")
    attestation = BooleanField(ATTESTATION)

    def offer(self, currency: AcceptedCurrency) -> None:
        """Name the amounts to choose from, in one currency."""
        sign = currency_sign(currency.code)
        self.amount.choices = [
            *(SelectChoice(amount, f"{sign}{int(amount):,}") for amount in currency.suggested),
            SelectChoice(OTHER, "Another amount"),
        ]
        self.other_amount.label.text = f"Amount in {currency_name(currency.code)}"

    def pledge(self) -> Pledge:
        """Return the checked form.

        Raises:
            InvalidInput: Names the field at fault.
        """
        currency = accepted(self.currency.data or "")
        self.offer(currency)
        self._check_shape()
        slug = self.from_article.data or ""
        return Pledge(
            client_key=_client_key(self.client_key.data),
            amount=self._amount(currency.code),
            covers_fee=self.covers_fee.data,
            monthly=self.often.data == MONTHLY,
            capacity=Capacity(self.capacity.data),
            political_group=self.political_group.data == "yes",
            donor=self._donor(),
            anonymous=self.anonymous.data,
            attested=self.attestation.data,
            from_article=slug if _SLUG.fullmatch(slug) else None,
            organisation_type=self.kind_of_organisation() if self._by_organisation else None,
        )

    def _check_shape(self) -> None:
        if not self.passes():
            field = next(field for field in self if field.errors)
            raise InvalidInput(str(field.errors[0]), field=field.name)
        if self.attestation_version.data != ATTESTATION_VERSION:
            raise InvalidInput(
                "The statement has changed. Please reload the page.", field="attestation_version"
            )
        if self.covers_fee.data and self.fees_version.data != FEES_VERSION:
            raise InvalidInput("The card's fee has changed. Please reload the page.", field="fees_version")

    def _amount(self, currency: str) -> Money:
        field = self.other_amount if self.amount.data == OTHER else self.amount
        amount = Money.parse(field.data or "", currency, field=field.name)
        check_amount(amount, field=field.name)
        return amount

    @property
    def _by_organisation(self) -> bool:
        return bool(self.capacity.data == Capacity.ORGANISATION)

    def _donor(self) -> Donor:
        own = self.capacity.data == Capacity.OWN_MONEY
        try:
            email = validate_email((self.email.data or "").strip(), check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise InvalidInput("Enter an e-mail address such as name@example.org.", field="email") from error
        return Donor(
            name=(self.name.data or "").strip(),
            email=email,
            organisation=stripped(self.organisation.data) if self._by_organisation else None,
            ein=self.normal_ein() if self._by_organisation else None,
            true_donor=self._true_donor(),
            occupation=stripped(self.occupation.data) if own else None,
            employer=stripped(self.employer.data) if own else None,
            address=self.postal_address(),
        )

    def _true_donor(self) -> str | None:
        if self._by_organisation:
            return stripped(self.adviser.data) if self.kind_of_organisation() in PASS_THROUGH else None
        return stripped(self.true_donor.data) if self.capacity.data == Capacity.SOMEONE_ELSE else None


class ConfirmForm(CheckedForm):
    """The card entry, as the payment script's one-use token."""

    confirmation_token = HiddenField()

    def token(self) -> str:
        """Return the token.

        Raises:
            InvalidInput: Not a ConfirmationToken's id.
        """
        token = self.confirmation_token.data or ""
        if not re.fullmatch(r"ctoken_[A-Za-z0-9_]+", token) or len(token) > _TOKEN_LENGTH:
            raise InvalidInput("Please enter the card again.", field="confirmation_token")
        return token


def preset_form(amount: str | None, slug: str | None, currency: AcceptedCurrency) -> DonateForm:
    """Return the form as a link may fill it in; what a link says wrongly is left at its default."""
    presets = currency.suggested
    chosen = amount or presets[0]
    form = DonateForm()
    form.offer(currency)
    form.process(
        data={
            "client_key": str(uuid.uuid4()),
            "attestation_version": ATTESTATION_VERSION,
            "fees_version": FEES_VERSION,
            "currency": currency.code,
            "from_article": slug if slug and _SLUG.fullmatch(slug) else "",
            "amount": chosen if chosen in presets else OTHER,
            "other_amount": chosen if chosen not in presets and re.fullmatch(r"\d{1,6}", chosen) else "",
            "often": ONCE,
            "capacity": Capacity.OWN_MONEY.value,
        }
    )
    amount = chosen if re.fullmatch(r"\d{1,6}", chosen) else presets[0]
    form.covers_fee.label.text = (
        f"Add {fee_cover(Money.parse(amount, currency.code))} to cover the card's fee"
    )
    return form


def _client_key(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError as error:
        raise InvalidInput("Please reload the page and try again.", field="client_key") from error
