"""How often the screening is wrong: labelled names and its answers in, shares of errors out; pure.

Organisations, persons and sponsors are counted apart: persons are all no_match by construction, and that a
sponsor is not its PAC is policy, not fact. Held means any outcome but `allow`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from factually.foundation.errors import InvalidInput
from factually.independence.matching import Relation
from factually.independence.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factually.foundation.canonical import JsonValue

SPONSOR: Final = "sponsor"
"""Class of cases that name a body with a PAC of its own: related to the committee, and not it."""

_CASE_COLUMNS: Final = ("query_name", "query_kind", "expected", "register_id", "note")
_ORDINARY_COLUMN: Final = "name"
_KINDS: Final = ("organization", "person")
_EXPECTED: Final = ("match", "no_match")


@dataclass(frozen=True, kw_only=True)
class LabelledCase:
    """A name as a donor might type it, and the truth about it.

    `ids` holds every register id that is right, and is empty where the name denotes no political group.
    `group` is the class of cases it belongs to, as the file names it before the first colon of `note`.
    """

    name: str
    person: bool
    ids: frozenset[str]
    group: str

    def as_row(self) -> dict[str, str | None]:
        """Return the case as the screening of files reads it: without the answer."""
        return {"query_name": self.name, "query_kind": "person" if self.person else "organization"}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a measure reads of an answer of the screening.

    `told`: some register row was shown to auditors; `related`: one of them as the committee of a body so
    named; `first_id`: the official id of the row that stands first.
    """

    held: bool
    refused: bool
    told: bool
    related: bool
    first_id: str | None


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of a whole, with both numbers: one error in ten says less than a hundred in a thousand."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share from 0 to 1, None where there was nothing to count."""
        return self.part / self.whole if self.whole else None

    def __str__(self) -> str:
        counts = f"{self.part:,} of {self.whole:,}"
        return "none counted" if self.value is None else f"{self.value:.4f} ({counts})"


@dataclass(frozen=True, kw_only=True)
class GroupRates:
    """One class of cases: how many were held, and how many were only told to auditors."""

    held: Share
    told: Share


@dataclass(frozen=True, kw_only=True)
class ErrorRates:
    """The published error rate of the screening.

    Attributes:
        recall: Committees held, of all organisations' names that denote one.
        precision: Committees, of all organisations' names held.
        false_positives: Names held, of all organisations' names that denote no committee.
        right_first: Committees held with a right row first, of all organisations' names that denote one.
        told: Organisations' names allowed while a row is told to auditors: the work beside the held ones.
        persons_held: Persons held.
        persons_refused: Persons refused, which must never happen.
        sponsors_held: Sponsors of committees held.
        sponsors_related: Sponsors whose committee is told as related.
        unanswered: Names that the screening refused to read (a form answers those with 422).
        groups: Each class of cases.
        ordinary: Names held of each list of organisations that are no political groups.
    """

    recall: Share
    precision: Share
    false_positives: Share
    right_first: Share
    told: Share
    persons_held: Share
    persons_refused: Share
    sponsors_held: Share
    sponsors_related: Share
    unanswered: Share
    groups: Mapping[str, GroupRates]
    ordinary: Mapping[str, Share] = field(default_factory=dict)

    def as_json(self) -> dict[str, JsonValue]:
        """Return all shares with their counts."""
        return {
            **{name: _share_as_json(share) for name, share in self._shares().items()},
            "groups": {
                name: {"held": _share_as_json(group.held), "told": _share_as_json(group.told)}
                for name, group in self.groups.items()
            },
            "ordinary": {name: _share_as_json(share) for name, share in self.ordinary.items()},
        }

    def table(self) -> str:
        """Return all shares as lines of text."""
        lines = [f"{name.replace('_', ' '):<24} {share}" for name, share in self._shares().items()]
        lines += ["", f"{'class of cases':<24} {'held':<24} told only"]
        lines += [f"{name:<24} {group.held!s:<24} {group.told}" for name, group in self.groups.items()]
        if self.ordinary:
            lines += ["", "ordinary names held"]
            lines += [f"{name:<40} {share}" for name, share in self.ordinary.items()]
        return "\n".join(lines)

    def _shares(self) -> dict[str, Share]:
        return {
            "recall": self.recall,
            "precision": self.precision,
            "false_positives": self.false_positives,
            "right_first": self.right_first,
            "told": self.told,
            "persons_held": self.persons_held,
            "persons_refused": self.persons_refused,
            "sponsors_held": self.sponsors_held,
            "sponsors_related": self.sponsors_related,
            "unanswered": self.unanswered,
        }


def read_cases(rows: Iterable[Mapping[str, str | None]]) -> tuple[LabelledCase, ...]:
    """Read labelled cases: `query_name`, `query_kind`, `expected`, `register_id`, `note`.

    Raises:
        InvalidInput: A column is missing or a label unknown (names the row).
    """
    return tuple(_case(row, number) for number, row in enumerate(rows, start=1))


def read_ordinary_names(rows: Iterable[Mapping[str, str | None]]) -> tuple[LabelledCase, ...]:
    """Read organisations that are no political groups, one `name` a row.

    Raises:
        InvalidInput: The column is missing (names the row).
    """
    return tuple(
        LabelledCase(
            name=_member(row, _ORDINARY_COLUMN, number), person=False, ids=frozenset(), group="ordinary"
        )
        for number, row in enumerate(rows, start=1)
    )


def read_verdict(answer: Mapping[str, Any]) -> Verdict | None:
    """Read one answer of `screening_files.screen_rows`; None where the row was refused as unreadable."""
    if "error" in answer:
        return None
    matches = answer["matches"]
    return Verdict(
        held=answer["outcome"] != Outcome.ALLOW.value,
        refused=answer["outcome"] == Outcome.REFUSE.value,
        told=bool(matches),
        related=any(match.get("relation") == Relation.RELATED.value for match in matches),
        first_id=matches[0]["id"] if matches else None,
    )


def is_mistake(case: LabelledCase, verdict: Verdict) -> bool:
    """Tell whether a verdict is wrong: a committee missed or taken for another, or another name held."""
    return verdict.first_id not in case.ids or not verdict.held if case.ids else verdict.held


def error_rates(judged: Iterable[tuple[LabelledCase, Verdict | None]]) -> ErrorRates:
    """Count labelled cases with their verdicts."""
    pairs = list(judged)
    answered = [(case, verdict) for case, verdict in pairs if verdict is not None]
    organisations = [(case, verdict) for case, verdict in answered if not case.person]
    persons = [verdict for case, verdict in answered if case.person]
    sponsors = [verdict for case, verdict in answered if case.group == SPONSOR]
    committees = [(case, verdict) for case, verdict in organisations if case.ids]
    return ErrorRates(
        recall=_share(verdict.held for _, verdict in committees),
        precision=_share(bool(case.ids) for case, verdict in organisations if verdict.held),
        false_positives=held_share(verdict for case, verdict in organisations if not case.ids),
        right_first=_share(not is_mistake(case, verdict) for case, verdict in committees),
        told=_told_share(verdict for _, verdict in organisations),
        persons_held=held_share(persons),
        persons_refused=_share(verdict.refused for verdict in persons),
        sponsors_held=held_share(sponsors),
        sponsors_related=_share(verdict.related for verdict in sponsors),
        unanswered=_share(verdict is None for _, verdict in pairs),
        groups=_groups(answered),
    )


def held_share(verdicts: Iterable[Verdict]) -> Share:
    """Return the share of names held."""
    return _share(verdict.held for verdict in verdicts)


def _told_share(verdicts: Iterable[Verdict]) -> Share:
    return _share(verdict.told and not verdict.held for verdict in verdicts)


def _groups(answered: Iterable[tuple[LabelledCase, Verdict]]) -> dict[str, GroupRates]:
    groups: dict[str, list[Verdict]] = {}
    for case, verdict in answered:
        groups.setdefault(case.group, []).append(verdict)
    return {
        name: GroupRates(held=held_share(verdicts), told=_told_share(verdicts))
        for name, verdicts in sorted(groups.items())
    }


def _share(truths: Iterable[bool]) -> Share:
    counted = list(truths)
    return Share(part=sum(counted), whole=len(counted))


def _share_as_json(share: Share) -> dict[str, JsonValue]:
    return {**asdict(share), "share": share.value}


def _case(row: Mapping[str, str | None], number: int) -> LabelledCase:
    name, kind, expected, ids, note = (_member(row, column, number) for column in _CASE_COLUMNS)
    right = frozenset(ids.split())
    if kind not in _KINDS or expected not in _EXPECTED or (expected == "match") != bool(right):
        raise InvalidInput(f"Row {number}: the kind, the label and the ids do not agree.", field="cases")
    return LabelledCase(name=name, person=kind == "person", ids=right, group=note.partition(":")[0].strip())


def _member(row: Mapping[str, str | None], column: str, number: int) -> str:
    value = row.get(column)
    if value is None:
        raise InvalidInput(f"Row {number}: it has no {column}.", field=column)
    return value
