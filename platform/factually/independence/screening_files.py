"""Screens plain rows of names under the policy in force, storing nothing: for trials and audits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from factually.foundation.errors import InvalidInput
from factually.foundation.money import Money
from factually.independence.deciding import Decision, decide
from factually.independence.facts import Facts
from factually.independence.matching import stated_names
from factually.independence.publishing import policy_in_force
from factually.independence.registers.engine import matcher_over
from factually.independence.registers.in_force import registers_in_force
from factually.independence.rules.rule import Case
from factually.independence.subjects import Capacity, PostalAddress, ScreeningSubject, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.foundation.canonical import JsonValue
    from factually.independence.findings import Finding
    from factually.independence.matching import Match, Matcher, StatedName
    from factually.independence.policy import Policy

NAME: Final = "query_name"
KIND: Final = "query_kind"
_BATCH: Final = 500
_COLUMNS: Final = {"donor_name": NAME, "organisation_name": NAME, "lines": "address"}
_KINDS: Final = {
    "organization": Capacity.ORGANISATION,
    "organisation": Capacity.ORGANISATION,
    "person": Capacity.OWN_MONEY,
}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A policy, registers and an engine as they were at one moment; all rows of a file meet the same ones."""

    policy: Policy
    facts: Facts
    matcher: Matcher

    def answers(
        self, rows: Iterable[Mapping[str, str | None] | InvalidInput]
    ) -> Iterator[dict[str, JsonValue]]:
        """Yield one JSON object a row, in order: the decision, or `error` with the field at fault.

        A row has `query_name` and `query_kind` (`organization` in either spelling, also where it is empty, or
        `person`), and may have `employer`, `email`, `ein` and `address`. It is a trial of a name: nobody
        gives, so no name is anybody's own statement, nothing counts other gifts, and the amount is small.
        Some hundred rows are in memory at a time, and the database is not asked, however many there are.

        Args:
            rows: What was read, or what kept a row from being read.
        """
        remaining = iter(rows)
        while batch := list(islice(remaining, _BATCH)):
            subjects = [_subject_or_error(row) for row in batch]
            found = self._found([subject for subject in subjects if isinstance(subject, ScreeningSubject)])
            for row, subject in zip(batch, subjects, strict=True):
                yield {**_head(row), **self._answer(subject, found)}

    def _found(self, subjects: Iterable[ScreeningSubject]) -> Mapping[StatedName, Sequence[Match]]:
        """Look all names of a batch up at once, each of them once."""
        names = dict.fromkeys(name for subject in subjects for name in stated_names(subject))
        found: dict[StatedName, list[Match]] = {}
        for match in self.matcher.find(list(names)):
            found.setdefault(match.stated, []).append(match)
        return found

    def _answer(
        self, subject: ScreeningSubject | InvalidInput, found: Mapping[StatedName, Sequence[Match]]
    ) -> dict[str, JsonValue]:
        if isinstance(subject, InvalidInput):
            return {"error": {"message": subject.message, "field": subject.field}}
        matches = [match for name in stated_names(subject) for match in found.get(name, ())]
        return _as_json(
            decide(Case(subject=subject, matches=matches, facts=self.facts), self.policy), matches
        )


def trial_in_force(session: Session, *, now: datetime) -> Trial:
    """Return the trial of what is in force; a missing index is built first.

    Raises:
        NotFound: No policy is in force.
    """
    facts = Facts(now=now, registers=registers_in_force(session))
    return Trial(
        policy=policy_in_force(session, now),
        facts=facts,
        matcher=matcher_over(session, facts.registers, wait=True),
    )


def _head(row: Mapping[str, str | None] | InvalidInput) -> dict[str, JsonValue]:
    if isinstance(row, InvalidInput):
        return {NAME: "", KIND: ""}
    return {NAME: row.get(NAME) or "", KIND: row.get(KIND) or ""}


def _subject_or_error(row: Mapping[str, str | None] | InvalidInput) -> ScreeningSubject | InvalidInput:
    if isinstance(row, InvalidInput):
        return row
    name, kind = (row.get(NAME) or "").strip(), (row.get(KIND) or "organization").strip()
    if not name:
        return InvalidInput("The name is empty.", field=NAME)
    if kind not in _KINDS:
        return InvalidInput("The kind is neither organization nor person.", field=KIND)
    organisation = _KINDS[kind] is Capacity.ORGANISATION
    try:
        return ScreeningSubject(
            stage=Stage.TRIAL,
            capacity=_KINDS[kind],
            political_group=False,
            donor_name="" if organisation else name,
            organisation_name=name if organisation else None,
            email=_stated(row, "email") or "",
            amount=Money(500, "USD"),
            employer=_stated(row, "employer"),
            ein=_stated(row, "ein"),
            address=_address(_stated(row, "address")),
        )
    except InvalidInput as error:
        return InvalidInput(error.message, field=_COLUMNS.get(error.field or "", error.field))


def _stated(row: Mapping[str, str | None], column: str) -> str | None:
    return (row.get(column) or "").strip() or None


def _address(text: str | None) -> PostalAddress | None:
    if text is None:
        return None
    return PostalAddress(lines=text, city="", region="", postal_code="", country="")


def _as_json(decision: Decision, matches: Sequence[Match]) -> dict[str, JsonValue]:
    return {
        "outcome": decision.outcome.value,
        "matches": [
            {
                "register": match.row.kind,
                "id": match.row.key,
                "name": match.row.name,
                "score": match.score,
                "relation": match.relation.value,
                "evidence": [match.evidence],
            }
            for match in sorted(matches, key=lambda match: -match.score)
            if match.row is not None
        ],
        "findings": [_finding(finding) for finding in decision.findings],
    }


def _finding(finding: Finding) -> JsonValue:
    return {
        "rule_id": finding.rule_id,
        "outcome": finding.outcome.value,
        "reason_text": finding.reason_text,
        **finding.detail(),
    }
