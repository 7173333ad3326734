"""One gift's history from all its records: what happened, who did it, who looked (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from factually.donations.lifecycle import Fact, GiftState
from factually.donations.steps import AttemptKind, AttemptOutcome
from factually.independence.results import Verdict
from factually.independence.subjects import Stage
from factually.oversight.wording import FACTS, FACTS_OF_A_MONTH, STAGES, actor_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from factually.donations.models import GiftEvent, PaymentAttempt
    from factually.independence.results import RecordedDecision, ScreeningResult
    from factually.oversight.read_models import LetterRow

LOOK: Final = "gift.viewed"
DONOR_LOOK: Final = "gift.donor_viewed"
_TOLD_BY_DECISION: Final = "gift.review_"
_ATTEMPT_ENDS: Final[Mapping[str, str]] = {
    AttemptOutcome.DECLINED: "did not pay",
    AttemptOutcome.REFUSED: "was refused by the payment provider",
    AttemptOutcome.UNANSWERED: "got no answer",
}
_ATTEMPT_NAMES: Final[Mapping[str, str]] = {
    AttemptKind.AUTHORISE: "Card {}",
    AttemptKind.CAPTURE: "Try {} to take the money",
    AttemptKind.RELEASE: "Try {} to cancel the hold",
}
_TOLD: Final[Mapping[str, str]] = {
    "gift.in_doubt": "The money came into doubt after it was taken.",
    "gift.doubt_keep": "{who} decided that the money in doubt is kept.",
    "gift.doubt_return": "{who} decided that the money in doubt goes back.",
    "gift.contested": "The donor contested the decision.",
    "gift.appeal_upheld": "{who} answered the appeal: the decision stays.",
    "gift.appeal_overturned": "{who} answered the appeal: the decision is overturned.",
    "gift.return_overdue": "The money in doubt was still here after its 30 days.",
    "gift.fraud_warning": "The card's network warned that the payment may be fraud.",
    "refund.requested": "{who} asked for a refund.",
    "refund.approved": "{who} approved the refund as the second person.",
    "refund.declined": "{who} declined the refund as the second person.",
    "refund.refused": "The payment provider did not accept the refund.",
    "refund.pending": "A refund is at the donor's bank.",
    "refund.requires_action": "A refund waits for the donor.",
    "refund.succeeded": "A refund was made.",
    "refund.came_back": "A refund did not arrive; the money is with us again.",
    "dispute.answered": "{who} answered the dispute.",
    "dispute.warning_needs_response": "The donor's bank asked about the payment.",
    "dispute.warning_under_review": "The donor's bank looks at our answer to its question.",
    "dispute.warning_closed": "The donor's bank closed its question.",
    "dispute.prevented": "A dispute was prevented.",
    "dispute.needs_response": "The donor's bank disputes the payment and waits for our answer.",
    "dispute.under_review": "The donor's bank decides on the dispute.",
    "dispute.won": "The donor's bank decided the dispute for us.",
    "dispute.lost": "The donor's bank decided the dispute against us.",
}
_SOURCES: Final[Mapping[str, str]] = {  # who brought the fact; an account is named instead
    "donor": "seen on the donor's page",
    "stripe": "told by the payment provider",
    "system": "seen by the worker",
}
_OUR_OWN: Final = frozenset({GiftState.PLEDGED, Fact.ATTEMPTED})  # steps nobody has to report to us
# Records of one transaction share their moment; these ranks keep cause before effect.
_RANKS: Final[Mapping[str, int]] = {
    GiftState.PLEDGED: 0,
    Stage.BEFORE_AUTHORISATION: 1,
    Fact.SCREENED_OUT: 2,
    Fact.ATTEMPTED: 2,
    "attempt": 3,
    Fact.AUTHORISED: 4,
    Stage.AFTER_AUTHORISATION: 5,
    Fact.HELD: 6,
    "decision": 7,
    Stage.RENEWAL: 1,
    Stage.RESCREENING: 8,
}
_LATER: Final = 8
_LETTER: Final = 9
_JOURNAL: Final = 10


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One journal entry about the gift."""

    at: datetime
    actor_kind: str
    actor_id: str
    event: str
    details: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Records:
    """Everything that was written down about one gift; `people` names the accounts in it.

    `monthly` says that the gift is one month of a monthly gift.
    """

    events: Sequence[GiftEvent]
    attempts: Sequence[PaymentAttempt]
    screenings: Sequence[ScreeningResult]
    decision: RecordedDecision | None
    letters: Sequence[LetterRow]
    journal: Sequence[JournalLine]
    people: Mapping[str, str]
    monthly: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the history."""

    at: datetime
    rank: int
    text: str
    repeats: str | None = None
    """Lines with the same key in a row are one line: somebody looking again and again."""


def accounts_in(events: Iterable[GiftEvent], journal: Iterable[JournalLine]) -> set[str]:
    """Return the ids of all accounts that acted or looked."""
    actors = [(event.actor_kind, event.actor_id) for event in events]
    actors += [(line.actor_kind, line.actor_id) for line in journal]
    return {actor_id for kind, actor_id in actors if kind == "account"}


def history(records: Records) -> list[tuple[datetime, str]]:
    """Return all that happened, oldest first, as moment and sentence."""
    moments = [
        *_steps(records),
        *_attempts(records.attempts),
        *_screenings(records.screenings),
        *_decision(records),
        *_letters(records.letters),
        *_journal(records),
    ]
    ordered = sorted(moments, key=lambda moment: (moment.at, moment.rank))
    return list(_merged(ordered))


def _steps(records: Records) -> Iterator[Moment]:
    words = FACTS_OF_A_MONTH if records.monthly else FACTS
    for event in records.events:
        through = _SOURCES.get(event.actor_kind) or (
            f"on the page of {actor_words(event.actor_kind, event.actor_id, records.people)}"
        )
        source = "" if event.fact in _OUR_OWN else f", {through}"
        yield Moment(event.at, _RANKS.get(event.fact, _LATER), f"{words[event.fact]}{source}.")


def _attempts(attempts: Sequence[PaymentAttempt]) -> Iterator[Moment]:
    for attempt in attempts:
        end = _ATTEMPT_ENDS.get(attempt.outcome or "")
        if end is None or attempt.finished_at is None:
            continue
        code = attempt.decline_code or attempt.code
        reason = f" ({code})" if code else ""
        text = f"{_ATTEMPT_NAMES[attempt.kind].format(attempt.number)} {end}{reason}."
        rank = _RANKS["attempt"] if attempt.kind == AttemptKind.AUTHORISE else _LATER
        yield Moment(attempt.finished_at, rank, text)


def _screenings(screenings: Sequence[ScreeningResult]) -> Iterator[Moment]:
    for screening in screenings:
        version = screening.policy_version
        policy = "without a policy" if version is None else f"under policy {version}"
        text = f"Checked {STAGES[screening.stage].lower()} {policy}: {screening.outcome}."
        yield Moment(screening.created_at, _RANKS[screening.stage], text)


def _decision(records: Records) -> Iterator[Moment]:
    decision = records.decision
    if decision is not None:
        who = actor_words("account", str(decision.reviewer_id), records.people)
        did = "accepted" if decision.verdict is Verdict.ACCEPT else "refused"
        yield Moment(decision.decided_at, _RANKS["decision"], f"{who} {did} the gift: “{decision.reason}”")


def _letters(letters: Sequence[LetterRow]) -> Iterator[Moment]:
    for letter in letters:
        yield Moment(letter.created_at, _LETTER, f"A letter to the donor was written: {letter.told}.")
        if letter.sent_at is not None:
            yield Moment(letter.sent_at, _LETTER, f"The letter was sent: {letter.told}.")


def _journal(records: Records) -> Iterator[Moment]:
    for line in records.journal:
        if line.event.startswith(_TOLD_BY_DECISION):
            continue
        who = actor_words(line.actor_kind, line.actor_id, records.people)
        repeats = f"{line.event} {line.actor_id}" if line.event == LOOK else None
        yield Moment(line.at, _JOURNAL, _journal_text(line, who), repeats)


def _journal_text(line: JournalLine, who: str) -> str:
    reason = line.details.get("reason")
    match line.event:
        case "gift.viewed":
            return f"{who} looked at this case."
        case "gift.donor_viewed":
            return f"{who} opened the donor record: “{reason}”"
        case "gift.contradicted":
            return f"A report contradicted the gift and changed nothing: {reason}."
        case "gift.capture_stopped":
            return "Taking the money was stopped: no clearance is recorded."
        case "gift.stray_intent":
            return "The payment provider had a second payment for this gift."
        case other:
            return _TOLD.get(other, "{event}, by {who}.").format(event=other, who=who)


def _merged(ordered: Sequence[Moment]) -> Iterator[tuple[datetime, str]]:
    for key, run in groupby(ordered, key=lambda moment: moment.repeats):
        same = list(run)
        if key is None or len(same) == 1:
            yield from ((moment.at, moment.text) for moment in same)
        else:
            last = same[-1].at.strftime("%Y-%m-%d %H:%M UTC")
            yield same[0].at, f"{same[0].text.rstrip('.')}, {len(same)} times, last on {last}."
