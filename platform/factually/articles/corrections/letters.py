"""Letters to a reader who reported an error and gave an address.

A letter never holds what was typed into the form: it may have been somebody else who typed the address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factually.articles.corrections.reports import OUTCOMES
from factually.mail.letters import Letter
from factually.mail.sending import send_later

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Environment
    from sqlalchemy.orm import Session

    from factually.articles.corrections.models import CorrectionRequest
    from factually.articles.corrections.reports import Outcome
    from factually.foundation.crypto import Keyring
    from factually.web.context import SiteFacts

RECEIVED: Final = "correction-request-received"
DECIDED: Final = "correction-request-decided"


@dataclass(frozen=True)
class ReaderPost:
    """Writes these letters.

    Attributes:
        templates: Where `emails/articles` lies.
        site: Who writes.
        keyring: Seals the letter, and opens and seals who the reader is.
    """

    templates: Environment
    site: SiteFacts
    keyring: Keyring

    def acknowledge(self, session: Session, request: CorrectionRequest, *, title: str, to: str) -> None:
        """Queue the letter that says where a report is followed."""
        letter = Letter(
            key=f"{RECEIVED}:{request.id}",
            to=to,
            subject=f"Your report about “{title}”",
            **self._bodies("request_received", request, title=title),
        )
        send_later(session, letter, keyring=self.keyring, now=request.received_at)

    def tell(self, session: Session, request: CorrectionRequest, decided: Decided, *, to: str) -> None:
        """Queue the letter that says what was decided and why."""
        facts = {"title": decided.title, "outcome": OUTCOMES[decided.outcome], "reason": decided.reason}
        letter = Letter(
            key=f"{DECIDED}:{request.id}:{decided.outcome}",
            to=to,
            subject=f"Your report about “{decided.title}”: {OUTCOMES[decided.outcome].lower()}",
            **self._bodies("request_decided", request, **facts, last=decided.outcome != "accepted"),
        )
        send_later(session, letter, keyring=self.keyring, now=decided.at)

    def _bodies(self, template: str, request: CorrectionRequest, **facts: object) -> dict[str, str]:
        address = f"{self.site.base_url}/correction-requests/{request.public_id}"
        return {
            name: self.templates.get_template(f"emails/articles/{template}.{ending}").render(
                site=self.site, address=address, **facts
            )
            for name, ending in (("text", "txt"), ("html", "html"))
        }


@dataclass(frozen=True)
class Decided:
    """What a letter tells of a decision.

    Attributes:
        title: The article's.
    """

    title: str
    outcome: Outcome
    reason: str
    at: datetime
