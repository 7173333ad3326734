"""What is to happen later by the sandbox's clock: each alarm names a moment, an action and a subject.

`due` rings them; here they are only set, so that every module can set one.
"""

from typing import Final

from factually.stripe_sandbox.work import Work

ALARM: Final = "sandbox.alarm"


def schedule(work: Work, at: int, action: str, subject: str) -> None:
    """Plan an action on a subject for a moment (Unix seconds); planned again, it moves."""
    work.records.save(
        {
            "object": ALARM,
            "id": _identifier(action, subject),
            "at": at,
            "action": action,
            "subject": subject,
        }
    )


def unschedule(work: Work, action: str, subject: str) -> None:
    """Forget a planned action; nothing happens where none was planned."""
    work.records.delete(_identifier(action, subject))


def _identifier(action: str, subject: str) -> str:
    return f"alarm.{action}.{subject}"
