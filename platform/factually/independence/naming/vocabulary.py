"""The words of political and legal names: which are written for one another, and what part each plays.

The tables lie in `vocabulary.toml`, with what each is for.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Final

_TABLES: Final = tomllib.loads(
    files("factually.independence.naming").joinpath("vocabulary.toml").read_text(encoding="utf-8")
)


def _words(table: str) -> frozenset[str]:
    return frozenset(_TABLES[table])


ARTICLE_SLIPS: Final = _words("article_slips")
GLUE_WORDS: Final = _words("glue")
LEGAL_FORMS: Final = _words("legal_forms")
ROLE_WORDS: Final = _words("roles")
STRONG_ROLES: Final = _words("strong_roles")
TELLING_ROLES: Final = _words("telling_roles")
OFFICES: Final = _words("offices")
NON_ANSWERS: Final = _words("non_answers")
REPAIRED: Final = _words("repaired")
NEIGHBOURS: Final = _words("neighbours")
WORDS: Final[dict[str, str]] = {
    spelling: word for word, spellings in _TABLES["spellings"].items() for spelling in spellings
}
"""The one spelling of each word that has several."""

PHRASES: Final = (
    ("united", re.compile(r"\bunited ?states(?: of america)?\b"), "us"),
    (
        "pol",
        re.compile(
            r"(?:\bpol|political) ?(?:a?ction|a[ct]ion|acti?o?n) ?"
            r"(?:committee|cmte|comm|com|cte|fund|league)\b"
        ),
        " pac",
    ),
    ("p", re.compile(r"\bp a c\b"), "pac"),
    ("pac", re.compile(r"\bpac(?: (?:pac|committee|cmte))+\b"), "pac"),
    ("re", re.compile(r"\bre elect(ion)?\b"), r"reelect\1"),
    ("no", re.compile(r"\bno (?=\d)"), ""),
    ("number", re.compile(r"\bnumber (?=\d)"), ""),
    ("u", re.compile(r"\bu s\b"), "us"),
    ("us", re.compile(r"\bus (?=(?:congress|senate|house|representative|rep)\b)"), ""),
    ("us", re.compile(r"\bus\b"), "america"),
)
"""Several words that stand for one, in the order in which they are replaced; the first must occur."""

LOOKALIKES: Final = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455"
    "\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7",
    "abekmhopctyxijsabeikvoptux",
)
"""Cyrillic and Greek letters that look Latin, as Unicode's confusables list them (UTS #39), small ones."""
