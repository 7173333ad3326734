"""All that is kept about one gift, opened for its donor; the shape is docs/donor-data.schema.json."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from factually.audit.journal import entries_about
from factually.donations.appeals.models import reason_place, statement_place
from factually.donations.appeals.queries import appeals_of
from factually.donations.books.models import LedgerEntry, LedgerTransaction
from factually.donations.donor_records import open_donor
from factually.donations.models import Gift, GiftEvent, PaymentAttempt
from factually.donations.monthly.letters import news_keys
from factually.donations.monthly.models import CardEntry, MonthlyEvent
from factually.donations.my.models import GiftAnonymity
from factually.donations.wording import GiftLetter
from factually.independence.models import GiftDecision, Screening, ScreeningFinding
from factually.independence.rescreening.models import RescreeningCase
from factually.independence.sealing import inputs_place
from factually.mail.sending import open_letters

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from typing import Any

    from sqlalchemy import Row, RowMapping, Select
    from sqlalchemy.orm import Session

    from factually.donations.monthly.models import MonthlyGift
    from factually.foundation.canonical import JsonValue
    from factually.foundation.crypto import Keyring

_STATED: Final = (
    "public_id",
    "amount_minor",
    "currency",
    "fee_cover_minor",
    "capacity",
    "political_group",
    "organisation_type",
    "anonymous",
    "from_article",
    "attestation_version",
)
_STANDING: Final = (
    "state",
    "captured_minor",
    "refunded_minor",
    "policy_version",
    "deciding_rule",
    "deciding_reason",
    "release_reason",
    "payment_intent_id",
    "charge_id",
    "invoice_id",
)
_GOES_ON: Final = (
    "public_id",
    "amount_minor",
    "currency",
    "state",
    "end_reason",
    "customer_id",
    "subscription_id",
    "payment_method_id",
)
_MOMENTS: Final = ("created_at", "attested_at", "details_asked_at", "capture_before", "review_deadline")


def gift_record(session: Session, gift: Gift, *, keyring: Keyring) -> dict[str, JsonValue]:
    """Return one gift with everything that is kept about it.

    Raises:
        DamagedCiphertext: A sealed part was altered or moved.
    """
    return {
        **{name: getattr(gift, name) for name in (*_STATED, *_STANDING)},
        **{name: text_of(getattr(gift, name)) for name in _MOMENTS},
        "donor": asdict(open_donor(gift, keyring=keyring)),
        "card_is_known_again": gift.card_index is not None,
        "events": _rows(session, _events(gift.id)),
        "card_attempts": _rows(session, _attempts(gift.id)),
        "checks": _checks(session, gift.id, keyring=keyring),
        "decision_by_a_person": _rows(session, _decisions(gift.id)),
        "doubts": _rows(session, _doubts(gift.id)),
        "anonymity_changes": _rows(session, _anonymity(gift.id)),
        "books": _rows(session, _books(gift.id)),
        "appeals": _appeals(session, gift.id, keyring=keyring),
        "letters": letters_with(session, letter_keys(session, gift.id), keyring=keyring),
        "journal": [
            {"at": text_of(at), "event": event, "by": kind}
            for at, kind, _, event, _ in entries_about(session, f"gift:{gift.id}")
        ],
    }


def letter_keys(session: Session, gift_id: uuid.UUID) -> list[str]:
    """Return the keys of all letters that a gift can have brought its donor."""
    answers = [f"appeal-answered:{appeal.id}" for appeal in appeals_of(session, gift_id)]
    monthly_id = session.get_one(Gift, gift_id).monthly_gift_id
    news = [] if monthly_id is None else news_keys(session, monthly_id)
    return [*(letter.key(gift_id) for letter in GiftLetter), *answers, *news]


def letters_with(session: Session, keys: Iterable[str], *, keyring: Keyring) -> list[JsonValue]:
    """Return the letters of these keys as they were written."""
    return [
        {
            "created_at": text_of(row.created_at),
            "sent_at": text_of(row.sent_at),
            "to": letter.to,
            "subject": letter.subject,
            "text": letter.text,
        }
        for row, letter in open_letters(session, list(keys), keyring=keyring)
    ]


def monthly_record(session: Session, monthly: MonthlyGift) -> dict[str, JsonValue]:
    """Return one monthly gift with everything that is kept about it beside its months."""
    months = select(Gift.public_id).where(Gift.monthly_gift_id == monthly.id).order_by(Gift.created_at)
    return {
        **{name: getattr(monthly, name) for name in _GOES_ON},
        "created_at": text_of(monthly.created_at),
        "next_charge_at": text_of(monthly.next_charge_at),
        "gifts": list(session.scalars(months)),
        "events": _rows(
            session,
            select(
                MonthlyEvent.at,
                MonthlyEvent.fact,
                MonthlyEvent.amount_minor,
                MonthlyEvent.actor_kind.label("by"),
            )
            .where(MonthlyEvent.monthly_gift_id == monthly.id)
            .order_by(MonthlyEvent.id),
        ),
        "card_entries": _rows(
            session,
            select(CardEntry.started_at, CardEntry.finished_at, CardEntry.outcome, CardEntry.code)
            .where(CardEntry.monthly_gift_id == monthly.id)
            .order_by(CardEntry.started_at),
        ),
    }


def text_of(moment: datetime | None) -> str | None:
    """Write a moment as ISO 8601 in UTC."""
    return None if moment is None else moment.isoformat()


def _events(gift_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    query = select(GiftEvent.at, GiftEvent.fact, GiftEvent.from_state, GiftEvent.to_state)
    return (
        query.add_columns(GiftEvent.actor_kind.label("by"))
        .where(GiftEvent.gift_id == gift_id)
        .order_by(GiftEvent.id)
    )


def _attempts(gift_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            PaymentAttempt.kind,
            PaymentAttempt.number,
            PaymentAttempt.started_at,
            PaymentAttempt.finished_at,
            PaymentAttempt.outcome,
            PaymentAttempt.code,
            PaymentAttempt.decline_code,
        )
        .where(PaymentAttempt.gift_id == gift_id)
        .order_by(PaymentAttempt.started_at, PaymentAttempt.number)
    )


def _decisions(gift_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return select(GiftDecision.verdict, GiftDecision.policy_version, GiftDecision.decided_at).where(
        GiftDecision.gift_id == gift_id
    )


def _doubts(gift_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    query = select(RescreeningCase.opened_at, RescreeningCase.return_by)
    return query.where(RescreeningCase.gift_id == gift_id).order_by(RescreeningCase.opened_at)


def _anonymity(gift_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    query = select(GiftAnonymity.at, GiftAnonymity.anonymous)
    return query.where(GiftAnonymity.gift_id == gift_id).order_by(GiftAnonymity.id)


def _books(gift_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            LedgerTransaction.occurred_at,
            LedgerTransaction.type,
            LedgerEntry.account,
            LedgerEntry.amount_minor,
            LedgerEntry.currency,
        )
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(LedgerTransaction.gift_id == gift_id)
        .order_by(LedgerTransaction.id, LedgerEntry.position)
    )


def _appeals(session: Session, gift_id: uuid.UUID, *, keyring: Keyring) -> list[JsonValue]:
    return [
        {
            "filed_at": text_of(appeal.filed_at),
            "answer_by": text_of(appeal.answer_by),
            "statement": keyring.decrypt(appeal.statement, statement_place(appeal.id)),
            "answered_at": text_of(appeal.answered_at),
            "finding": appeal.finding,
            "reason": None
            if appeal.reason is None
            else keyring.decrypt(appeal.reason, reason_place(appeal.id)),
        }
        for appeal in appeals_of(session, gift_id)
    ]


def _rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[JsonValue]:
    return [_plain(row._mapping) for row in session.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name for a row's names


def _plain(row: RowMapping) -> dict[str, JsonValue]:
    return {name: text_of(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _checks(session: Session, gift_id: uuid.UUID, *, keyring: Keyring) -> list[JsonValue]:
    """Return each screening with all it read of the donor, and the answers without register rows."""
    screenings = session.execute(
        select(Screening).where(Screening.gift_id == gift_id).order_by(Screening.number)
    ).scalars()
    return [
        {
            "at": text_of(screening.created_at),
            "stage": screening.stage,
            "policy_version": screening.policy_version,
            "outcome": screening.outcome,
            "read": json.loads(keyring.decrypt(screening.inputs, inputs_place(screening.id))),
            "answers": [
                {"rule_id": answer.rule_id, "outcome": answer.outcome, "reason": answer.reason_text}
                for answer in _answers(session, screening.id)
            ],
        }
        for screening in screenings
    ]


def _answers(session: Session, screening_id: uuid.UUID) -> Sequence[Row[str, str, str]]:
    return session.execute(
        select(ScreeningFinding.rule_id, ScreeningFinding.outcome, ScreeningFinding.reason_text)
        .where(ScreeningFinding.screening_id == screening_id)
        .order_by(ScreeningFinding.position)
    ).all()
