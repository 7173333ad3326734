from __future__ import annotations

import uuid

import pytest

from factually.donations.models import Gift
from factually.donations.wording import DEFAULT_REASON, REVIEWED, GiftLetter, decline_sentence, refusal_of


@pytest.mark.parametrize(
    "code", ["lost_card", "stolen_card", "fraudulent", "generic_decline", "unheard_of", None]
)
def test_a_lost_a_stolen_and_a_doubted_card_read_alike(code: str | None) -> None:
    assert decline_sentence(code) == decline_sentence("card_declined")


@pytest.mark.parametrize(
    "code", ["insufficient_funds", "expired_card", "incorrect_cvc", "try_again_later", None]
)
def test_each_decline_says_that_nothing_was_charged(code: str | None) -> None:
    assert "Nothing was charged." in decline_sentence(code)


def test_a_refusal_names_the_rule_and_its_sentence() -> None:
    gift = Gift(deciding_rule="DS02", deciding_reason="A sentence.", policy_version="2026-11-24")
    refusal = refusal_of(gift)
    assert (refusal.rule_id, refusal.reason, refusal.policy_version) == ("DS02", "A sentence.", "2026-11-24")


def test_a_reviewers_refusal_does_not_repeat_why_the_gift_was_held() -> None:
    gift = Gift(
        deciding_rule="DS03",
        deciding_reason="A person has to look at it.",
        release_reason="refused_by_reviewer",
    )
    assert refusal_of(gift).reason == REVIEWED


def test_a_gift_without_a_stored_reason_still_has_words() -> None:
    assert refusal_of(Gift()).reason == DEFAULT_REASON


def test_a_letters_key_names_its_kind_and_its_gift() -> None:
    keys = [letter.key(uuid.UUID(int=7)) for letter in GiftLetter]
    assert keys[0] == "gift-receipt:00000000-0000-0000-0000-000000000007"
    assert len(set(keys)) == len(keys)
