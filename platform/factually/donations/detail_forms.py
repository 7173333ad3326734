"""The part of the donation form that most donors never see: what larger gifts and organisations are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length

from factually.donations.pledges import EIN_LENGTH, NAME_LENGTH, normal_ein
from factually.donations.postal import COUNTRIES, HOME, POSTAL_CODE_LENGTH, region_code
from factually.independence.subjects import OrganisationType, PostalAddress
from factually.web.forms import CheckedForm

if TYPE_CHECKING:
    from factually.donations.asking import AskedLimits

ORGANISATION_TYPES: Final = {
    OrganisationType.COMPANY: "Company",
    OrganisationType.CHARITY: "Charity or foundation",
    OrganisationType.UNION: "Trade union",
    OrganisationType.ASSOCIATION: "Association or club",
    OrganisationType.GOVERNMENT: "Government or public body",
    OrganisationType.DONOR_ADVISED_FUND: "Donor-advised fund",
    OrganisationType.FISCAL_SPONSOR: "Fiscal sponsor",
    OrganisationType.GIVING_PLATFORM: "Giving platform",
    OrganisationType.OTHER: "Another kind",
}
_COUNTRY_CODES: Final = sorted(COUNTRIES, key=lambda code: code != HOME)
_SHORT: Final = Length(max=NAME_LENGTH, message=f"Use at most {NAME_LENGTH} characters.")


class DetailForm(CheckedForm):
    """Fields that the page shows only where rules ask for them; none of them is needed to send the form."""

    organisation_type = SelectField(
        "Kind of organisation",
        choices=[
            SelectChoice("", "Choose one"),
            *(SelectChoice(kind.value, label) for kind, label in ORGANISATION_TYPES.items()),
        ],
        default="",
    )
    ein = StringField("Employer Identification Number (EIN)", validators=[Length(max=EIN_LENGTH)])
    adviser = StringField("Who decided on this gift?", validators=[_SHORT])
    much_this_year = BooleanField()
    """Shows the fields below where small gifts add up. We ask the donor: an answer of ours would tell anybody
    who types an address in whether its owner gives."""
    lines = StringField("Street and number", validators=[_SHORT])
    city = StringField("Town or city", validators=[_SHORT])
    region = StringField("State or region", validators=[_SHORT])
    postal_code = StringField("ZIP or postal code", validators=[Length(max=POSTAL_CODE_LENGTH)])
    country = SelectField(
        "Country",
        choices=[SelectChoice(code, COUNTRIES[code]) for code in _COUNTRY_CODES],
        default=HOME,
        validators=[DataRequired("Choose a country.")],
    )
    occupation = StringField("Occupation", validators=[_SHORT])
    employer = StringField("Employer", validators=[_SHORT])

    def name_limits(self, limits: AskedLimits) -> None:
        """Write the policy's sum into the question that depends on it."""
        self.much_this_year.label.text = (
            f"My gifts of this year, with this one, come to more than {limits.work_above}"
        )

    def kind_of_organisation(self) -> OrganisationType | None:
        """Return what kind of organisation gives, None where that was left open."""
        chosen = self.organisation_type.data
        return OrganisationType(chosen) if chosen else None

    def normal_ein(self) -> str | None:
        """Return the organisation's number as it is written, None where there is none.

        Raises:
            InvalidInput: Not nine digits.
        """
        text = stripped(self.ein.data)
        return None if text is None else normal_ein(text)

    def postal_address(self) -> PostalAddress | None:
        """Return the address, None where nothing of it was entered; the country alone says nothing.

        Raises:
            InvalidInput: A part holds characters that cannot be shown.
        """
        lines, city, region, postal_code = (
            stripped(field.data) or "" for field in (self.lines, self.city, self.region, self.postal_code)
        )
        if not any((lines, city, region, postal_code)):
            return None
        country = self.country.data
        return PostalAddress(
            lines=lines,
            city=city,
            region=region_code(region, country),
            postal_code=postal_code,
            country=country,
        )


def stripped(text: str | None) -> str | None:
    """Return a text without blanks around it, None where nothing is left."""
    return (text or "").strip() or None
