from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factually.web.bodies import MAXIMUM_BODY_BYTES, MAXIMUM_FIELDS, storable

if TYPE_CHECKING:
    from tests.unit.web.conftest import Visit


def test_a_form_with_nul_is_a_422_that_names_its_field(visit_without_tokens: Visit) -> None:
    answer = visit_without_tokens.post("/open", data={"name": "a\x00b"})
    assert answer.status_code == 422
    assert "name" in answer.text
    assert visit_without_tokens.get("/open?q=%00").status_code == 422
    assert visit_without_tokens.get("/thing/%00").status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"x" * (MAXIMUM_BODY_BYTES + 1), b"&".join(b"a%d=1" % number for number in range(MAXIMUM_FIELDS + 1))],
)
def test_too_much_is_a_413(visit_without_tokens: Visit, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert visit_without_tokens.post("/open", data=body, headers=headers).status_code == 413


def test_a_body_without_a_length_is_a_411(visit_without_tokens: Visit) -> None:
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert visit_without_tokens.post("/open", environ_overrides=chunked).status_code == 411


@given(st.text())
def test_storable_text_is_text_that_utf8_can_hold(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        assert not storable(text)
    else:
        assert storable(text) == ("\x00" not in text)


def test_a_view_that_takes_long_texts_says_which_field_is_too_long(visit_without_tokens: Visit) -> None:
    longer = b"text=" + b"x" * (MAXIMUM_BODY_BYTES + 1)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert visit_without_tokens.post("/long", data=longer, headers=headers).status_code == 200
    many = b"&".join(b"a%d=1" % number for number in range(MAXIMUM_FIELDS + 1))
    assert visit_without_tokens.post("/long", data=many, headers=headers).status_code == 200
    refused = visit_without_tokens.post("/long", data=b"x" * 1_000_001, headers=headers)
    assert refused.status_code == 413
    assert "This is longer than the 1 MB we take. text" in refused.text
