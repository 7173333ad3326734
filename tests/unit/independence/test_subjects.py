from __future__ import annotations

import json
from dataclasses import replace

import pytest

from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money
from factually.independence.subjects import (
    LONGEST_TEXT,
    PaymentFacts,
    ScreeningSubject,
    Stage,
    subject_from_canonical,
)
from tests.support.independence_factories import OWN_GIFT, organisation_gift

PAYMENT = PaymentFacts(country="US", funding="credit", fingerprint="made-up", billing_name="Ada Reader")


@pytest.mark.parametrize(
    "subject",
    [
        OWN_GIFT,
        organisation_gift("Überparteilich e. V. 🗳"),
        replace(OWN_GIFT, capacity=None, political_group=None),
        replace(OWN_GIFT, stage=Stage.AFTER_AUTHORISATION, payment=PAYMENT),
        replace(OWN_GIFT, amount=Money(938, "USD"), given=Money(750, "EUR")),
    ],
)
def test_a_subject_is_read_back_from_its_canonical_form(subject: ScreeningSubject) -> None:
    assert subject_from_canonical(subject.canonical()) == subject


def test_a_subject_of_before_there_were_currencies_is_read_too() -> None:
    before = json.loads(OWN_GIFT.canonical())
    del before["given"]
    assert subject_from_canonical(json.dumps(before)) == OWN_GIFT


def test_equal_subjects_have_equal_canonical_forms() -> None:
    assert OWN_GIFT.canonical() == replace(OWN_GIFT).canonical()


@pytest.mark.parametrize("character", ["\x00", "\n", "\x1b", "\ud800"])
def test_characters_that_cannot_be_shown_are_refused_and_the_field_is_named(character: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        replace(OWN_GIFT, donor_name=f"Ada{character}Reader")
    assert caught.value.field == "donor_name"


def test_the_name_on_the_payment_is_checked_too() -> None:
    with pytest.raises(InvalidInput) as caught:
        PaymentFacts(billing_name="\ud800")
    assert caught.value.field == "billing_name"


def test_a_text_beyond_any_name_is_refused() -> None:
    assert organisation_gift("x" * LONGEST_TEXT).organisation_name == "x" * LONGEST_TEXT
    with pytest.raises(InvalidInput, match="10,000 characters"):
        organisation_gift("x" * (LONGEST_TEXT + 1))
