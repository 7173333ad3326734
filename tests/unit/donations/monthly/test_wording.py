from itertools import product

from factually.donations.monthly.lifecycle import EndReason, MonthlyFact, MonthlyState
from factually.donations.monthly.wording import standing_sentence, what_happened_monthly
from factually.foundation.money import Money

FIVE = Money(500, "USD")


def test_every_step_has_words() -> None:
    for fact in ("pledged", *MonthlyFact):
        sentence = what_happened_monthly(fact, FIVE)
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_every_standing_has_words() -> None:
    for state in set(MonthlyState) - {MonthlyState.ENDED}:
        assert standing_sentence(state, None).endswith(".")
    assert "Your bank" in standing_sentence(MonthlyState.PAST_DUE, None, bank_asks=True)
    for reason, state in product(EndReason, (MonthlyState.ENDED,)):
        assert "taken" in standing_sentence(state, reason)
