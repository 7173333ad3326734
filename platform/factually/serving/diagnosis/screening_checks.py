"""Checks of what decides on gifts: the policy, the registers it reads, and their search indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factually.foundation.errors import DomainError
from factually.independence.publishing import policy_in_force
from factually.independence.registers.engine import has_index
from factually.independence.registers.in_force import registers_in_force
from factually.independence.registers.kinds import REGISTER_KINDS
from factually.independence.rules.ds29_readiness import ScreeningReadiness, register_faults
from factually.serving.diagnosis.findings import ok, warning, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from factually.independence.facts import RegisterInForce
    from factually.independence.policy import Policy
    from factually.serving.diagnosis.findings import Finding


def screening_is_ready(session: Session, now: datetime) -> Iterator[Finding]:
    """Look at policy, registers and indexes; where one is missing every gift is held."""
    registers = registers_in_force(session)
    try:
        policy = policy_in_force(session, now)
    except DomainError as error:
        yield wrong(
            "policy",
            f"{error.message} Every gift is held until there is one.",
            "Run `factually policy publish FILE`.",
        )
    else:
        yield ok("policy", f"Version {policy.version} is in force, with {len(policy.rules)} rules.")
        yield from _faults(policy, registers, now)
    yield _freshness(registers, now)
    yield _indexes(session, registers)


def _faults(policy: Policy, registers: Sequence[RegisterInForce], now: datetime) -> Iterator[Finding]:
    for rule in policy.rules:
        if rule.id != ScreeningReadiness.id:
            continue
        for fault in register_faults(registers, rule, now):
            yield wrong(
                "registers",
                f"{fault} The policy holds every gift for it.",
                "Run `factually registers import KIND FILE` with a file fetched today.",
            )


def _freshness(registers: Sequence[RegisterInForce], now: datetime) -> Finding:
    if not registers:
        return wrong(
            "registers",
            "No register is loaded: no gift is compared with any list.",
            "Run `factually registers import fec_committees FILE`.",
        )
    stale = []
    for register in registers:
        kind = REGISTER_KINDS.get(register.kind)
        if kind is not None and now - register.retrieved_at > kind.stale_after:
            stale.append(
                f"{kind.kind} (last fetched {register.retrieved_at:%Y-%m-%d}; {kind.refreshed_from})"
            )
    if stale:
        return warning(
            "registers",
            f"Fetched long ago: {'; '.join(stale)}.",
            "Fetch the file there and run `factually registers import KIND FILE`.",
        )
    rows = sum(register.row_count for register in registers)
    return ok("registers", f"{len(registers)} in force, {rows:,} rows, none of them stale.")


def _indexes(session: Session, registers: Sequence[RegisterInForce]) -> Finding:
    missing = [register.kind for register in registers if not has_index(session, register.version_id)]
    if missing:
        return wrong(
            "search index",
            f"Missing or damaged on this machine: {', '.join(missing)}. Gifts are held until it is built.",
            "Run `factually registers import KIND FILE` with the file in force, which builds it and changes"
            " nothing else.",
        )
    return ok("search index", f"{len(registers)} on this machine, all whole.")
