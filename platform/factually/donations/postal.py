"""Where a donor lives or sits: countries, states of the United States, and what an address needs (rule DS19).

Pure. Country codes are ISO 3166 alpha-2, state codes the United States Postal Service's (Publication 28).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.independence.subjects import PostalAddress

HOME: Final = "US"
POSTAL_CODE_LENGTH: Final = 12
_US_POSTAL_CODE: Final = re.compile(r"[0-9]{5}(-[0-9]{4})?")
_US_STATES: Final = """
AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, DE Delaware,
DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, IA Iowa,
KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, MI Michigan, MN Minnesota,
MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada, NH New Hampshire, NJ New Jersey,
NM New Mexico, NY New York, NC North Carolina, ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon,
PA Pennsylvania, RI Rhode Island, SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah,
VT Vermont, VA Virginia, WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming, AS American Samoa,
GU Guam, MP Northern Mariana Islands, PR Puerto Rico, VI US Virgin Islands, AA Armed Forces Americas,
AE Armed Forces Europe, AP Armed Forces Pacific
"""
_COUNTRIES: Final = """
AF Afghanistan, AX Åland Islands, AL Albania, DZ Algeria, AS American Samoa, AD Andorra, AO Angola,
AI Anguilla, AQ Antarctica, AG Antigua & Barbuda, AR Argentina, AM Armenia, AW Aruba, AU Australia,
AT Austria, AZ Azerbaijan, BS Bahamas, BH Bahrain, BD Bangladesh, BB Barbados, BY Belarus, BE Belgium,
BZ Belize, BJ Benin, BM Bermuda, BT Bhutan, BO Bolivia, BA Bosnia & Herzegovina, BW Botswana,
BV Bouvet Island, BR Brazil, IO British Indian Ocean Territory, VG British Virgin Islands, BN Brunei,
BG Bulgaria, BF Burkina Faso, BI Burundi, KH Cambodia, CM Cameroon, CA Canada, CV Cape Verde,
BQ Caribbean Netherlands, KY Cayman Islands, CF Central African Rep., TD Chad, CL Chile, CN China,
CX Christmas Island, CC Cocos (Keeling) Islands, CO Colombia, KM Comoros, CD Congo (Democratic Republic),
CG Congo (Republic), CK Cook Islands, CR Costa Rica, CI Côte d'Ivoire, HR Croatia, CU Cuba, CW Curaçao,
CY Cyprus, CZ Czechia, DK Denmark, DJ Djibouti, DM Dominica, DO Dominican Republic, TL East Timor,
EC Ecuador, EG Egypt, SV El Salvador, GQ Equatorial Guinea, ER Eritrea, EE Estonia, SZ Eswatini, ET Ethiopia,
FK Falkland Islands, FO Faroe Islands, FJ Fiji, FI Finland, FR France, GF French Guiana, PF French Polynesia,
TF French Southern Territories, GA Gabon, GM Gambia, GE Georgia, DE Germany, GH Ghana, GI Gibraltar,
GR Greece, GL Greenland, GD Grenada, GP Guadeloupe, GU Guam, GT Guatemala, GG Guernsey, GN Guinea,
GW Guinea-Bissau, GY Guyana, HT Haiti, HM Heard Island & McDonald Islands, HN Honduras, HK Hong Kong,
HU Hungary, IS Iceland, IN India, ID Indonesia, IR Iran, IQ Iraq, IE Ireland, IM Isle of Man, IL Israel,
IT Italy, JM Jamaica, JP Japan, JE Jersey, JO Jordan, KZ Kazakhstan, KE Kenya, KI Kiribati, KW Kuwait,
KG Kyrgyzstan, LA Laos, LV Latvia, LB Lebanon, LS Lesotho, LR Liberia, LY Libya, LI Liechtenstein,
LT Lithuania, LU Luxembourg, MO Macau, MG Madagascar, MW Malawi, MY Malaysia, MV Maldives, ML Mali, MT Malta,
MH Marshall Islands, MQ Martinique, MR Mauritania, MU Mauritius, YT Mayotte, MX Mexico, FM Micronesia,
MD Moldova, MC Monaco, MN Mongolia, ME Montenegro, MS Montserrat, MA Morocco, MZ Mozambique, MM Myanmar,
NA Namibia, NR Nauru, NP Nepal, NL Netherlands, NC New Caledonia, NZ New Zealand, NI Nicaragua, NE Niger,
NG Nigeria, NU Niue, NF Norfolk Island, KP North Korea, MK North Macedonia, MP Northern Mariana Islands,
NO Norway, OM Oman, PK Pakistan, PW Palau, PS Palestine, PA Panama, PG Papua New Guinea, PY Paraguay,
PE Peru, PH Philippines, PN Pitcairn, PL Poland, PT Portugal, PR Puerto Rico, QA Qatar, RE Réunion,
RO Romania, RU Russia, RW Rwanda, WS Samoa, SM San Marino, ST Sao Tome & Principe, SA Saudi Arabia,
SN Senegal, RS Serbia, SC Seychelles, SL Sierra Leone, SG Singapore, SK Slovakia, SI Slovenia,
SB Solomon Islands, SO Somalia, ZA South Africa, GS South Georgia & the South Sandwich Islands,
KR South Korea, SS South Sudan, ES Spain, LK Sri Lanka, BL St Barthelemy, SH St Helena, KN St Kitts & Nevis,
LC St Lucia, SX St Maarten (Dutch part), MF St Martin (French part), PM St Pierre & Miquelon,
VC St Vincent & the Grenadines, SD Sudan, SR Suriname, SJ Svalbard & Jan Mayen, SE Sweden, CH Switzerland,
SY Syria, TW Taiwan, TJ Tajikistan, TZ Tanzania, TH Thailand, TG Togo, TK Tokelau, TO Tonga,
TT Trinidad & Tobago, TN Tunisia, TR Türkiye, TM Turkmenistan, TC Turks & Caicos Is, TV Tuvalu, UG Uganda,
UA Ukraine, AE United Arab Emirates, GB United Kingdom, US United States, UY Uruguay,
UM US Minor Outlying Islands, VI US Virgin Islands, UZ Uzbekistan, VU Vanuatu, VA Vatican City, VE Venezuela,
VN Vietnam, WF Wallis & Futuna, EH Western Sahara, YE Yemen, ZM Zambia, ZW Zimbabwe
"""


def _named(text: str) -> dict[str, str]:
    entries = (entry.strip() for entry in text.replace("\n", " ").split(","))
    return {code: name for code, _, name in (entry.partition(" ") for entry in entries)}


COUNTRIES: Final[Mapping[str, str]] = _named(_COUNTRIES)
"""Every country's name by its code, in the order of names."""
STATES: Final[Mapping[str, str]] = _named(_US_STATES)
"""Every state, territory and military post of the United States by its code."""
_CODES: Final = {name.casefold(): code for code, name in STATES.items()}


def region_code(text: str, country: str) -> str:
    """Return a state of the United States as its code, also where a browser filled in its name."""
    region = text.strip()
    if country != HOME:
        return region
    return _CODES.get(region.casefold(), region.upper())


def check_address(address: PostalAddress) -> None:
    """Refuse an address that no letter would reach.

    Raises:
        InvalidInput: Names the part that is missing or unknown, by its field in `PostalAddress`.
    """
    if address.country not in COUNTRIES:
        raise InvalidInput("Choose a country.", field="country")
    for field, sentence in (("lines", "Enter street and number."), ("city", "Enter the town or city.")):
        if not getattr(address, field).strip():
            raise InvalidInput(sentence, field=field)
    if address.country != HOME:
        if len(address.postal_code) > POSTAL_CODE_LENGTH:
            raise InvalidInput(f"Use at most {POSTAL_CODE_LENGTH} characters.", field="postal_code")
        return
    if address.region not in STATES:
        raise InvalidInput("Enter the state as its two letters, such as TX.", field="region")
    if not _US_POSTAL_CODE.fullmatch(address.postal_code):
        raise InvalidInput("Enter a ZIP code of five digits, such as 78701.", field="postal_code")
