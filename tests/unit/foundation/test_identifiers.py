from __future__ import annotations

import re

from factually.foundation.identifiers import new_id, new_public_id


def test_a_public_id_is_26_characters_of_lower_case_base32() -> None:
    assert re.fullmatch(r"[a-z2-7]{26}", new_public_id())


def test_ids_do_not_repeat() -> None:
    assert len({new_public_id() for _ in range(1000)}) == 1000
    assert new_id() != new_id()
