"""Makes up past donors by the million: people, and one organisation in five, the same for the same seed."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from benchmarks.labelled import ordinary_names
from factually.foundation.money import Money
from factually.independence.subjects import Capacity, PaymentFacts, ScreeningSubject, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from factually.independence.registers.entries import Entry

ORGANISATIONS: Final = 0.2
_OF_CANDIDATE: Final = " FOR CONGRESS"
_SYLLABLES: Final = re.findall("...", "berburcarcoldandorfergargilharholjankenkirlanlormarmilnelnorparpet")
_ENDINGS: Final = re.findall(
    "[a-z]+", "berg by den er ez field ford ing ini kin ley man ner ova son stein ton"
)


class MadeUpDonors:
    """A population of donors, who are nobody.

    People have the first names of candidates, and last names of theirs or of syllables. Organisations have
    the first half of one ordinary name and the second of another: words as rare as real ones, in new company.
    """

    def __init__(self, committees: Sequence[Entry], random: Random) -> None:
        self._random = random
        people = [entry.name.split()[:-2] for entry in committees if entry.name.endswith(_OF_CANDIDATE)]
        self._first = [words[0] for words in people if len(words) > 1]
        self._last = [words[-1] for words in people if len(words) > 1]
        self._ordinary = [name.split() for name in ordinary_names()]

    def subjects(self, size: int, planted: Sequence[str] = ()) -> Iterator[ScreeningSubject]:
        """Yield donors; those of planted names come first, as organisations."""
        for name in planted:
            yield self._subject(name)
        for _ in range(size - len(planted)):
            organisation = self._random.random() < ORGANISATIONS
            yield self._subject(self._organisation() if organisation else None)

    def _subject(self, organisation: str | None) -> ScreeningSubject:
        person = self._person()
        return ScreeningSubject(
            stage=Stage.AFTER_AUTHORISATION,
            capacity=Capacity.OWN_MONEY if organisation is None else Capacity.ORGANISATION,
            political_group=False,
            donor_name=person,
            organisation_name=organisation,
            email=f"{person.replace(' ', '.').casefold()}@{self._random.choice(_SYLLABLES)}.example.org",
            amount=Money(500, "USD"),
            payment=PaymentFacts(country="US", funding="credit", brand="visa", billing_name=person),
        )

    def _person(self) -> str:
        random = self._random
        if random.random() < ORGANISATIONS:
            last = random.choice(self._last)
        else:
            pieces = [random.choice(_SYLLABLES) for _ in range(random.randint(1, 2))]
            last = "".join(pieces) + random.choice(_ENDINGS)
        return f"{random.choice(self._first)} {last}".title()

    def _organisation(self) -> str:
        one, other = (self._random.choice(self._ordinary) for _ in range(2))
        return " ".join([*islice(one, (len(one) + 1) // 2), *other[len(other) // 2 :]]) or one[0]
