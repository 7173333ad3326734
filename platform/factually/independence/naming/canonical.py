"""Reduces a name to tokens in which two spellings of it are equal, the same for register and donor."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from anyascii import anyascii

from factually.independence.naming.vocabulary import (
    GLUE_WORDS,
    LEGAL_FORMS,
    LOOKALIKES,
    NEIGHBOURS,
    NON_ANSWERS,
    OFFICES,
    PHRASES,
    REPAIRED,
    ROLE_WORDS,
    STRONG_ROLES,
    TELLING_ROLES,
    WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

CANONICALISER: Final = "names-3"
"""Version of the tables and steps; a part of the engine's version, since other ones give other matches."""

SHORTEST_NAME: Final = 4
"""Letters and digits a name needs to say who it is; below it (`NA`, `RNC`) many bodies share it."""

_SHORTEST_REPAIRED: Final = 6
_SHORTEST_ACRONYM: Final = 4
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("'`\u2018\u2019\u02bc\u2032", ""))
_SIGNS: Final = re.compile("['`\u2018\u2019\u02bc\u2032&+]")
_DOMAIN: Final = re.compile(r"\.(com|org|net)\b")
_DOTTED: Final = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
_LAST_PARTS: Final = ("committee", "congress", "president", "senate")
_RUN_TOGETHER: Final = re.compile(rf"([a-z]{{3,}}?)(for)?({'|'.join(_LAST_PARTS)})")
_FOUR: Final = re.compile(r"([a-z]*)4([a-z]{3,})")
_ORDINAL: Final = re.compile("([0-9]+)(?:st|nd|rd|th)")
_WORD: Final = re.compile(r"[a-z0-9]+")
_LATIN: Final = re.compile("[a-z]")
_FAR_FROM_LATIN: Final = re.compile("[\u0370-\u04ff]")


def _deletions(word: str) -> Iterable[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


_SLIPS: Final = {
    slip: word for word in sorted(REPAIRED) for slip in (word, *_deletions(word)) if slip not in NEIGHBOURS
}


@dataclass(frozen=True)
class CanonicalName:
    """A name as tokens of small letters and digits, without `the`; empty where a text holds no word.

    What is read of a stated name once for each of its candidates is kept.
    """

    tokens: tuple[str, ...]

    @property
    def text(self) -> str:
        """The tokens, joined by blanks."""
        return " ".join(self.tokens)

    @cached_property
    def compact(self) -> str:
        """The tokens without blanks."""
        return "".join(self.tokens)

    @cached_property
    def key(self) -> str:
        """What two spellings of one name share: the tokens without legal forms, unless all are such."""
        return " ".join([token for token in self.tokens if token not in LEGAL_FORMS] or self.tokens)

    @property
    def sorted_key(self) -> str:
        """The same without order and glue: `Smith, Ann for Congress` and `Ann Smith for Congress`."""
        kept = [token for token in self.tokens if token not in LEGAL_FORMS and token not in GLUE_WORDS]
        return " ".join(sorted(kept or self.tokens))

    @cached_property
    def bearer(self) -> tuple[str, ...]:
        """The tokens that say who it is of: without roles, glue and legal forms."""
        return tuple(token for token in self.tokens if not is_role(token) and not is_light(token))

    @cached_property
    def has_role(self) -> bool:
        """Whether a word says that the bearer is a committee, a campaign or the like."""
        return not ROLE_WORDS.isdisjoint(self.tokens) or any(map(is_acronym, self.tokens))

    @property
    def says_so(self) -> bool:
        """Whether the name itself tells a committee, party, PAC or campaign, beyond doubt."""
        if any(token in TELLING_ROLES or is_acronym(token) for token in self.tokens):
            return True
        return any(pair[0] == "for" and pair[1] in OFFICES for pair in pairwise(self.tokens))

    @property
    def generic(self) -> bool:
        """Whether it is too short, or too empty, to say who bears it; such names are registered too."""
        if self.text in NON_ANSWERS or len(self.compact) < SHORTEST_NAME:
            return True
        return all(token in ROLE_WORDS or is_light(token) for token in self.tokens)


def canonical_name(text: str) -> CanonicalName:
    """Return the tokens of a name; the same text gives the same tokens, whatever register is searched."""
    folded = " ".join([_written(word) for word in plain_words(text)])
    for trigger, phrase, short in PHRASES:
        if trigger in folded:
            folded = phrase.sub(short, folded)
    return CanonicalName(tuple([WORDS.get(word, word) for word in folded.split()]))


def plain_words(text: str) -> list[str]:
    """Return the words of a text in small Latin letters, as they are spelt, without `the`."""
    plain = text.lower() if text.isascii() else _latin(unicodedata.normalize("NFKC", text).casefold())
    if _SIGNS.search(plain):
        plain = plain.translate(_APOSTROPHES).replace("&", " and ").replace("+", " and ")
    if "." in plain:
        plain = _DOMAIN.sub(r"\1", plain)
        plain = _DOTTED.sub(lambda dotted: dotted[0].replace(".", "") + " ", plain)
    return [word for word in _WORD.findall(plain) if word != "the"]


def spelt_alike(stated: str, registered: str) -> bool:
    """Tell whether a name is given as it is registered, without a slip mended or a word put short."""
    ours, theirs = (
        [word for word in plain_words(text) if word not in LEGAL_FORMS] for text in (stated, registered)
    )
    return ours == theirs


def is_role(token: str) -> bool:
    """Tell whether a token says what a committee is for; acronyms such as `hallpac` end in their role."""
    return token in ROLE_WORDS or is_acronym(token)


def is_strong_role(token: str) -> bool:
    """Tell whether a token is a role that ordinary organisations seldom have in their names."""
    return token in STRONG_ROLES or is_acronym(token)


def is_light(token: str) -> bool:
    """Tell whether a token hardly tells names apart: glue and legal forms."""
    return token in GLUE_WORDS or token in LEGAL_FORMS


def is_acronym(token: str) -> bool:
    """Tell whether a token is a committee's acronym: `hallpac` ends in its role."""
    return len(token) >= _SHORTEST_ACRONYM and token.endswith("pac")


@lru_cache(maxsize=65_536)
def _written(word: str) -> str:
    """Return a word without slips and ordinal endings, and apart where a blank was lost: `ann4congress`."""
    stands_for = _FOUR.fullmatch(word) if "4" in word else None
    if stands_for:
        before, after = stands_for.groups()
        return " ".join([*([_written(before)] if before else []), "for", _written(after)])
    if word[0].isdigit():
        ordinal = _ORDINAL.fullmatch(word)
        return ordinal[1] if ordinal else word
    mended = _mended(word)
    together = _RUN_TOGETHER.fullmatch(mended) if mended.endswith(_LAST_PARTS) else None
    return " ".join(filter(None, together.groups())) if together else mended


def _mended(word: str) -> str:
    """Mend one slip in a word of politics: found by its deletions, as SymSpell does it."""
    if len(word) < _SHORTEST_REPAIRED or word in REPAIRED or word in NEIGHBOURS:
        return word
    found = _SLIPS.get(word)
    if found is not None:
        return found
    for slip in _deletions(word):
        found = _SLIPS.get(slip)
        if found is not None and (found == slip or _one_slip_apart(word, found)):
            return found
    return word


def _one_slip_apart(word: str, other: str) -> bool:
    """Tell whether words of one length differ by one letter, or by two neighbours swapped."""
    if len(word) != len(other):
        return False
    places = [place for place in range(len(word)) if word[place] != other[place]]
    if len(places) == 1:
        return True
    first, last = places[0], places[-1]
    swapped = word[first] == other[last] and word[last] == other[first]
    return swapped and places == [first, first + 1]


def _latin(text: str) -> str:
    """Write other scripts in Latin letters; letters that only look Latin become what they look like.

    Pictures and marks that are not seen are left out: they would become words.
    """
    if text.isascii():
        return text
    text = "".join(c for c in text if c.isascii() or unicodedata.category(c)[0] not in "CS")
    return anyascii("".join(map(_unmasked, re.split(r"(\s+)", text)))).casefold()


def _unmasked(word: str) -> str:
    if _FAR_FROM_LATIN.search(word) and _LATIN.search(word):
        return word.translate(LOOKALIKES)
    return word
