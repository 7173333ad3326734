"""The story in one process: people give and decide, banks act, events come, the worker works, months pass.

It can be told any number of times over the same database and the same Stripe, and goes on with the chapter in
which a death befell it: donors send again what was not answered, Stripe delivers again what was not
acknowledged. What was done is not done twice, what was left is finished.
"""

from __future__ import annotations

import json
import os
import random
import signal
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factually.application import build_parts
from factually.mail.smtp import SmtpServer
from factually.settings import read_settings
from tests.faults.boundaries import Boundaries
from tests.faults.database_power import kill_server
from tests.faults.monthly_parts import MONTHLY
from tests.faults.outside import outside_of
from tests.faults.parts import PARTS
from tests.faults.playing import Players
from tests.faults.seeded_bugs import SEEDED_BUGS
from tests.support.clock import FrozenClock
from tests.support.databases import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.faults.outside import Stage
    from tests.faults.parts import Part

MOMENTS: Final = "moments.json"
_BETWEEN_ROUNDS: Final = timedelta(minutes=10)
_WITHOUT_DATABASE: Final = 3
"""Seconds that a process may go on without its database: enough for a rash act, and less than pools wait."""
_MIDDLE: Final = len(PARTS) // 2
_SOME: Final = len(MONTHLY) // 2


@dataclass(frozen=True)
class Fault:
    """What goes wrong.

    Attributes:
        cuts: At which moment of a chapter the power is cut, by the chapter's name; see `Boundaries`.
        only_effects: Whether effects are counted, and not all moments.
        server: Folder of the database whose server loses its power; None where it is the process itself.
        bug: A seeded bug, None for the code as it is.
    """

    cuts: Mapping[str, int] = field(default_factory=dict)
    only_effects: bool = False
    server: Path | None = None
    bug: str | None = None

    def happen(self) -> None:
        """Cut the power."""
        if self.server is None:
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            kill_server(self.server)
            signal.alarm(_WITHOUT_DATABASE)


@dataclass(frozen=True)
class Chapter:
    """A part of the story that is not told again once it is over.

    Attributes:
        name: What it tells.
        after: When it begins, from the beginning of the story.
        acts: What happens.
    """

    name: str
    after: timedelta
    acts: tuple[Callable[[Players], None], ...]


def _give(parts: Sequence[Part]) -> Callable[[Players], None]:
    return lambda players: players.give(parts)


_AT_ONCE: Final = timedelta(0)
_REVIEW_IS_OVER: Final = timedelta(hours=80)
"""Longer than a person has for a review, and than all that deaths before it may have delayed."""
_BEFORE_THE_NEXT_MONTH: Final = timedelta(days=27)
_SECOND_MONTH: Final = timedelta(days=31)
_THIRD_MONTH: Final = timedelta(days=62)
_NEWS: Final = (Players.deliver, Players.work)

CHAPTERS: Final = (
    Chapter("the first forms come", _AT_ONCE, (_give(PARTS[:_MIDDLE]),)),
    Chapter("events of the first forms", _AT_ONCE, (_give(PARTS[:_MIDDLE]), Players.deliver)),
    Chapter("work on the first forms", _AT_ONCE, (Players.work,)),
    Chapter("the other forms come", _AT_ONCE, (_give(PARTS),)),
    Chapter("events of the other forms", _AT_ONCE, (_give(PARTS), Players.deliver)),
    Chapter("work on the other forms", _AT_ONCE, (Players.work,)),
    Chapter("monthly forms come", _AT_ONCE, (_give(MONTHLY[:_SOME]),)),
    Chapter("news of the monthly forms", _AT_ONCE, (_give(MONTHLY[:_SOME]), *_NEWS)),
    Chapter("more monthly forms come", _AT_ONCE, (_give(MONTHLY),)),
    Chapter("events of more monthly forms", _AT_ONCE, (_give(MONTHLY), Players.deliver)),
    Chapter("work on more monthly forms", _AT_ONCE, (Players.work,)),
    Chapter("auditors and banks act", _AT_ONCE, (Players.decide, Players.dispute, Players.deliver)),
    Chapter("work on what they did", _AT_ONCE, (Players.work, Players.answer)),
    Chapter("the time for a review is over", _REVIEW_IS_OVER, (Players.cancel, Players.work)),
    Chapter("disputes are decided", _REVIEW_IS_OVER, (Players.end_disputes, *_NEWS, *_NEWS)),
    Chapter("a register changes", _BEFORE_THE_NEXT_MONTH, (Players.import_register, Players.work)),
    Chapter("past donors are screened again", _BEFORE_THE_NEXT_MONTH, (Players.work,)),
    Chapter("a card is empty in the second month", _SECOND_MONTH, (Players.empty_cards, *_NEWS)),
    Chapter("held months and another card", _SECOND_MONTH, (Players.decide, Players.enter_other_cards)),
    Chapter("events of the second month", _SECOND_MONTH, (Players.deliver,)),
    Chapter("work on the second month", _SECOND_MONTH, (Players.work,)),
    Chapter("more news of the second month", _SECOND_MONTH, _NEWS),
    Chapter("the third month", _THIRD_MONTH, (Players.import_register, *_NEWS)),
    Chapter("held months once more", _THIRD_MONTH, (Players.decide, *_NEWS, *_NEWS)),
)
"""Registers change before the shortest month is over, and are asked anew before they are too old (DS29)."""


def play(stage: Stage, fault: Fault, rounds: int) -> None:
    """Tell what is left of the story, and write down the moments that were passed.

    Args:
        stage: Where.
        fault: What goes wrong.
        rounds: How often the first chapter that is told now is told: donors and Stripe send again what was
            not answered, ten minutes apart.
    """
    outside = outside_of(stage)
    left = [chapter for chapter in CHAPTERS if not outside.remembers(chapter.name)]
    boundaries = Boundaries(fault.cuts, fault.happen, only_effects=fault.only_effects)
    boundaries.enter(left[0].name)
    begun = outside.begun_at()
    settings = read_settings(dict(stage.environment), ROOT)
    clock = FrozenClock(outside.now())
    parts = replace(build_parts(settings), clock=clock, smtp=_smtp(stage))
    if fault.bug is not None:
        SEEDED_BUGS[fault.bug](boundaries)
    boundaries.watch()
    players = Players(stage, settings, parts, clock)
    for chapter in left:
        if chapter is not left[0]:
            boundaries.enter(chapter.name)
        players.wait(begun + chapter.after - clock.now())
        players.chance = random.Random(f"{stage.seed} {chapter.name}")  # noqa: S311 - an order, not a secret
        for _ in range(rounds if chapter is left[0] else 1):
            for act in chapter.acts:
                act(players)
            players.wait(_BETWEEN_ROUNDS)
        players.need_database()
        outside.remember(chapter.name)
    moments = {
        "names": boundaries.passed,
        "effects": boundaries.effects,
        "marked": boundaries.marked,
        "chapters": boundaries.chapters,
    }
    (Path(stage.memory) / MOMENTS).write_text(json.dumps(moments), encoding="utf-8")


def _smtp(stage: Stage) -> SmtpServer:
    return SmtpServer("127.0.0.1", stage.smtp_port, "Factually <gifts@example.org>", starttls=False)


def chapter_under_way(stage: Stage) -> str:
    """Name the chapter that is not over yet, "" where all are."""
    outside = outside_of(stage)
    return next((chapter.name for chapter in CHAPTERS if not outside.remembers(chapter.name)), "")
