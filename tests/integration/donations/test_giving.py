from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from factually.donations.donor_records import open_donor, screening_subject
from factually.foundation.crypto import DamagedCiphertext
from factually.foundation.errors import Conflict
from factually.independence.subjects import Capacity, OrganisationType, Stage
from tests.support.donation_factories import ADA, DETAILED, WHOLE_ADDRESS, GivingDesk, pledge_of

if TYPE_CHECKING:
    from factually.foundation.database import Database


def test_the_same_form_sent_ten_times_at_once_is_one_gift(desk: GivingDesk) -> None:
    form = pledge_of()
    with ThreadPoolExecutor(10) as clicks:
        gifts = list(clicks.map(lambda _: desk.pledge(form), range(10)))
    assert len({gift.public_id for gift in gifts}) == 1
    assert desk.facts(gifts[0].id) == ["pledged"]


def test_another_form_under_the_same_key_is_a_conflict(desk: GivingDesk) -> None:
    key = uuid.uuid4()
    desk.pledge(pledge_of(client_key=key))
    with pytest.raises(Conflict):
        desk.pledge(pledge_of(client_key=key, minor=900))


def test_no_column_shows_who_gave(desk: GivingDesk, owner_database: Database) -> None:
    donor = replace(DETAILED, ein="12-3456789", organisation="A Choir")
    gift = desk.give(pledge_of(donor=donor, capacity=Capacity.ORGANISATION))
    with owner_database.transaction() as session:
        rows = [
            str(row)
            for table in ("gift", "gift_event", "payment_attempt", "procrastinate_jobs", "outgoing_letter")
            for row in session.execute(text(f"SELECT t::text FROM {table} t")).scalars()  # noqa: S608 - literals above
        ]
    assert any(str(gift.id) in row for row in rows)
    plain = [ADA.name, ADA.email, "Typesetter", "A Press", "Made-up", "Austin", "3456789"]
    for secret in (*plain, *(word.encode().hex() for word in plain)):
        assert not [row for row in rows if secret in row]


def test_all_that_a_donor_states_reaches_the_screening(desk: GivingDesk) -> None:
    donor = replace(DETAILED, organisation="A Choir", ein="12-3456789", occupation=None, employer=None)
    form = pledge_of(donor=donor, capacity=Capacity.ORGANISATION)
    gift = desk.pledge(replace(form, organisation_type=OrganisationType.ASSOCIATION, anonymous=True))
    subject = screening_subject(gift, stage=Stage.BEFORE_AUTHORISATION, card=None, keyring=desk.keyring)
    assert (subject.organisation_name, subject.organisation_type, subject.ein) == (
        "A Choir",
        OrganisationType.ASSOCIATION,
        "12-3456789",
    )
    assert (subject.address, subject.anonymous, subject.employer) == (WHOLE_ADDRESS, True, None)
    working = screening_subject(
        desk.pledge(pledge_of(donor=DETAILED)),
        stage=Stage.BEFORE_AUTHORISATION,
        card=None,
        keyring=desk.keyring,
    )
    assert (working.occupation, working.employer) == (DETAILED.occupation, DETAILED.employer)
    assert (working.organisation_type, working.anonymous) == (None, False)


def test_the_banks_word_on_the_address_reaches_the_screening(desk: GivingDesk) -> None:
    gift = desk.pledge(pledge_of(donor=DETAILED))
    card = desk.gateway.confirmation(desk.token("pm_card_avsZipFail", address=WHOLE_ADDRESS)).card
    subject = screening_subject(gift, stage=Stage.BEFORE_AUTHORISATION, card=card, keyring=desk.keyring)
    assert subject.payment is not None
    assert (subject.payment.address_check, subject.payment.postal_code_check) == ("pass", "fail")


def test_a_donors_name_moved_to_another_gift_does_not_open(desk: GivingDesk) -> None:
    mine, theirs = desk.pledge(), desk.pledge()
    # As a copy of the database might hold it: the database itself refuses the move, see below.
    mine.donor_name = theirs.donor_name
    with pytest.raises(DamagedCiphertext):
        open_donor(mine, keyring=desk.keyring)


@pytest.mark.parametrize(
    ("change", "guard"),
    [
        ("state = 'captured'", "does not go from pledged to captured"),
        ("amount_minor = 1", "does not change"),
        ("captured_minor = 501", "no_more_back_than_taken"),
        ("instruction = 'release'", "release_has_reason"),
        ("state = 'nonsense'", "nonsense"),
        ("donor_name = donor_email", "never rewritten"),
    ],
)
def test_the_database_itself_refuses_what_no_gift_may_become(
    desk: GivingDesk, owner_database: Database, change: str, guard: str
) -> None:
    gift = desk.pledge()
    statement = text(f"UPDATE gift SET {change} WHERE id = :id")  # noqa: S608 - literals above
    with pytest.raises(DBAPIError, match=guard), owner_database.transaction() as session:
        session.execute(statement, {"id": gift.id})


def test_a_step_once_written_cannot_be_changed_or_repeated(
    desk: GivingDesk, owner_database: Database
) -> None:
    gift = desk.pledge()
    with pytest.raises(DBAPIError, match="append-only"), owner_database.transaction() as session:
        session.execute(text("DELETE FROM gift_event"))
    copy = text(
        "INSERT INTO gift_event (gift_id, at, fact, to_state, actor_kind, actor_id) "
        "SELECT gift_id, at, fact, to_state, actor_kind, actor_id FROM gift_event WHERE gift_id = :id"
    )
    with pytest.raises(IntegrityError, match="gift_event"), owner_database.transaction() as session:
        session.execute(copy, {"id": gift.id})
