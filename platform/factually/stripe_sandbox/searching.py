"""Stripe's search language: `status:'succeeded' AND metadata['gift']:'g1' AND amount>=500`.

Source: https://docs.stripe.com/search#search-query-language. Stripe's index lags behind; this one does not.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from factually.stripe_sandbox.errors import ApiError
from factually.stripe_sandbox.shapes import EXPAND, Shape, integer, text
from factually.stripe_sandbox.store import Document
from factually.stripe_sandbox.work import Work

_USUAL: Final = 10
_LONGEST: Final = 100
_CLAUSE: Final = re.compile(
    r"""\s*(?P<negated>-)?
    (?:metadata\[(?P<quote>["'])(?P<key>.*?)(?P=quote)\]|(?P<field>[a-z_][a-z0-9_.]*))
    \s*(?P<operator>:|~|>=|<=|>|<)\s*
    (?:(?P<mark>["'])(?P<text>(?:\\.|(?!(?P=mark)).)*)(?P=mark)|(?P<bare>-?\d+|null|true|false))\s*""",
    re.VERBOSE,
)
_JOINT: Final = re.compile(r"(AND|OR)\b")
_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ":": lambda held, wanted: bool(held == wanted),
    ">": lambda held, wanted: bool(held > wanted),
    "<": lambda held, wanted: bool(held < wanted),
    ">=": lambda held, wanted: bool(held >= wanted),
    "<=": lambda held, wanted: bool(held <= wanted),
    "~": lambda held, wanted: str(wanted).casefold() in str(held).casefold(),
}


@dataclass(frozen=True)
class _Clause:
    path: tuple[str, ...]
    operator: str
    wanted: str | int | bool | None
    negated: bool

    def holds(self, document: Document) -> bool:
        held: Any = document
        for part in self.path:
            held = held.get(part) if isinstance(held, dict) else None
        if held is None or self.wanted is None:
            found = self.operator == ":" and held is None and self.wanted is None
        elif self.operator in ("~", ":"):
            found = _COMPARISONS[self.operator](_as(held, self.wanted), self.wanted)
        else:
            found = isinstance(held, int) and _COMPARISONS[self.operator](held, self.wanted)
        return found is not self.negated


def shape() -> Shape:
    """Describe a search operation."""
    return Shape(
        {"expand": EXPAND, "limit": integer(1, _LONGEST), "page": text(), "query": text()},
        required=("query",),
    )


def search(work: Work, kind: str, parameters: Document, fields: Collection[str]) -> Document:
    """Find the documents of a kind that a query describes, newest first.

    `fields` are the names a query may use, `metadata['…']` besides. The page token is a place in the result.

    Raises:
        ApiError: a query Stripe would not understand, or a page that is none.
    """
    clauses, every = _parsed(parameters["query"], fields)
    combine = all if every else any
    found = [
        document
        for document in work.records.select(kind)
        if combine(clause.holds(document) for clause in clauses)
    ]
    start = _start(parameters.get("page"))
    end = start + int(parameters.get("limit", _USUAL))
    more = len(found) > end
    return {
        "object": "search_result",
        "data": found[start:end],
        "has_more": more,
        "next_page": str(end) if more else None,
    }


def _parsed(query: str, fields: Collection[str]) -> tuple[list[_Clause], bool]:
    clauses: list[_Clause] = []
    joints: set[str] = set()
    place = 0
    while True:
        match = _CLAUSE.match(query, place)
        if match is None:
            raise _not_understood(query)
        clauses.append(_clause(match, fields))
        place = match.end()
        if place == len(query):
            break
        joint = _JOINT.match(query, place)
        # A space between two clauses means AND.
        joints.add(joint[1] if joint else "AND")
        place = joint.end() if joint else place
    if len(joints) > 1:
        raise ApiError("You can't combine AND with OR in a search query.", param="query")
    return clauses, joints != {"OR"}


def _clause(match: re.Match[str], fields: Collection[str]) -> _Clause:
    field = match["field"]
    if field is not None and field not in fields:
        raise ApiError(f"Field `{field}` is an unsupported search field.", param="query")
    return _Clause(
        path=("metadata", match["key"]) if field is None else tuple(field.split(".")),
        operator=match["operator"],
        wanted=_value(match),
        negated=match["negated"] is not None,
    )


def _value(match: re.Match[str]) -> str | int | bool | None:
    bare = match["bare"]
    if bare is None:
        return re.sub(r"\\(.)", r"\1", match["text"])
    words: dict[str, bool | None] = {"null": None, "true": True, "false": False}
    return words[bare] if bare in words else int(bare)


def _as(held: object, wanted: object) -> object:
    """Compare a quoted number or truth value with its text, as Stripe allows both."""
    if isinstance(wanted, str) and not isinstance(held, str):
        return str(held).lower()
    return held


def _start(page: str | None) -> int:
    if page is None:
        return 0
    if not page.isdecimal():
        raise ApiError(f"Invalid page: {page}", param="page")
    return int(page)


def _not_understood(query: str) -> ApiError:
    return ApiError(f"We were unable to parse your search query: {query}", param="query")
