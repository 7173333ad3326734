"""Stripe's published test cards: what each number is, and what happens when it is charged.

Source: https://docs.stripe.com/testing (card numbers and the `pm_card_…` names of the same behaviour).
No other number is accepted, so a real card typed here by mistake is refused and never stored.
"""

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

Authentication = Literal["none", "on_session", "until_set_up", "always"]
"""When the bank asks for 3-D Secure: never; only while the cardholder is there; off session too, unless the
card was authenticated when it was saved; always."""

Trouble = Literal["none", "fraudulent", "product_not_received", "inquiry", "early_fraud_warning"]
"""What follows a captured payment: a dispute and its reason, a bank's inquiry, a network's warning."""


@dataclass(frozen=True)
class Decline:
    """How a bank, or Radar, says no: Stripe's `code`, `decline_code` and sentence."""

    code: str
    decline_code: str
    message: str
    by_radar: bool = False


def _declined(decline_code: str, *, by_radar: bool = False) -> Decline:
    return Decline("card_declined", decline_code, _SENTENCES.get(decline_code, _DECLINED), by_radar)


_DECLINED: Final = "Your card was declined."
_SENTENCES: Final = {"insufficient_funds": "Your card has insufficient funds."}
_EXPIRED: Final = Decline("expired_card", "expired_card", "Your card has expired.")
_CVC: Final = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.")
_PROCESSING: Final = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)


@dataclass(frozen=True)
class Card:
    """One test card: its facts, and its behaviour when authenticated, charged and refunded."""

    number: str
    name: str
    note: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    authentication: Authentication = "none"
    decline: Decline | None = None
    lookup_fails: bool = False
    failed_check: str | None = None
    risk: Literal["normal", "elevated", "highest"] = "normal"
    refund: Literal["succeeds", "fails_later", "succeeds_later"] = "succeeds"
    trouble: Trouble = "none"
    attaches: bool = False

    @property
    def last4(self) -> str:
        """The digits a receipt shows."""
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        """The same 16 characters for the same number, in every sandbox."""
        return hashlib.sha256(b"stripe sandbox card " + self.number.encode()).hexdigest()[:16]

    @property
    def supports_3ds(self) -> bool:
        """Whether the card knows 3-D Secure at all; the Amex test card does not."""
        return self.brand != "amex"

    @property
    def setup_decline(self) -> Decline | None:
        """How the bank refuses to save the card, or None; some are refused only when charged."""
        return None if self.attaches else self.decline


CARDS: Final = (
    Card("4242424242424242", "pm_card_visa", "Succeeds"),
    Card("4000056655665556", "pm_card_visa_debit", "Succeeds; debit", funding="debit"),
    Card("5555555555554444", "pm_card_mastercard", "Succeeds", brand="mastercard"),
    Card(
        "5105105105105100",
        "pm_card_mastercard_prepaid",
        "Succeeds; prepaid",
        brand="mastercard",
        funding="prepaid",
    ),
    Card("378282246310005", "pm_card_amex", "Succeeds; no 3-D Secure", brand="amex"),
    Card("4000008260000000", "pm_card_gb", "Succeeds; United Kingdom", country="GB"),
    Card("4000002760000016", "pm_card_de", "Succeeds; Germany", country="DE"),
    Card("4000000000003220", "pm_card_threeDSecure2Required", "3-D Secure asked", authentication="always"),
    Card(
        "4000002760003184",
        "pm_card_authenticationRequired",
        "3-D Secure always",
        country="DE",
        authentication="always",
    ),
    Card(
        "4000002500003155",
        "pm_card_authenticationRequiredOnSetup",
        "3-D Secure unless set up before",
        country="FR",
        authentication="until_set_up",
    ),
    Card(
        "4000003800000446",
        "pm_card_authenticationRequiredSetupForOffSession",
        "3-D Secure on session; off session succeeds",
        country="IT",
        authentication="on_session",
    ),
    Card(
        "4000008260003178",
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        "3-D Secure, then insufficient funds",
        country="GB",
        authentication="always",
        decline=_declined("insufficient_funds"),
        attaches=True,
    ),
    Card(
        "4000008400001629",
        "pm_card_threeDSecureRequiredChargeDeclined",
        "3-D Secure, then declined",
        authentication="always",
        decline=_declined("generic_decline"),
    ),
    Card(
        "4000008400001280",
        "pm_card_threeDSecureRequiredProcessingError",
        "3-D Secure cannot be reached; declined",
        authentication="always",
        lookup_fails=True,
    ),
    Card(
        "4000000000000002",
        "pm_card_visa_chargeDeclined",
        "Declined",
        decline=_declined("generic_decline"),
    ),
    Card(
        "4000000000009995",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "Declined: insufficient funds",
        decline=_declined("insufficient_funds"),
    ),
    Card(
        "4000000000009987",
        "pm_card_visa_chargeDeclinedLostCard",
        "Declined: lost card",
        decline=_declined("lost_card"),
    ),
    Card(
        "4000000000009979",
        "pm_card_visa_chargeDeclinedStolenCard",
        "Declined: stolen card",
        decline=_declined("stolen_card"),
    ),
    Card("4000000000000069", "pm_card_chargeDeclinedExpiredCard", "Declined: expired", decline=_EXPIRED),
    Card("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", "Declined: wrong CVC", decline=_CVC),
    Card(
        "4000000000000119",
        "pm_card_chargeDeclinedProcessingError",
        "Declined: processing error",
        decline=_PROCESSING,
    ),
    Card(
        "4000000000000341",
        "pm_card_chargeCustomerFail",
        "Attaches to a customer, declined when charged",
        decline=_declined("generic_decline"),
        attaches=True,
    ),
    Card(
        "4100000000000019",
        "pm_card_radarBlock",
        "Blocked by Radar as fraudulent",
        decline=_declined("fraudulent", by_radar=True),
        risk="highest",
    ),
    Card("4000000000009235", "pm_card_riskLevelElevated", "Succeeds; elevated risk", risk="elevated"),
    Card("4000000000004954", "pm_card_riskLevelHighest", "Succeeds; highest risk", risk="highest"),
    Card("4000000000000101", "pm_card_cvcCheckFail", "Succeeds; CVC check fails", failed_check="cvc_check"),
    Card(
        "4000000000000036",
        "pm_card_avsZipFail",
        "Succeeds; postcode check fails",
        failed_check="address_postal_code_check",
    ),
    Card(
        "4000000000000028",
        "pm_card_avsLine1Fail",
        "Succeeds; address check fails",
        failed_check="address_line1_check",
    ),
    Card("4000000000005126", "pm_card_refundFail", "Succeeds; a refund fails later", refund="fails_later"),
    Card(
        "4000000000007726",
        "pm_card_pendingRefund",
        "Succeeds; a refund is pending first",
        refund="succeeds_later",
    ),
    Card(
        "4000000000000259",
        "pm_card_createDispute",
        "Succeeds; disputed as fraudulent",
        trouble="fraudulent",
    ),
    Card(
        "4000000000002685",
        "pm_card_createDisputeProductNotReceived",
        "Succeeds; disputed as not received",
        trouble="product_not_received",
    ),
    Card(
        "4000000000001976",
        "pm_card_createDisputeInquiry",
        "Succeeds; the bank inquires",
        trouble="inquiry",
    ),
    Card(
        "4000000000005423",
        "pm_card_createIssuerFraudRecord",
        "Succeeds; early fraud warning",
        trouble="early_fraud_warning",
    ),
)
BY_NUMBER: Final = {card.number: card for card in CARDS}
BY_NAME: Final = {card.name: card for card in CARDS}


def passes_luhn(number: str) -> bool:
    """Say whether a number's check digit is right (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
