"""Every route, every method, every role: the committed matrix is what the application does.

A change of tests/web/access_matrix.json is a change of who may do what, and reviewed as such.
"""

from __future__ import annotations

import json
import re
import uuid
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from factually.accounts.roles import ROLES
from factually.web.access import DONOR, declared_policy
from tests.support.donors import enter, signed_in_donor
from tests.support.people import PASSWORD, add_person

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule


MATRIX = json.loads(Path(__file__).with_name("access_matrix.json").read_text())
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
EXAMPLES = {"UUIDConverter": uuid.UUID(int=7), "IntegerConverter": 7}
EVERYONE = ("anyone", DONOR, *ROLES)


def routes(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def example(rule: Rule) -> str:
    values = {name: EXAMPLES.get(type(rule._converters[name]).__name__, "x") for name in rule.arguments}  # noqa: SLF001 - werkzeug tells no other way
    _, path = rule.build(values, append_unknown=False) or ("", "")
    return path


def test_each_route_declares_who_may_use_it_as_committed(app: Flask) -> None:
    found = {}
    for rule in routes(app):
        declared = declared_policy(app.view_functions[rule.endpoint])
        assert declared is not None, f"{rule.endpoint} has no policy"
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        found[rule.endpoint] = {
            "address": rule.rule,
            "methods": methods,
            "roles": sorted(declared.roles),
            "personal_data": declared.pii,
            "journal": declared.audit,
            "token": declared.csrf,
        }
    assert found == MATRIX


def test_personal_data_is_open_to_its_donor_and_to_auditors_each_of_whose_looks_is_journalled() -> None:
    for endpoint, entry in MATRIX.items():
        if entry["personal_data"] and entry["roles"] not in (["anyone"], [DONOR]):
            assert entry["roles"] == ["auditor"], endpoint
            assert entry["journal"], endpoint


@pytest.mark.parametrize("role", EVERYONE)
def test_each_role_reaches_exactly_its_routes(
    app: Flask,
    client: FlaskClient,
    role: str,
) -> None:
    context = app.extensions["factually.web"]
    now = context.clock.now()
    if role == DONOR:
        enter(client, signed_in_donor(context.database, context.keyring, now=now))
    elif role != "anyone":
        email = add_person(context.database, role, now=now).email
        client.post("/sign-in", data={"email": email, "password": PASSWORD})
    wrong = []
    for rule, method in product(routes(app), METHODS):
        if rule.endpoint in {"accounts.sign_out", "my.sign_out"}:
            continue
        declared = declared_policy(app.view_functions[rule.endpoint])
        assert declared is not None
        answer = client.open(example(rule), method=method)
        open_to_all = "anyone" in declared.roles
        allowed = open_to_all or role in declared.roles or ("signed in" in declared.roles and role in ROLES)
        others = {m for other in routes(app) if example(other) == example(rule) for m in other.methods or ()}
        if method not in others:
            right = answer.status_code == 405
        elif method not in (rule.methods or ()):
            continue
        elif allowed:
            right = answer.status_code not in {401, 403, 405} and answer.status_code < 500
        else:
            entrance = "/my" if DONOR in declared.roles else "/sign-in"
            denied = answer.status_code in {302, 303} and answer.headers["Location"].startswith(entrance)
            right = denied or answer.status_code in {401, 403}
        if not right:
            wrong.append((method, rule.rule, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize(
    "path", [entry["address"] for entry in MATRIX.values() if "POST" in entry["methods"]]
)
def test_a_change_without_a_token_is_refused(app: Flask, client: FlaskClient, path: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    filled = re.sub("<uuid:[^>]+>", str(EXAMPLES["UUIDConverter"]), path)
    answer = client.post(re.sub("<[^>]+>", "x", filled))
    # A signed machine call has its signature instead; without one it is refused as well.
    assert answer.status_code == 400
