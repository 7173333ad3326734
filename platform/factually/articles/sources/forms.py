"""Forms on sources: shape only; `records.checked` has the last word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast, get_args

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import AnyOf, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from factually.articles.content import Interest, SourceKind
from factually.articles.sources import quotes, web_addresses, wording
from factually.articles.sources.quotes import TextQuote
from factually.articles.sources.records import MAX_LINE, MAX_NOTE, SourceFacts
from factually.web.forms import CheckedForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factually.articles.sources.page_reading import Suggestions

LOOK: Final = "look"
LEAVE_TO_PASSES: Final = "passes"
_NOT_SAID: Final = ""
_LONGEST_AUTHORS: Final = 10_000


def _at_most(characters: int) -> Length:
    return Length(max=characters, message=f"Use at most {characters:,} characters here.")


def _choices(words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value=value, label=word) for value, word in words.items()]


class AddressForm(CheckedForm):
    """The address of a source that may have no record yet."""

    url = StringField(
        "Address of the source",
        [InputRequired("Enter a web address."), _at_most(web_addresses.MAX_CHARACTERS)],
    )


class SourceForm(AddressForm):
    """All that people say of a source."""

    title = StringField("Title", [InputRequired("Enter the source's title."), _at_most(MAX_LINE)])
    publisher = StringField("Publisher", [InputRequired("Enter who published it."), _at_most(MAX_LINE)])
    csl_type = SelectField(
        "Type", [InputRequired("Choose a type.")], choices=_choices(wording.CSL_TYPES), default="webpage"
    )
    authors = TextAreaField("Authors", [_at_most(_LONGEST_AUTHORS)])
    published = StringField("Published on", [_at_most(MAX_LINE)])
    accessed = StringField("Read by us on", [_at_most(MAX_LINE)])
    kind = RadioField(
        "Kind", choices=_choices({**wording.KINDS, _NOT_SAID: "Not said yet"}), default=_NOT_SAID
    )
    kind_reason = TextAreaField("Why a source that is not primary is used", [_at_most(MAX_NOTE)])
    independence = TextAreaField("Independence", [_at_most(MAX_NOTE)])
    interest = RadioField(
        "Does its publisher gain from what it says?",
        choices=_choices({**wording.INTERESTS, _NOT_SAID: "Not answered yet"}),
        default=_NOT_SAID,
    )
    interest_note = TextAreaField("What it gains", [_at_most(MAX_NOTE)])
    quote = TextAreaField("The passage that we rely on", [_at_most(quotes.MAX_CHARACTERS)])
    archive_url = StringField("Copy in a public archive", [_at_most(web_addresses.MAX_CHARACTERS)])
    archived_on = StringField("Date of that copy", [_at_most(MAX_LINE)])
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def fill_from(self, facts: SourceFacts, version: int) -> None:
        """Show what a record says."""
        for name in ("url", "title", "publisher", "csl_type", "published", "accessed", "kind_reason"):
            self[name].data = getattr(facts, name)
        for name in ("independence", "interest_note", "archive_url", "archived_on"):
            self[name].data = getattr(facts, name)
        self.kind.data, self.interest.data = facts.kind or _NOT_SAID, facts.interest or _NOT_SAID
        self.authors.data = "\n".join(facts.authors)
        self.quote.data = facts.quote.exact if facts.quote else ""
        self.version.data = version

    def suggest(self, found: Suggestions, *, today: str) -> None:
        """Fill in what a page says of itself, and that it was read today."""
        self.title.data, self.publisher.data = found.title, found.publisher
        self.authors.data, self.published.data = "\n".join(found.authors), found.published
        self.accessed.data = today

    def facts(self) -> SourceFacts:
        """Return what was entered."""
        quote = (self.quote.data or "").strip()
        return SourceFacts(
            url=self.url.data or "",
            title=self.title.data or "",
            publisher=self.publisher.data or "",
            csl_type=self.csl_type.data or "",
            authors=tuple((self.authors.data or "").splitlines()),
            published=self.published.data,
            accessed=self.accessed.data,
            kind=cast("SourceKind", self.kind.data) if self.kind.data in get_args(SourceKind) else None,
            kind_reason=self.kind_reason.data,
            independence=self.independence.data,
            interest=cast("Interest", self.interest.data)
            if self.interest.data in get_args(Interest)
            else None,
            interest_note=self.interest_note.data,
            quote=TextQuote(quote) if quote else None,
            archive_url=self.archive_url.data,
            archived_on=self.archived_on.data,
        )


class StateForm(CheckedForm):
    """What people say of an address; each button sends its own."""

    state = HiddenField(
        validators=[AnyOf([LEAVE_TO_PASSES, "unfit", "usurped"], "Choose what the address is now.")]
    )
