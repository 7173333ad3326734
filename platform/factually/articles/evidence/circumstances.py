"""What the gate must be told because no article says it (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Gift: TypeAlias = Literal["gave", "gave_above_threshold", "did_not_give"]
"""What is public about an organisation's gifts to this site; never who of it gave."""
_NOTHING: Final[Mapping[str, None]] = MappingProxyType({})


@dataclass(frozen=True)
class Circumstances:
    """Facts from outside an article; None, and a name that a mapping lacks, is "not known".

    Attributes:
        publisher: Name under which this site publishes, so that it never judges a claim of its own (EG10).
        printed_verdict: The verdict as the page prints it (EG10).
        marked_up_verdict: The verdict as the page's structured data names it (EG10).
        gifts: By a publisher's name, whether it gave money to this site (EG9).
        reachable: By an archived copy's address, whether it opens (EG11).
        links_to_corrections: Whether the page links to the corrections (EG12).
        ifcn_signatory: Whether the site signed the IFCN's code, which asks for a link to complaints (EG12).
        links_to_complaints: Whether the page, or one that it links to, links to the IFCN's complaints (EG12).
    """

    publisher: str | None = None
    printed_verdict: str | None = None
    marked_up_verdict: str | None = None
    gifts: Mapping[str, Gift | None] = field(default_factory=lambda: _NOTHING)
    reachable: Mapping[str, bool | None] = field(default_factory=lambda: _NOTHING)
    links_to_corrections: bool | None = None
    ifcn_signatory: bool | None = None
    links_to_complaints: bool | None = None


UNKNOWN: Final = Circumstances()
"""Nothing is known: the findings say so."""
