"""Commands for the funding policy: show it, check a draft, try it on past gifts, publish it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.progress import Progress

from factually.foundation.errors import NotFound
from factually.independence.backtesting import Period, backtest, count_gifts
from factually.independence.policy_changes import policy_changes
from factually.independence.publishing import (
    is_published,
    policy_in_force,
    publish_policy,
    usable_policy,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from factually.foundation.canonical import JsonValue
    from factually.independence.backtesting import BacktestedGift
    from factually.independence.commands import Parts
    from factually.independence.policy import Policy

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.group()
def policy() -> None:
    """Show, check, try and publish the funding policy."""


@policy.command("show")
@click.pass_obj
def show_policy(parts: Parts) -> None:
    """Print the policy in force: its document and the SHA-256 of its canonical form."""
    with parts.database.reading() as connection:
        in_force = policy_in_force(connection, parts.clock.now())
    click.echo(json.dumps(json.loads(in_force.document), indent=2, ensure_ascii=False))
    click.echo(f"Version {in_force.version}, SHA-256 {in_force.sha256}.")


@policy.command("check")
@click.argument("file", type=_FILE)
@click.pass_obj
def check_draft(parts: Parts, file: Path) -> None:
    """Say whether FILE could be published, and how it differs from the policy in force, rule by rule."""
    draft = usable_policy(file.read_bytes())
    with parts.database.reading() as connection:
        published = is_published(connection, draft)
        in_force = _in_force(parts)
    state = "published already" if published else "ready to be published"
    click.echo(
        f"Version {draft.version}, in force from {draft.effective_from.astimezone(UTC):%Y-%m-%d %H:%M} UTC, "
        f"is {state}: {len(draft.rules)} rules, SHA-256 {draft.sha256}."
    )
    if in_force is None:
        click.echo("No policy is in force yet.")
        return
    changes = list(policy_changes(in_force, draft))
    click.echo(f"Differences to version {in_force.version}, which is in force: {len(changes)}.")
    for change in changes:
        click.echo(f"  {change}")


@policy.command("publish")
@click.argument("file", type=_FILE)
@click.pass_obj
def publish(parts: Parts, file: Path) -> None:
    """Publish FILE as a policy version; past donors are screened again from its first day."""
    with parts.database.transaction() as session:
        published = publish_policy(session, file.read_bytes(), now=parts.clock.now())
    click.echo(f"Published version {published.version}, SHA-256 {published.sha256}.")


@policy.command("backtest")
@click.argument("file", type=_FILE)
@click.option("--from", "first", type=_DAY, required=True, help="First day (UTC).")
@click.option("--to", "last", type=_DAY, required=True, help="Last day (UTC), itself included.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a line; the last one holds the totals."
)
@click.pass_obj
def try_draft(parts: Parts, *, file: Path, first: datetime, last: datetime, as_json: bool) -> None:
    """Decide the gifts of a period again under FILE, and print which would have been decided otherwise.

    Each gift counts once, by its last screening in the period. Nothing is stored.
    """
    draft = usable_policy(file.read_bytes())
    period = Period(start=first.replace(tzinfo=UTC), end=last.replace(tzinfo=UTC) + timedelta(days=1))
    if period.end <= period.start:
        raise click.UsageError("The last day is before the first.")
    totals = _Totals()
    with parts.database.transaction() as session:
        gifts = backtest(session, draft, period, keyring=parts.keyring)
        for gift in _watched(gifts, count_gifts(session, period)):
            totals.count(gift)
            if gift.otherwise:
                # Not click.echo, which keeps a stream of its own and would write into the bar.
                sys.stdout.write(f"{json.dumps(_as_json(gift)) if as_json else _line(gift)}\n")
    click.echo(json.dumps({"totals": totals.as_json()}) if as_json else totals.sentence(draft))


class _Totals:
    def __init__(self) -> None:
        self.gifts = 0
        self.drifted = 0
        self.unopened = 0
        self.outcomes: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()

    def count(self, gift: BacktestedGift) -> None:
        self.gifts += 1
        self.drifted += gift.drifted
        if gift.after is None:
            self.unopened += 1
        elif gift.otherwise:
            self.outcomes[f"{gift.before} -> {gift.after}"] += 1
            self.rules.update(change.rule_id for change in gift.changes)

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "gifts": self.gifts,
            "otherwise": self.outcomes.total(),
            "outcomes": dict(self.outcomes),
            "rules": dict(self.rules),
            "drifted": self.drifted,
            "unopened": self.unopened,
        }

    def sentence(self, draft: Policy) -> str:
        otherwise = self.outcomes.total()
        head = f"{self.gifts:,} gifts decided again under version {draft.version}: {otherwise:,} otherwise."
        lines = [head]
        lines += [f"  {change}: {number:,}" for change, number in sorted(self.outcomes.items())]
        if self.rules:
            lines.append(f"By rule: {', '.join(f'{rule} {n:,}' for rule, n in sorted(self.rules.items()))}.")
        if self.drifted:
            lines.append(
                f"{self.drifted:,} gifts come out otherwise under their own policy as well, "
                "so there the matching has changed and not the policy."
            )
        if self.unopened:
            lines.append(f"{self.unopened:,} gifts have stored inputs that were damaged and can't be opened.")
        return "\n".join(lines)


def _in_force(parts: Parts) -> Policy | None:
    with parts.database.reading() as connection:
        try:
            return policy_in_force(connection, parts.clock.now())
        except NotFound:
            return None


def _watched(gifts: Iterator[BacktestedGift], total: int) -> Iterator[BacktestedGift]:
    """Show a progress bar on a terminal; a file or a pipe gets nothing of it."""
    console = Console(stderr=True)
    with Progress(
        console=console,
        transient=True,
        disable=not console.is_terminal,
        # Lines for a terminal go above the bar; those for a file must not end up on the terminal instead.
        redirect_stdout=sys.stdout.isatty(),
    ) as bar:
        yield from bar.track(gifts, total=total, description="Deciding again")


def _line(gift: BacktestedGift) -> str:
    head = (
        f"screening {gift.screening_id}  {gift.stage}  {gift.before} -> {gift.after or 'could not be opened'}"
    )
    rules = ", ".join(f"{change.rule_id} {change.before} -> {change.after}" for change in gift.changes)
    note = "  (so today under its own policy as well)" if gift.drifted else ""
    return "  ".join(part for part in (head, rules, gift.reason) if part) + note


def _as_json(gift: BacktestedGift) -> dict[str, JsonValue]:
    return {
        "screening": str(gift.screening_id),
        "stage": gift.stage.value,
        "before": gift.before.value,
        "after": None if gift.after is None else gift.after.value,
        "rules": [
            {"rule_id": change.rule_id, "before": change.before.value, "after": change.after.value}
            for change in gift.changes
        ],
        "reason": gift.reason,
        "drifted": gift.drifted,
    }
