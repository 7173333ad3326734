from __future__ import annotations

import json
from datetime import datetime

from factually.demonstration.sample_content import demonstration_policy
from factually.independence.deciding import check_policy
from factually.independence.policy import parse_policy
from factually.independence.publishing import packaged_policy


def test_the_demonstrations_policy_is_the_packaged_one_but_for_the_shared_test_cards() -> None:
    policy = json.loads(demonstration_policy())
    packaged = json.loads(packaged_policy())
    check_policy(parse_policy(json.dumps(policy)))
    assert policy["version"] == f"{packaged['version']}-demo"
    assert datetime.fromisoformat(policy["effective_from"]) < datetime.fromisoformat(
        packaged["effective_from"]
    )
    changed = [rule for rule, other in zip(policy["rules"], packaged["rules"], strict=True) if rule != other]
    assert [rule["id"] for rule in changed] == ["DS30"]
    assert "test cards" in changed[0]["text"]
