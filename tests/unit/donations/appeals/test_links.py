from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from factually.donations.appeals.links import appeal_path, read_link
from factually.donations.appeals.terms import LINK_LIFETIME, contestable
from factually.donations.lifecycle import GiftState
from factually.donations.steps import Instruction, ReleaseReason
from factually.foundation.crypto import Keyring
from factually.foundation.errors import NotFound
from tests.support.donation_factories import kept_gift

if TYPE_CHECKING:
    from factually.donations.models import Gift

NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)


def gift(state: GiftState = GiftState.REFUSED) -> Gift:
    return kept_gift(now=NOW, email=bytes(32), state=state)


def parts(path: str) -> tuple[str, str]:
    _, _, public_id, token = path.split("/")
    return public_id, token


def test_a_link_is_good_for_its_gift_until_its_last_second(keyring: Keyring) -> None:
    contested = gift()
    link = read_link(*parts(appeal_path(contested, keyring=keyring)), keyring=keyring)
    assert link.public_id == contested.public_id
    ends = (NOW + LINK_LIFETIME).replace(microsecond=0)
    assert link.expires_at == ends
    assert not link.has_expired(ends - timedelta(seconds=1))
    assert link.has_expired(ends)


def test_a_link_of_another_gift_or_site_or_time_is_not_ours(keyring: Keyring) -> None:
    public_id, token = parts(appeal_path(gift(), keyring=keyring))
    seconds, _, signature = token.partition(".")
    other_site = Keyring.from_secret(b"another made-up key of 32 bytes.")
    for wrong in (
        (gift().public_id, token),
        (public_id, f"{int(seconds) + 1}.{signature}"),
        (public_id, f"{seconds}.{'A' * 43}"),
        (public_id, token[:-1]),
        (public_id, f"{token}\n"),
        (public_id, "x"),
    ):
        with pytest.raises(NotFound, match="not complete"):
            read_link(*wrong, keyring=keyring)
    with pytest.raises(NotFound):
        read_link(public_id, token, keyring=other_site)


def test_what_is_held_or_refused_can_be_contested_and_nothing_else() -> None:
    assert {state for state in GiftState if contestable(gift(state))} == {GiftState.HELD, GiftState.REFUSED}
    held = gift(GiftState.HELD)
    held.instruction = Instruction.CAPTURE.value
    assert not contestable(held)
    for reason in ReleaseReason:
        released = gift(GiftState.RELEASED)
        released.release_reason = reason.value
        refused = reason in {ReleaseReason.REFUSED_BY_POLICY, ReleaseReason.REFUSED_BY_REVIEWER}
        assert contestable(released) == refused
