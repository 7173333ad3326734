from __future__ import annotations

import uuid

from factually.articles.parsing import parse_article
from factually.articles.revisions import read_content, write_document
from factually.foundation.canonical import sha256_hex
from tests.support.article_factories import short_text

ARTICLE = uuid.UUID(int=7)


def test_the_bytes_of_a_revision_never_change_between_versions_of_the_program() -> None:
    document = write_document(
        parse_article(short_text()).content, article_id=ARTICLE, number=1, previous_sha256=None
    )
    assert sha256_hex(document) == "80ee6072268fb440ee1c80ed58f96b7ad00baf26eb624759e9b706b31ef5f15f"


def test_the_hash_covers_the_revision_before_it() -> None:
    content = parse_article(short_text()).content
    one, other = (
        write_document(content, article_id=ARTICLE, number=2, previous_sha256=previous * 64)
        for previous in "ab"
    )
    assert one != other
    assert read_content(one) == read_content(other) == content
