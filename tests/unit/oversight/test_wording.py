from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from factually.donations.lifecycle import Fact, GiftState
from factually.independence.subjects import Capacity, Stage
from factually.oversight.wording import (
    CAPACITIES,
    FACTS,
    STAGES,
    STATES,
    actor_words,
    field_names,
    register_row_address,
    time_left,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=3), "in 3 days"),
        (timedelta(hours=71, minutes=59), "in 2 days"),
        (timedelta(hours=47, minutes=59), "in 47 hours"),
        (timedelta(hours=3, minutes=59), "in 3 hours"),
        (timedelta(minutes=60), "in 1 hour"),
        (timedelta(minutes=59, seconds=59), "in 59 minutes"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(seconds=59), "in less than a minute"),
        (timedelta(0), "time is up"),
        (timedelta(days=-2), "time is up"),
    ],
)
def test_a_deadline_never_promises_more_time_than_there_is(left: timedelta, words: str) -> None:
    assert time_left(NOW + left, NOW) == words


def test_every_state_fact_stage_and_capacity_has_words() -> None:
    assert STATES.keys() == set(GiftState)
    assert FACTS.keys() == {GiftState.PLEDGED, *Fact}
    assert STAGES.keys() == set(Stage)
    assert CAPACITIES.keys() == set(Capacity)


def test_a_field_without_words_is_shown_by_its_own_name() -> None:
    assert field_names(("donor_name", "shoe_size")) == "the donor's name, shoe_size"


def test_a_register_row_is_linked_only_where_its_register_shows_it() -> None:
    assert register_row_address("fec_committees", "C00003418") == (
        "https://www.fec.gov/data/committee/C00003418/"
    )
    assert register_row_address("unknown", "C00003418") is None


@pytest.mark.parametrize(
    ("kind", "id_", "words"),
    [
        ("account", "7", "Ada"),
        ("account", "8", "account 8"),
        ("donor", "form", "the donor"),
        ("stripe", "webhook", "the payment provider"),
        ("system", "factually", "the system"),
    ],
)
def test_an_actor_is_named_in_words(kind: str, id_: str, words: str) -> None:
    assert actor_words(kind, id_, {"7": "Ada"}) == words
