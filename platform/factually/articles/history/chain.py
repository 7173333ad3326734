"""The public revisions of an article, each naming the one before it by its hash."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from factually.articles.queries import ArticleSummary

SHORTEST_PREFIX: Final = 12
"""Hexadecimal digits of a hash that may stand for it, as long as no other revision begins alike."""

_HASH: Final = re.compile(rf"[0-9a-f]{{{SHORTEST_PREFIX},64}}")


@dataclass(frozen=True)
class Revision:
    """A public revision without its text.

    Attributes:
        number: From 1.
        sha256: Hash of its document.
        previous_sha256: Hash of the document before it, None for the first.
        title: The article's title then.
        published_at: When readers first saw it.
        by_newsroom: Whether a person of the newsroom made it public, not an import or a schedule.
        override_reason: Why it was published although the evidence check had errors, if it had.
        override_by: Who answers for that, as printed.
    """

    number: int
    sha256: str
    previous_sha256: str | None
    title: str
    published_at: datetime
    by_newsroom: bool
    override_reason: str | None
    override_by: str | None


@dataclass(frozen=True)
class History:
    """An article that readers see, with all its public revisions.

    Attributes:
        article: As it is now.
        revisions: Oldest first; never empty.
    """

    article: ArticleSummary
    revisions: tuple[Revision, ...]

    @property
    def current(self) -> Revision:
        """The revision that the article's own address shows."""
        return self.revisions[-1]

    def find(self, sha256: str) -> Revision | None:
        """Return the only revision whose hash is or begins with the given digits, of which 12 are needed."""
        digits = sha256.lower()
        if not _HASH.fullmatch(digits):
            return None
        found = [revision for revision in self.revisions if revision.sha256.startswith(digits)]
        return found[0] if len(found) == 1 else None

    def numbered(self, number: int) -> Revision | None:
        """Return the revision of this number, if it was public."""
        return next((revision for revision in self.revisions if revision.number == number), None)

    def seen_at(self, moment: datetime) -> Revision:
        """Return what readers saw at a moment; before the first revision, the first.

        Headers tell whole seconds, so a revision counts from the second in which it was published.
        """
        seen = [one for one in self.revisions if one.published_at.replace(microsecond=0) <= moment]
        return seen[-1] if seen else self.revisions[0]

    def before(self, revision: Revision) -> Revision | None:
        """Return the public revision that this one replaced."""
        place = self.revisions.index(revision)
        return self.revisions[place - 1] if place else None

    def after(self, revision: Revision) -> Revision | None:
        """Return the public revision that replaced this one."""
        place = self.revisions.index(revision) + 1
        return self.revisions[place] if place < len(self.revisions) else None
