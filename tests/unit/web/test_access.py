from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factually.web.access import ANYONE, DONOR, declared_policy, policy

if TYPE_CHECKING:
    from tests.unit.web.conftest import Visit


def test_a_view_without_a_policy_is_closed_to_everyone(visit: Visit) -> None:
    assert visit.get("/forgotten").status_code == 403
    assert visit.get("/forgotten", headers={"Role": "admin"}).status_code == 403


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("/open", "", 200),
        ("/open", "editor", 200),
        ("/auditors", "", 302),
        ("/auditors", "editor", 403),
        ("/auditors", "auditor", 200),
        ("/signed-in", "", 302),
        ("/signed-in", "editor", 200),
    ],
)
def test_each_role_reaches_what_the_policy_names(visit: Visit, path: str, role: str, status: int) -> None:
    assert visit.get(path, headers={"Role": role}).status_code == status


def test_a_change_by_a_stranger_is_no_redirect_but_a_401(visit_without_tokens: Visit) -> None:
    assert visit_without_tokens.post("/auditors").status_code == 401
    assert visit_without_tokens.post("/auditors", headers={"Role": "editor"}).status_code == 403
    assert visit_without_tokens.post("/auditors", headers={"Role": "auditor"}).status_code == 200


def test_a_stranger_is_led_to_sign_in_and_back(visit: Visit) -> None:
    assert visit.get("/auditors").headers["Location"] == "/open?next=%2Fauditors"


def test_an_unknown_address_is_404_for_everyone(visit: Visit) -> None:
    assert visit.get("/nowhere").status_code == 404


def test_a_change_needs_a_token_unless_it_is_a_signed_machine_call(visit: Visit) -> None:
    assert visit.post("/open").status_code == 400
    assert visit.post("/machine", json={}).status_code == 200


def test_a_policy_names_a_role() -> None:
    with pytest.raises(ValueError, match="role"):
        policy()


def test_a_donors_page_is_nobody_elses() -> None:
    with pytest.raises(ValueError, match="nobody else's"):
        policy(DONOR, "auditor")


def test_a_donor_sees_their_own_data_without_a_journal_event() -> None:
    @policy(DONOR, pii=True)
    def view() -> str:
        return "their own"

    declared = declared_policy(view)
    assert declared is not None
    assert (declared.roles, declared.pii, declared.audit, view()) == (
        frozenset({DONOR}),
        True,
        None,
        "their own",
    )


def test_personal_data_for_staff_needs_a_journal_event() -> None:
    with pytest.raises(ValueError, match="journal"):
        policy("auditor", pii=True)


def test_a_declared_policy_can_be_read_back() -> None:
    @policy(ANYONE, csrf=False)
    def view() -> None: ...

    declared = declared_policy(view)
    assert declared is not None
    assert (declared.roles, declared.csrf) == (frozenset({ANYONE}), False)
    assert declared_policy(print) is None
