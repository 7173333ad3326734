"""Whether the name on a card is somebody else's than the donor named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factually.independence.naming.canonical import canonical_name, is_light

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factually.independence.naming.canonical import CanonicalName

_SHORTEST_WORD: Final = 2
"""Letters; an initial alone is shared by too many names."""


def is_someone_else(billing_name: str | None, names: Iterable[str | None]) -> bool:
    """Tell whether a cardholder's name has nothing in common with any name the donor gave.

    One word in common is enough: `A. Reader`, `READER/ADA` and a partner of the same name pass. Where either
    side holds no word, there is nothing to compare, and so no sign.
    """
    cardholder = canonical_name(billing_name or "")
    stated = [name for name in map(canonical_name, filter(None, names)) if _words(name)]
    if not stated or not _words(cardholder):
        return False
    return not any(_words(cardholder) & _words(name) or cardholder.compact == name.compact for name in stated)


def _words(name: CanonicalName) -> frozenset[str]:
    return frozenset(token for token in name.tokens if len(token) >= _SHORTEST_WORD and not is_light(token))
