"""Where the sentences of a paragraph end, in time that grows with its length alone (pure)."""

from __future__ import annotations

import re
from typing import Final

from factually.articles.folding import fold

# A run of end marks is entered at its start only, and nothing is given back: no text makes it look twice.
_END: Final = re.compile(
    r"(?<![.!?…])(?P<mark>[.!?…]++)(?P<close>[\"')\]»]*+(?:[ \t]*+\[[0-9]{1,4}\])*+)"
    r"(?=\Z|\s++(?P<opener>[\"'«(\[$£€]{0,3})(?P<word>\w{0,24}))"
)
_LONGEST_ABBREVIATION: Final = 16
_INITIALS: Final = re.compile(r"(?:[A-Z]\.)*[A-Z]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEVER_LAST: Final = _words(
    """adm art capt cf cmdr col dr e.g eq esp fig gen gov hon i.e lt maj messrs mr mrs ms mt para pp pres prof
    rep reps rev sec sen sens sgt st supt v viz vs"""
)
"""Abbreviations that stand before the word they belong to."""
_BEFORE_NUMBER: Final = _words("art ch cl fig no nos p para pt sec vol")
_MAY_BE_LAST: Final = _words(
    """a.d a.m apr aug b.c co corp d.c dec etc feb inc jan jr jul jun ltd mar nov oct p.m ph.d sep sept sr u.k
    u.n u.s u.s.a"""
)
_FIRST_WORDS: Final = _words(
    """a after all although an and as at but by during for from he her his however if in it its many most no
    on one our several she since some that the their then there these they this those though to under we what
    when while who yet you"""
)
"""Words that a name behind an abbreviation hardly begins with, so that a sentence does."""


def split_sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph, each with its citations and closing quotes.

    A citation set behind the full stop belongs to the sentence before it. Abbreviations, initials,
    decimals, names such as `287(g)` and an ellipsis inside a sentence end none.
    """
    folded = fold(paragraph)
    sentences: list[str] = []
    start = 0
    for end in _END.finditer(folded):
        if _ends_sentence(folded, end):
            position = end.end()
            sentences.append(paragraph[start:position].strip())
            start = position
    rest = paragraph[start:].strip()
    return [*sentences, rest] if rest else sentences


def _ends_sentence(paragraph: str, end: re.Match[str]) -> bool:
    mark, close, opener, word = end.groups()
    if not word:
        return True
    if not opener and word[0].islower():
        return False
    if close or mark != ".":
        return True
    position = end.start()
    last = paragraph[max(0, position - _LONGEST_ABBREVIATION) : position].rpartition(" ")[2]
    return not _is_abbreviation(last.lstrip("\"'(["), word)


def _is_abbreviation(last: str, following: str) -> bool:
    """Tell whether the full stop behind a word belongs to the word, by what follows it."""
    folded = last.casefold()
    if folded in _NEVER_LAST or (folded in _BEFORE_NUMBER and following[0].isdigit()):
        return True
    if folded in _MAY_BE_LAST or _INITIALS.fullmatch(last):
        return following.casefold() not in _FIRST_WORDS
    return False
