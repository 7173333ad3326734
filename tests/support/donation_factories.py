"""Made-up gifts, and a site that takes them through a running sandbox."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import requests
from sqlalchemy import select, text

from factually.audit.journal import Actor
from factually.donations.giving import pledge
from factually.donations.journey import Journey
from factually.donations.lifecycle import TAKEN_STATES, GiftState
from factually.donations.models import Gift, GiftEvent, PaymentAttempt
from factually.donations.pledges import ATTESTATION_VERSION, Donor, Pledge
from factually.donations.progress import Step
from factually.donations.receipts import DonorPost, Sender
from factually.foundation.identifiers import new_public_id
from factually.foundation.money import Money
from factually.independence.subjects import Capacity, PostalAddress
from factually.mail.sending import open_unsent

if TYPE_CHECKING:
    from datetime import datetime

    from factually.donations.gateway import PaymentGateway
    from factually.foundation.crypto import Keyring
    from factually.foundation.database import Database
    from factually.mail.letters import Letter
    from tests.support.clock import FrozenClock
    from tests.support.stripe_sandbox import RunningSandbox

SITE: Final = "https://example.org"
TEMPLATES: Final = Path(__file__).parents[2] / "templates"
ADA: Final = Donor(name="Ada Reader", email="ada@example.org")
DONOR: Final = Actor("donor", "form")
SECOND_FROM: Final = Money(200_00, "USD")
"""From this amount on a refund needs a second person."""
VISA: Final = "pm_card_visa"
DECLINED: Final = "pm_card_visa_chargeDeclined"
THREE_D_SECURE: Final = "pm_card_threeDSecure2Required"
SHARED_NAME: Final = "We the People Committee"
"""An organisation's name that two committees of the test register bear: held, never refused."""


def pledge_of(  # noqa: PLR0913 - each test names the one or two that matter to it
    *,
    minor: int = 500,
    currency: str = "USD",
    covers_fee: bool = False,
    donor: Donor = ADA,
    capacity: Capacity = Capacity.OWN_MONEY,
    political_group: bool = False,
    client_key: uuid.UUID | None = None,
    monthly: bool = False,
) -> Pledge:
    """A filled-in form: a reader's own five dollars unless told otherwise."""
    return Pledge(
        client_key=client_key or uuid.uuid4(),
        amount=Money(minor, currency),
        covers_fee=covers_fee,
        capacity=capacity,
        political_group=political_group,
        donor=donor,
        anonymous=False,
        attested=True,
        from_article=None,
        monthly=monthly,
    )


WHOLE_ADDRESS: Final = PostalAddress(
    lines="1 Made-up Street", city="Austin", region="TX", postal_code="78701", country="US"
)
DETAILED: Final = Donor(
    name="Ada Reader",
    email="ada@example.org",
    occupation="Typesetter",
    employer="A Press",
    address=WHOLE_ADDRESS,
)
"""Ada with all that a large gift is asked."""


def organisation_pledge(name: str) -> Pledge:
    """Five dollars that an organisation gives in its own name."""
    return pledge_of(
        donor=Donor(name="Ada Reader", email="ada@example.org", organisation=name),
        capacity=Capacity.ORGANISATION,
    )


def kept_gift(  # noqa: PLR0913 - each test names the one or two that matter to it
    *,
    now: datetime,
    email: bytes,
    card: bytes | None = None,
    minor: int = 500,
    currency: str = "USD",
    state: GiftState = GiftState.CAPTURED,
    refunded: int = 0,
    anonymous: bool = False,
    details_asked_at: datetime | None = None,
) -> Gift:
    """A gift as it lies in the database, with a donor that nobody will open."""
    taken = state in TAKEN_STATES
    return Gift(
        id=uuid.uuid4(),
        public_id=new_public_id(),
        client_key=uuid.uuid4(),
        request_hash=bytes(32),
        amount_minor=minor,
        currency=currency,
        capacity=Capacity.OWN_MONEY.value,
        political_group=False,
        anonymous=anonymous,
        attestation_version=ATTESTATION_VERSION,
        attested_at=now,
        donor_name=b"",
        donor_email=b"",
        email_index=email,
        card_index=card,
        details_asked_at=details_asked_at,
        state=state.value,
        review_deadline=now if state is GiftState.HELD else None,
        captured_minor=minor if taken else 0,
        refunded_minor=minor if state is GiftState.REFUNDED else refunded,
        created_at=now,
        updated_at=now,
    )


def donor_post(keyring: Keyring) -> DonorPost:
    """Writes letters with the site's own templates."""
    sender = Sender(site_name="Factually", base_url=SITE, contact="hello@example.org", sandbox=True)
    return DonorPost(templates=TEMPLATES, sender=sender, keyring=keyring)


@dataclass(frozen=True, kw_only=True)
class GivingDesk:
    """Gives gifts without a browser, and reads what became of them here and at the sandbox."""

    database: Database
    gateway: PaymentGateway
    keyring: Keyring
    clock: FrozenClock
    sandbox: RunningSandbox

    @property
    def post(self) -> DonorPost:
        return donor_post(self.keyring)

    @property
    def journey(self) -> Journey:
        return Journey(
            database=self.database, gateway=self.gateway, post=self.post, clock=self.clock, actor=DONOR
        )

    def step(self) -> Step:
        return Step(DONOR, self.clock.now())

    def pledge(self, form: Pledge | None = None) -> Gift:
        with self.database.transaction() as session:
            return pledge(session, form or pledge_of(), keyring=self.keyring, step=self.step())

    def give(self, form: Pledge | None = None, card: str = VISA) -> Gift:
        """Pledge and try one card; return the gift as it then is."""
        gift = self.pledge(form)
        self.journey.confirm(gift.public_id, self.token(card))
        return self.gift(gift.id)

    def token(self, card: str = VISA, *, address: PostalAddress | None = None) -> str:
        """Enter a card, as the payment script would, with the address where the form asked for one."""
        entry = {"payment_method": card}
        if address is not None:
            place = "payment_method_data[billing_details][address]"
            entry |= {
                "payment_method_data[type]": "card",
                f"{place}[line1]": address.lines,
                f"{place}[postal_code]": address.postal_code,
            }
        answer = requests.post(
            f"{self.sandbox.url}/v1/test_helpers/confirmation_tokens",
            auth=(self.sandbox.secret_key, ""),
            data=entry,
            timeout=5,
        )
        answer.raise_for_status()
        return str(answer.json()["id"])

    def authenticate(self, client_secret: str, *, passed: bool) -> None:
        """Answer the bank's question in the donor's place."""
        requests.post(
            f"{self.sandbox.url}/endive/authentication",
            json={"key": self.sandbox.publishable_key, "client_secret": client_secret, "passed": passed},
            timeout=5,
        )

    def gift(self, gift_id: uuid.UUID) -> Gift:
        with self.database.transaction() as session:
            return session.get_one(Gift, gift_id)

    def facts(self, gift_id: uuid.UUID) -> list[str]:
        with self.database.transaction() as session:
            query = select(GiftEvent.fact).where(GiftEvent.gift_id == gift_id).order_by(GiftEvent.id)
            return list(session.execute(query).scalars())

    def calls(self, gift_id: uuid.UUID) -> list[tuple[str, int, str | None]]:
        """Each call to Stripe as kind, number and outcome."""
        with self.database.transaction() as session:
            query = (
                select(PaymentAttempt.kind, PaymentAttempt.number, PaymentAttempt.outcome)
                .where(PaymentAttempt.gift_id == gift_id)
                .order_by(PaymentAttempt.kind, PaymentAttempt.number)
            )
            return [(kind, number, outcome) for kind, number, outcome in session.execute(query)]

    def intents(self, gift_id: uuid.UUID) -> list[dict[str, Any]]:
        """All of the gift's PaymentIntents at the sandbox."""
        return [
            intent
            for intent in self.at_sandbox("payment_intents")
            if intent["metadata"].get("gift") == str(gift_id)
        ]

    def at_sandbox(self, what: str) -> list[dict[str, Any]]:
        answer = requests.get(
            f"{self.sandbox.url}/v1/{what}",
            params={"limit": 100},
            auth=(self.sandbox.secret_key, ""),
            timeout=5,
        )
        return list(answer.json()["data"])

    def letters(self) -> list[str]:
        """Keys of all queued letters, without the gift's id."""
        with self.database.transaction() as session:
            keys = session.execute(text("SELECT key FROM outgoing_letter ORDER BY created_at, key")).scalars()
            return [key.split(":")[0] for key in keys]

    def open_letters(self) -> list[Letter]:
        """All queued letters, opened."""
        with self.database.transaction() as session:
            ids = session.execute(text("SELECT id FROM outgoing_letter")).scalars()
            opened = [open_unsent(session, letter_id, keyring=self.keyring) for letter_id in ids]
        return [letter for letter in opened if letter is not None]

    def journal(self) -> list[str]:
        with self.database.transaction() as session:
            return list(session.execute(text("SELECT event FROM journal_entry ORDER BY id")).scalars())
