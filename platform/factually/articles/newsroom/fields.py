"""What an editor's page posts, by form or by script, as the particulars of an article."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, TypeVar, get_args

from werkzeug.datastructures import MultiDict

from factually.articles.content import Claim, Kind, Reason
from factually.articles.dates import is_partial_date
from factually.articles.lines import FORBIDDEN
from factually.articles.newsroom.composing import Particulars
from factually.articles.newsroom.source_entries import entries_of, read_sources
from factually.articles.ratings import RATINGS
from factually.articles.source_lines import is_safe_address
from factually.foundation.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable


MAX_NAMES: Final = 20
MAX_NAME_CHARACTERS: Final = 80
MAX_LINE_CHARACTERS: Final = 1_000
REASON_FIELD: Final = "reason:"
"""`reason:EG4:section 5` holds why that finding stands."""
_MAX_APPEARANCES: Final = 20
T = TypeVar("T", bound=str)


def read_particulars(form: MultiDict[str, str]) -> Particulars:
    """Return the particulars that a page posts.

    Raises:
        InvalidInput: A field holds what no article says; names the field.
    """
    return Particulars(
        kind=_one_of(form, "kind", get_args(Kind)),
        byline=_names(form, "byline"),
        ai_disclosure=_line(form, "ai_disclosure"),
        topics=_names(form, "topics"),
        claim=_claim(form),
        rating=_one_of(form, "rating", tuple(RATINGS)),
        reasons=_reasons(form),
        sources=read_sources(form.get("sources", ""), form),
        checked_on=_date(form, "checked_on"),
    )


def _claim(form: MultiDict[str, str]) -> Claim | None:
    text = _line(form, "claim")
    claim = Claim(
        text=text or "",
        claimant=_line(form, "claimant"),
        claimed_on=_date(form, "claimed_on"),
        first_appearance=_address("first_appearance", form.get("first_appearance", "")),
        appearances=_addresses(form, "appearances"),
    )
    if text is None and claim != Claim(""):
        raise InvalidInput("Say the claim itself.", field="claim")
    return claim if text else None


def _reasons(form: MultiDict[str, str]) -> tuple[Reason, ...]:
    reasons = []
    for field in form:
        if field.startswith(REASON_FIELD):
            rule, _, place = field.removeprefix(REASON_FIELD).partition(":")
            text = _line(form, field)
            if text and rule and place and max(len(rule), len(place)) <= MAX_NAME_CHARACTERS:
                reasons.append(Reason(rule, place, text))
    return tuple(sorted(reasons, key=lambda reason: (reason.rule, reason.place)))


def _line(form: MultiDict[str, str], field: str) -> str | None:
    value = " ".join(form.get(field, "").split())
    if len(value) > MAX_LINE_CHARACTERS:
        raise InvalidInput(f"Use at most {MAX_LINE_CHARACTERS:,} characters.", field=field)
    if FORBIDDEN.search(value):
        raise InvalidInput("This text holds characters that can't be stored.", field=field)
    return value or None


def _names(form: MultiDict[str, str], field: str) -> tuple[str, ...]:
    """Return names that are given apart or with commas between them, each once."""
    given = [" ".join(name.split()) for held in form.getlist(field) for name in held.split(",")]
    names = tuple(dict.fromkeys(filter(None, given)))
    if len(names) > MAX_NAMES:
        raise InvalidInput(f"Give at most {MAX_NAMES} names.", field=field)
    if any(len(name) > MAX_NAME_CHARACTERS or FORBIDDEN.search(name) for name in names):
        raise InvalidInput(f"A name has at most {MAX_NAME_CHARACTERS} plain characters.", field=field)
    return names


def _one_of(form: MultiDict[str, str], field: str, choices: Iterable[T]) -> T | None:
    value = form.get(field, "")
    if not value:
        return None
    for choice in choices:
        if value == choice:
            return choice
    raise InvalidInput("Choose one of the list.", field=field)


def _date(form: MultiDict[str, str], field: str) -> str | None:
    value = form.get(field, "").strip()
    if value and not is_partial_date(value):
        raise InvalidInput("Enter a date such as 2026, 2026-03 or 2026-03-04.", field=field)
    return value or None


def _address(field: str, given: str) -> str | None:
    address = given.strip()
    if address and not is_safe_address(address):
        raise InvalidInput("Enter an address that begins with http:// or https://.", field=field)
    return address or None


def _addresses(form: MultiDict[str, str], field: str) -> tuple[str, ...]:
    given = (_address(field, line) for line in form.get(field, "").splitlines())
    addresses = tuple(dict.fromkeys(filter(None, given)))
    if len(addresses) > _MAX_APPEARANCES:
        raise InvalidInput(f"Give at most {_MAX_APPEARANCES} addresses.", field=field)
    return addresses


def form_values(particulars: Particulars) -> MultiDict[str, str]:
    """Return what the form shows for particulars; `read_particulars` reads it back."""
    claim = particulars.claim or Claim("")
    values: MultiDict[str, str] = MultiDict(
        {
            "kind": particulars.kind or "",
            "byline": ", ".join(particulars.byline),
            "ai_disclosure": particulars.ai_disclosure or "",
            "topics": ", ".join(particulars.topics),
            "claim": claim.text,
            "claimant": claim.claimant or "",
            "claimed_on": claim.claimed_on or "",
            "first_appearance": claim.first_appearance or "",
            "appearances": "\n".join(claim.appearances),
            "rating": particulars.rating or "",
            "checked_on": particulars.checked_on or "",
            "sources": json.dumps(entries_of(particulars.sources), ensure_ascii=False),
        }
    )
    for reason in particulars.reasons:
        values[f"{REASON_FIELD}{reason.rule}:{reason.place}"] = reason.text
    return values
