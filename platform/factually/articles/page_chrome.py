"""Lines that belong to the page an article was copied from, and not to the article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factually.articles.dates import PRINTED_DATE, parse_date
from factually.articles.folding import fold

if TYPE_CHECKING:
    from factually.articles.lines import Line

_BANNER = re.compile(
    r"keep factually independent"
    r"|whether you agree or disagree with our analysis, these conversations matter for democracy\b.*"
    r"|loading ?(?:\.\.\.|…).*",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(r"disclaimer: factually can make mistakes.*", re.IGNORECASE)
_CHECKED_ON = re.compile(rf"checked on (?P<date>{PRINTED_DATE})\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Chrome:
    """What was taken away from a text, so that the importer can say so.

    Attributes:
        checked_on: ISO 8601 date of the line "Checked on …", None where there is none.
    """

    banner_dropped: bool = False
    disclaimer_dropped: bool = False
    checked_on: str | None = None


def strip_chrome(lines: list[Line]) -> tuple[list[Line], Chrome]:
    """Return the article's own lines and what was found around them.

    Only whole lines count, wherever they stand: a copied page may hold its banner at either end.

    Raises:
        InvalidInput: "Checked on" with a day that does not exist; names the line.
    """
    kept: list[Line] = []
    banner = disclaimer = False
    checked_on: str | None = None
    for line in lines:
        folded = fold(line.text)
        checked = _CHECKED_ON.fullmatch(folded)
        if _BANNER.fullmatch(folded):
            banner = True
        elif _DISCLAIMER.fullmatch(folded):
            disclaimer = True
        elif checked:
            checked_on = parse_date(checked["date"], line)
        else:
            kept.append(line)
    return kept, Chrome(banner_dropped=banner, disclaimer_dropped=disclaimer, checked_on=checked_on)
