"""Reduces a name to the form in which two spellings of it are equal, the same for register and donor.

The forms hold certain identity only (case, accents, punctuation, abbreviations, legal forms); nearness is
no business of this module. Facts behind each table: reference/screening.md sections 3 and 8.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

CANONICALISER: Final = "plain-1"
"""Version of the tables below; stored with each decision, since other tables give other matches."""

SHORTEST_NAME: Final = 4
"""Letters and digits a name needs to say who it is; below it (`NA`, `RNC`) many bodies share it."""

_DASHES: Final = dict.fromkeys(range(0x2010, 0x2016), "-")  # NFKC leaves these six as they are
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'`\u2018\u2019\u02bc"), None)
_NOT_ALPHANUMERIC: Final = re.compile(r"[^a-z0-9]+")
_DOTTED: Final = re.compile(r"\b(?:\w\.){2,}")
_ALSO_KNOWN_AS: Final = re.compile(
    r"[(\[]?\b(?:a[./]?k[./]?a|f[./]?k[./]?a|d[./]?b[./]?a)\b[./:)\]]*", re.IGNORECASE
)
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_MARKS_OF_PARTS: Final = re.compile(r"[(\[/]|\b[afd][kb]a\b", re.IGNORECASE)
_COMMITTEE_ID: Final = re.compile(r"\bc\d{8}\b", re.IGNORECASE | re.ASCII)

_WORDS: Final = {
    "4": "for",
    "assn": "association",
    "assoc": "association",
    "camp": "campaign",
    "cmte": "committee",
    "comm": "committee",
    "cong": "congress",
    "congressional": "congress",
    "dem": "democratic",
    "dems": "democrats",
    "dept": "department",
    "fed": "federal",
    "fedn": "federation",
    "gop": "republican",
    "govt": "government",
    "intl": "international",
    "natl": "national",
    "repub": "republican",
    "univ": "university",
    "usa": "us",
}
_PHRASES: Final = (
    (re.compile(r"\bunited states(?: of america)?\b"), "us"),
    (re.compile(r"\bpolitical action (?:committee|cmte|comm|fund|league)\b"), "pac"),
    (re.compile(r"\bp a c\b"), "pac"),
    (re.compile(r"\bpac(?: pac)+\b"), "pac"),
    (re.compile(r"\bre elect\b"), "reelect"),
    (re.compile(r"\b(?:no|number) (?=\d)"), ""),
)
_LEGAL_FORMS: Final = frozenset(
    {"corp", "corporation", "inc", "incorporated", "limited", "llc", "llp", "ltd"}
)
_ROLE_WORDS: Final = frozenset(
    {
        "campaign",
        "candidate",
        "caucus",
        "committee",
        "congress",
        "democrats",
        "elect",
        "friends",
        "fund",
        "governor",
        "pac",
        "party",
        "political",
        "president",
        "reelect",
        "republicans",
        "senate",
        "victory",
    }
)
_GLUE_WORDS: Final = frozenset(
    {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "to", "us", "with"}
)
_NON_ANSWERS: Final = frozenset(
    {
        "anonymous",
        "homemaker",
        "n a",
        "na",
        "nil",
        "no",
        "none",
        "not applicable",
        "not employed",
        "private",
        "retired",
        "self",
        "self employed",
        "student",
        "test",
        "unemployed",
        "unknown",
    }
)
_ROLE_PHRASE: Final = re.compile(r"\b(?:pac|committee|party|for (?:us )?(?:congress|senate|president))\b")


class FormKind(StrEnum):
    """Whether a form stands for the whole text or for another name found inside it."""

    WHOLE = "whole"
    PART = "part"


@dataclass(frozen=True)
class NameForm:
    """One canonical name that a text bears: tokens of letters and digits, joined by single blanks."""

    canonical: str
    kind: FormKind


def canonical_name(text: str) -> str:
    """Return the canonical form of a name, by which equal names are found; empty where nothing is left."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).casefold().translate(_APOSTROPHES)
    plain = _DOTTED.sub(lambda dotted: dotted[0].replace(".", "") + " ", _fold_accents(plain))
    plain = plain.replace("&", " and ").replace("+", " and ")
    folded = _letters_and_digits(plain)
    for phrase, short in _PHRASES:
        folded = phrase.sub(short, folded)
    words = [_WORDS.get(word, word) for word in folded.split() if word != "the"]
    return " ".join([word for word in words if word not in _LEGAL_FORMS] or words)


def name_forms(text: str) -> tuple[NameForm, ...]:
    """Return the whole name first, then each further name a text bears in brackets or after AKA, FKA, DBA.

    A part counts only where it names a body by itself: four letters or more, and either a role word (`PAC`)
    or an acronym. `DEMOCRATIC STATE COMMITTEE (DELAWARE)` is not called Delaware.
    """
    whole = canonical_name(text)
    forms = {whole: NameForm(whole, FormKind.WHOLE)}
    if _MARKS_OF_PARTS.search(text):
        for part in _parts(text, whole):
            forms.setdefault(part, NameForm(part, FormKind.PART))
    return tuple(form for form in forms.values() if form.canonical)


def committee_ids(text: str) -> tuple[str, ...]:
    """Return the FEC committee ids (`C` and eight digits) written in a text, in capitals, each once."""
    plain = unicodedata.normalize("NFKC", text)
    return tuple(dict.fromkeys(found.upper() for found in _COMMITTEE_ID.findall(plain)))


def is_generic(canonical: str) -> bool:
    """Tell whether a canonical name is too short or too common to say who bears it.

    Such names are registered (`NONE`, `N/A`, `NA`): a donor's non-answer would be an exact hit.
    """
    if canonical in _NON_ANSWERS or len(canonical.replace(" ", "")) < SHORTEST_NAME:
        return True
    return all(word in _ROLE_WORDS or word in _GLUE_WORDS for word in canonical.split())


def names_its_role(canonical: str) -> bool:
    """Tell whether a canonical name itself says that it is a committee, a party, a PAC or a campaign."""
    return _ROLE_PHRASE.search(canonical) is not None


def _fold_accents(text: str) -> str:
    """Drop accents of Latin letters only: in other scripts the marks are vowels and tell names apart."""
    if text.isascii():
        return text
    kept: list[str] = []
    latin = False
    for character in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(character):
            latin = "a" <= character <= "z"
        elif latin:
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def _letters_and_digits(text: str) -> str:
    """Turn all else into single blanks; marks stay with their letters: some scripts write vowels so."""
    if text.isascii():
        return _NOT_ALPHANUMERIC.sub(" ", text).strip()
    return " ".join("".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text).split())


def _parts(text: str, whole: str) -> Iterator[str]:
    for name in _ALSO_KNOWN_AS.split(text):
        main = _BRACKETS.sub(" ", name)
        pieces = [*_BRACKETS.findall(name), *main.split("/")]
        for part in [
            canonical_name(main),
            *filter(partial(_stands_alone, whole=whole), map(canonical_name, pieces)),
        ]:
            if not is_generic(part):
                yield part


def _stands_alone(part: str, whole: str) -> bool:
    if " " not in part:
        return "pac" in part or _is_acronym_of(part, whole)
    return names_its_role(part)


def _is_acronym_of(part: str, whole: str) -> bool:
    """Tell whether the letters of `part` begin words of the whole name, in order."""
    initials = iter(word[0] for word in whole.split() if word != part)
    return all(letter in initials for letter in part)
