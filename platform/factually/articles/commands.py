"""`factually articles …`: bring texts in, and ask the evidence gate, from a terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from factually.articles.evidence import EvidenceReport, examine, report_document
from factually.articles.importing import ImportRequest, import_article
from factually.articles.lines import MAX_BYTES
from factually.articles.page_facts import page_circumstances
from factually.articles.parsing import outline, parse_article
from factually.articles.presenting import evidence_headline
from factually.articles.publishing import Override
from factually.articles.queries import read_latest_evidence
from factually.articles.search.indexing import reindex
from factually.audit.journal import SYSTEM
from factually.foundation.errors import NotFound

if TYPE_CHECKING:
    from factually.articles.importing import Imported
    from factually.foundation.clock import Clock
    from factually.foundation.database import Database

_OPERATOR = "the operator of this site"
_SOURCES_HELP = "A source list kept in a file of its own: lines, or CSL-JSON with our fields under custom."


class CommandContext(Protocol):
    """What a command is given; nothing connects before `database` is used."""

    @property
    def database(self) -> Database:
        """The database articles are stored in."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock that dates them."""
        ...


@click.group()
def articles() -> None:
    """Import articles and check their evidence."""


@articles.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sources", type=click.Path(path_type=Path), help=_SOURCES_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print what was understood as JSON.")
@click.option("--dry-run", is_flag=True, help="Store nothing.")
@click.option("--publish", is_flag=True, help="Make the article public at once.")
@click.option(
    "--override-reason", help="Why it is published past errors of the evidence gate; readers see it."
)
@click.pass_obj
def import_command(  # noqa: PLR0913 - one parameter for each option of the command line
    context: CommandContext,
    *,
    file: Path,
    sources: Path | None,
    as_json: bool,
    dry_run: bool,
    publish: bool,
    override_reason: str | None,
) -> None:
    """Import the text in FILE as an article, a draft unless it is published."""
    text = _read(file)
    source_text = _read(sources) if sources else None
    parsed = parse_article(text, sources=source_text)
    request = ImportRequest(
        text=text,
        sources=source_text,
        publish=publish,
        override=Override(override_reason, _OPERATOR) if override_reason else None,
    )
    imported = None if dry_run else _store(context, request)
    if as_json:
        click.echo(json.dumps(outline(parsed), ensure_ascii=False, indent=2))
    else:
        click.echo(evidence_headline(examine(parsed.content).figures) + ".")
        click.echo(_told(imported))


@articles.command("check")
@click.argument("slug_or_file", metavar="SLUG|FILE")
@click.option("--sources", type=click.Path(path_type=Path), help=_SOURCES_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def check_command(context: CommandContext, *, slug_or_file: str, sources: Path | None, as_json: bool) -> None:
    """Print what the evidence gate finds in an article or a text; exit code 1 when it has errors."""
    report = _examine(context, slug_or_file, sources)
    if as_json:
        click.echo(json.dumps(report_document(report), ensure_ascii=False, indent=2))
    else:
        for finding in report.findings:
            click.echo(f"{finding.rule:<4} {finding.level:<6} {finding.place:<12} {finding.sentence}")
            if finding.reason:
                click.echo(f"{'':<25}Reason: {finding.reason}")
        click.echo(evidence_headline(report.figures) + ".")
    if report.errors:
        sys.exit(1)


@articles.command("reindex")
@click.pass_obj
def reindex_command(context: CommandContext) -> None:
    """Make the search and the pages of topics anew from what is published."""
    count = reindex(context.database)
    click.echo(f"{count} listed {'article' if count == 1 else 'articles'} can be found.")


def _examine(context: CommandContext, slug_or_file: str, sources: Path | None) -> EvidenceReport:
    path = Path(slug_or_file)
    if path.exists() or path.suffix:
        content = parse_article(_read(path), sources=_read(sources) if sources else None).content
        return examine(content, page_circumstances(content))
    with context.database.reading() as connection:
        report = read_latest_evidence(connection, slug_or_file)
    if report is None:
        raise NotFound(f"There is neither an article nor a file called {slug_or_file}.")
    return report


def _store(context: CommandContext, request: ImportRequest) -> Imported:
    with context.database.transaction() as session:
        return import_article(session, request, now=context.clock.now(), actor=SYSTEM)


def _told(imported: Imported | None) -> str:
    if imported is None:
        return "Nothing was stored (dry run)."
    state = "public" if imported.published else "a draft"
    known = "" if imported.created else " The same text was here already."
    return f"/fact-checks/{imported.slug} is {state}, revision {imported.sha256}.{known}"


def _read(path: Path) -> bytes:
    """Return a file's bytes, one more than allowed at most: the parser says what is too long."""
    try:
        with path.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise click.ClickException(f"Can't read {path}: {error.strerror}.") from error
