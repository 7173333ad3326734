from __future__ import annotations

import pytest
import rfc8785

from factually.foundation.canonical import canonical_json, sha256_hex


def test_key_order_and_white_space_do_not_matter() -> None:
    assert canonical_json({"b": [1, True, None], "a": "é"}) == '{"a":"é","b":[1,true,null]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), 2**53, "\ud800"])
def test_what_json_cannot_hold_is_refused(value: float | str) -> None:
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        canonical_json({"value": value})


def test_the_hash_is_plain_sha256() -> None:
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
