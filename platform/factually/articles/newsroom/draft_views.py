"""Pages on drafts: an earlier one, a merge with a colleague's, and a link for somebody outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for

from factually.accounts.roles import EDITOR, REVIEWER
from factually.accounts.signed_in import current_account
from factually.articles.newsroom.merging import merge_texts
from factually.articles.newsroom.previews import make_preview, read_preview, revoke_previews
from factually.articles.newsroom.printing import asked_draft, content_of, printed
from factually.articles.newsroom.reading import common_base, names_of, open_article, read_draft
from factually.articles.newsroom.review_views import show_review
from factually.articles.newsroom.saving import Save, particulars_of, save_draft
from factually.foundation.errors import Conflict, DomainError, InvalidInput, NotFound
from factually.web.access import ANYONE, policy
from factually.web.bodies import LongTexts, takes_long_texts
from factually.web.context import web_context

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from factually.articles.newsroom.models import ArticleDraft

blueprint = Blueprint("drafts", __name__)

_MERGED: Final = LongTexts(maximum_bytes=4_000_000, maximum_fields=20, field="text")
_PREVIEW_HEADERS: Final = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}


@blueprint.get("/newsroom/articles/<uuid:article_id>/drafts/<uuid:draft_id>")
@policy(EDITOR, REVIEWER)
def draft(article_id: uuid.UUID, draft_id: uuid.UUID) -> str:
    """Show an earlier draft.

    Raises:
        NotFound: No such draft.
    """
    context = web_context()
    with context.database.transaction() as session:
        opened = open_article(session, article_id, now=context.clock.now())
        shown = read_draft(session, article_id, draft_id)
        names = names_of(session, [shown.author_id])
        return render_template(
            "newsroom/draft.html",
            opened=opened,
            draft=shown,
            writer=names.get(shown.author_id),
            content=content_of(shown),
            **printed(content_of(shown)),
        )


@blueprint.post("/newsroom/articles/<uuid:article_id>/drafts/<uuid:draft_id>")
@policy(EDITOR, REVIEWER)
def restore(article_id: uuid.UUID, draft_id: uuid.UUID) -> ResponseReturnValue:
    """Take an earlier draft up again, as a new one.

    Raises:
        NotFound: No such draft.
    """
    context, account = web_context(), current_account()
    with context.database.transaction() as session:
        now = context.clock.now()
        opened = open_article(session, article_id, now=now)
        earlier = read_draft(session, article_id, draft_id)
        save = Save(earlier.text, particulars_of(earlier), opened.head.id, "restore")
        save_draft(session, opened.article, save, actor=account.actor, now=now)
    return redirect(url_for("newsroom.edit", article_id=article_id), 303)


@blueprint.get("/newsroom/articles/<uuid:article_id>/merge")
@policy(EDITOR, REVIEWER)
def merge(article_id: uuid.UUID) -> str:
    """Show a text saved beside a colleague's, theirs, where both began, and what the two make.

    Raises:
        NotFound: No such draft.
    """
    return _merge_page(article_id, asked_draft(request.args, "mine"))


@blueprint.post("/newsroom/articles/<uuid:article_id>/merge")
@policy(EDITOR, REVIEWER)
@takes_long_texts(_MERGED)
def merge_submit(article_id: uuid.UUID) -> ResponseReturnValue:
    """Save a merged text as the newest draft, unless a colleague saved once more.

    Raises:
        NotFound: No such draft.
    """
    context, account = web_context(), current_account()
    mine, text = asked_draft(request.form, "merges"), request.form.get("text", "").replace("\r\n", "\n")
    try:
        with context.database.transaction() as session:
            now = context.clock.now()
            opened = open_article(session, article_id, now=now)
            _refuse_other_head(opened.head)
            said = particulars_of(read_draft(session, article_id, mine))
            save = Save(text, said, opened.head.id, "merge")
            save_draft(session, opened.article, save, actor=account.actor, now=now)
    except (InvalidInput, Conflict) as error:
        return _merge_page(article_id, mine, text=text, problem=error), error.status
    return redirect(url_for("newsroom.edit", article_id=article_id), 303)


@blueprint.post("/newsroom/articles/<uuid:article_id>/previews")
@policy(EDITOR, REVIEWER)
def previews(article_id: uuid.UUID) -> ResponseReturnValue:
    """Make a link to the newest draft for somebody outside, or take all of them back.

    Raises:
        NotFound: No such article.
    """
    context, account = web_context(), current_account()
    with context.database.transaction() as session:
        now = context.clock.now()
        opened = open_article(session, article_id, now=now)
        if request.form.get("act") == "revoke":
            revoke_previews(session, article_id, actor=account.actor, now=now)
            return redirect(url_for("review.review", article_id=article_id), 303)
        token = make_preview(session, opened.head, actor=account.actor, now=now)
    return show_review(article_id, preview=url_for("drafts.preview", token=token, _external=True))


@blueprint.get("/previews/<token>")
@policy(ANYONE)
def preview(token: str) -> ResponseReturnValue:
    """Show the draft behind a link, marked as one.

    Raises:
        NotFound: The link is unknown, too old or taken back.
    """
    context = web_context()
    with context.database.transaction() as session:
        shown = read_preview(session, token, now=context.clock.now())
    content = content_of(shown)
    if content is None:
        raise NotFound("This draft can't be shown yet; ask for a new link.")
    page = render_template("newsroom/shared_preview.html", content=content, draft=shown, **printed(content))
    return page, _PREVIEW_HEADERS


def _refuse_other_head(head: ArticleDraft) -> None:
    if request.form.get("based_on") != str(head.id):
        raise Conflict("A colleague saved once more. Look at theirs, and merge again.")


def _merge_page(
    article_id: uuid.UUID, mine_id: uuid.UUID, *, text: str | None = None, problem: DomainError | None = None
) -> str:
    context = web_context()
    with context.database.transaction() as session:
        opened = open_article(session, article_id, now=context.clock.now())
        mine, theirs = read_draft(session, article_id, mine_id), opened.head
        base = common_base(session, mine, theirs)
        merged = merge_texts(base.text, theirs.text, mine.text)
        return render_template(
            "newsroom/merge.html",
            opened=opened,
            base=base,
            theirs=theirs,
            mine=mine,
            names=names_of(session, [theirs.author_id, mine.author_id]),
            text=merged.text if text is None else text,
            conflicts=merged.conflicts,
            problem=problem,
        )
