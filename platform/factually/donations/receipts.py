"""Letters to the donor, one for each state they are owed word of, queued with the change that brings it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from factually.donations.aftermath import RefundState
from factually.donations.appeals.links import appeal_path
from factually.donations.appeals.terms import contest_until
from factually.donations.donor_records import is_erased, open_donor
from factually.donations.lifecycle import GiftState
from factually.donations.monthly.links import manage_path
from factually.donations.monthly.models import MonthlyGift
from factually.donations.steps import ReleaseReason
from factually.donations.wording import GiftLetter, refusal_of
from factually.foundation.money import Money
from factually.mail.letters import Letter
from factually.mail.sending import send_later

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from factually.donations.models import Gift
    from factually.donations.refunds.models import Refund
    from factually.foundation.crypto import Keyring

_REFUSALS: Final = {ReleaseReason.REFUSED_BY_POLICY, ReleaseReason.REFUSED_BY_REVIEWER}


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes, for the letters' words and links.

    `sandbox` adds that no money moved, `card_statement` is the line on card statements, empty where unknown.
    """

    site_name: str
    base_url: str
    contact: str
    sandbox: bool
    card_statement: str = ""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How a letter about a gift is written.

    Attributes:
        key: Names the cause; the same key twice sends once.
        template: Its two templates below `emails/`, without their endings.
        subject: One line; `{amount}` stands for the amount that the letter is about.
    """

    key: str
    template: str
    subject: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one of a gift's letters is written; a refusal is another wording of the release."""

    letter: GiftLetter
    template: str
    subject: str


_RECEIPT = _Kind(GiftLetter.RECEIPT, "receipt", "Your gift of {amount}: receipt")
_HELD = _Kind(GiftLetter.HELD, "held", "Your gift of {amount} is being looked at")
_RELEASED = _Kind(GiftLetter.RELEASED, "released", "Your gift of {amount}: the hold is released")
_REFUSED = _Kind(GiftLetter.RELEASED, "refused", "We can't take your gift of {amount}")
_GIVEN_BACK = _Kind(GiftLetter.REFUND, "refund", "We have given back {amount}")
_CAME_BACK = _Kind(GiftLetter.REFUND_FAILED, "refund_failed", "Our refund of {amount} did not arrive")
_REFUND_LETTERS: Final = {
    RefundState.PENDING: _GIVEN_BACK,
    RefundState.SUCCEEDED: _GIVEN_BACK,
    RefundState.FAILED: _CAME_BACK,
    RefundState.CANCELLED: _CAME_BACK,
}


class DonorPost:
    """Writes the donor's letters; the only place that opens an address to send mail."""

    def __init__(self, *, templates: Path, sender: Sender, keyring: Keyring) -> None:
        """Prepare the templates.

        Args:
            templates: The site's template folder; letters lie in `emails`.
            sender: Who writes.
            keyring: Opens the donor's address and seals the letter.
        """
        self.keyring = keyring
        self._sender = sender
        self._templates = Environment(
            loader=FileSystemLoader(templates),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def tell(self, session: Session, gift: Gift, *, now: datetime) -> None:
        """Queue the letter that the gift's present state calls for, if any; each goes out once."""
        kind = _kind_for(gift)
        if kind is None:
            return
        folder = "donations" if gift.monthly_gift_id is None else "monthly"
        wording = Wording(
            key=kind.letter.key(gift.id), template=f"{folder}/{kind.template}", subject=kind.subject
        )
        self.write(session, gift, wording, now=now, facts=self._steering(session, gift, now))

    def tell_of_refund(self, session: Session, gift: Gift, refund: Refund, *, now: datetime) -> None:
        """Queue the letter that a refund's present state calls for, if any; each goes out once."""
        kind = _REFUND_LETTERS.get(RefundState(refund.state))
        if kind is None:
            return
        wording = Wording(
            key=kind.letter.key(refund.id), template=f"donations/{kind.template}", subject=kind.subject
        )
        amount = Money(refund.amount_minor, refund.currency)
        self.write(session, gift, wording, now=now, facts={"amount": amount})

    def write(
        self, session: Session, gift: Gift, wording: Wording, *, now: datetime, facts: Mapping[str, object]
    ) -> None:
        """Queue one letter to a gift's donor, in the transaction of what it tells.

        Args:
            session: Transaction of the caller.
            gift: The gift.
            wording: Key, templates and subject.
            now: When.
            facts: What the templates need besides the gift, its refusal and the site; an `amount` among
                them takes the place of the gift's.
        """
        if is_erased(gift):
            # There is nobody left to write to.
            return
        donor = open_donor(gift, keyring=self.keyring)
        base_url = self._sender.base_url
        shown = {
            "donor_name": donor.name,
            "amount": Money(gift.amount_minor, gift.currency),
            "fee_cover": Money(gift.fee_cover_minor, gift.currency),
            "gift": gift,
            "refusal": refusal_of(gift),
            "address": f"{base_url}/donate/{gift.public_id}",
            "appeal_address": f"{base_url}{appeal_path(gift, keyring=self.keyring)}",
            "contest_until": contest_until(gift),
            "sender": self._sender,
            "now": now,
            **facts,
        }
        letter = Letter(
            key=wording.key,
            to=donor.email,
            subject=wording.subject.format(amount=shown["amount"]),
            text=self._render(f"{wording.template}.txt", shown),
            html=self._render(f"{wording.template}.html", shown),
        )
        send_later(session, letter, keyring=self.keyring, now=now)

    def manage_address(self, monthly: MonthlyGift, now: datetime) -> str:
        """Return where a monthly gift is steered without an account."""
        return f"{self._sender.base_url}{manage_path(monthly, keyring=self.keyring, now=now)}"

    def _steering(self, session: Session, gift: Gift, now: datetime) -> Mapping[str, object]:
        """Return what a letter about one month says of the monthly gift."""
        if gift.monthly_gift_id is None:
            return {}
        monthly = session.get_one(MonthlyGift, gift.monthly_gift_id)
        return {"monthly": monthly, "manage_address": self.manage_address(monthly, now)}

    def _render(self, template: str, facts: dict[str, object]) -> str:
        return self._templates.get_template(f"emails/{template}").render(facts)


def _kind_for(gift: Gift) -> _Kind | None:
    if gift.state == GiftState.CAPTURED.value:
        return _RECEIPT
    if gift.state == GiftState.HELD.value:
        return _HELD
    if gift.state == GiftState.RELEASED.value:
        return _REFUSED if gift.release_reason in _REFUSALS else _RELEASED
    if gift.state == GiftState.EXPIRED.value and gift.charge_id is not None:
        return _RELEASED
    return None
