"""Names to search: misspelt, shortened and turned round names of committees, and names of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

_MOST_EDITS: Final = 3
_ROLE: Final = r"\b(?:COMMITTEE|CMTE|POLITICAL ACTION COMMITTEE)\b"
_ADDITION: Final = r"\b(?:THE|(?:19|20)[0-9]{2})\b|\bINC\b\.?|\([^)]*\)"
_DROPPED: Final = re.compile(f"{_ROLE}|{_ADDITION}")
_ROLES: Final = re.compile(_ROLE)
_ADDITIONS: Final = re.compile(_ADDITION)
_OF_CANDIDATE: Final = re.compile(r"(?P<first>[A-Z]+) (?P<last>[A-Z'-]+) (?P<office>FOR .+)")
_KEYBOARD: Final = ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")
_NEIGHBOURS: Final = {
    letter: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _KEYBOARD
    for place, letter in enumerate(row)
}


def mixed_queries(committees: Sequence[str], others: Sequence[str], size: int, random: Random) -> list[str]:
    """Return `size` names in mixed order: one half altered names of committees, the other ordinary names."""
    altered = [alter(name, random) for name in random.sample(committees, size // 2)]
    queries = altered + random.sample(others, size - len(altered))
    random.shuffle(queries)
    return queries


def alter(name: str, random: Random) -> str:
    """Change a name as donors do: one to three typos, or a part left out, or last name first."""
    change = random.choice([_misspell, _misspell, _misspell, drop_part, turn_round])
    changed = change(name, random)
    return changed if changed != name else _misspell(name, random)


def misspell_once(name: str, random: Random) -> str:
    """Make one typo: a letter missing, doubled, beside the right key or transposed, or a blank lost."""
    letters = [place for place, letter in enumerate(name) if letter in _NEIGHBOURS]
    if not letters:
        return name
    place = random.choice(letters)
    typo = random.randrange(5)
    if typo == 0 and " " in name:
        place = random.choice([place for place, letter in enumerate(name) if letter == " "])
        return name[:place] + name[place + 1 :]
    if typo == 1:
        return name[:place] + name[place] + name[place:]
    if typo == 2:  # noqa: PLR2004 - one of five kinds
        return name[:place] + random.choice(_NEIGHBOURS[name[place]]) + name[place + 1 :]
    if typo == 3 and place + 1 < len(name):  # noqa: PLR2004 - one of five kinds
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return name[:place] + name[place + 1 :]


def misspell(name: str, random: Random, *, typos: int) -> str:
    """Make some typos, one after the other."""
    for _ in range(typos):
        name = misspell_once(name, random)
    return name


def drop_part(name: str, _: Random) -> str:
    """Leave out the article, the committee, the legal form, the year or what stands in brackets."""
    return _without(_DROPPED, name)


def drop_role(name: str, _: Random) -> str:
    """Leave out that it is a committee: often that leaves the name of the body behind it."""
    return _without(_ROLES, name)


def drop_addition(name: str, _: Random) -> str:
    """Leave out the article, the legal form, the year or what stands in brackets."""
    return _without(_ADDITIONS, name)


def turn_round(name: str, _: Random) -> str:
    """Write a candidate's last name first."""
    return _OF_CANDIDATE.sub(r"\g<last>, \g<first> \g<office>", name, count=1)


def _misspell(name: str, random: Random) -> str:
    return misspell(name, random, typos=random.randint(1, _MOST_EDITS))


def _without(part: re.Pattern[str], name: str) -> str:
    shorter = " ".join(part.sub(" ", name, count=1).split())
    return shorter or name
