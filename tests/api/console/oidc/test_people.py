"""What claims say of somebody."""

from typing import Any

import pytest

from api.console.oidc.people import People
from api.console.oidc.reasons import NotKnown

ROLES = "admin=CN=Admins,OU=IT; viewer=staff; viewer=guests; operator = front desk"


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["staff"], "viewer"),
        (["guests", "front desk"], "operator"),
        ("front desk", "operator"),
        (["CN=Admins,OU=IT", "staff"], "admin"),
    ],
)
def test_the_role_is_the_one_that_may_most(groups: Any, role: str) -> None:
    people = People("preferred_username", "groups", ROLES)
    found = people.person({"sub": "1", "preferred_username": "olga", "groups": groups})
    assert found.role == role


@pytest.mark.parametrize(
    ("claim", "claims"),
    [
        ("realm_access.roles", {"realm_access": {"roles": ["staff"]}}),
        ("https://parley.example/roles", {"https://parley.example/roles": ["staff"]}),
    ],
)
def test_a_claim_may_lie_within_another_or_have_dots(claim: str, claims: dict[str, Any]) -> None:
    people = People("preferred_username", claim, ROLES)
    assert people.person({"sub": "1", "preferred_username": "olga", **claims}).role == "viewer"


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("Olga", "olga"),
        ("olga.smith@example.com", "olga.smith"),
        ("Jörg Meyer", "j-rg-meyer"),
        ("_x" * 40, ("x" + "_x" * 40)[:32]),
    ],
)
def test_a_name_is_made_one_of_a_users(told: str, name: str) -> None:
    people = People("name", "groups", ROLES)
    assert people.person({"sub": "1", "name": told, "groups": "staff"}).name == name


@pytest.mark.parametrize("told", [None, "", "@example.com", "...", 7, ["olga"]])
def test_who_has_no_name_is_nobody(told: Any) -> None:
    with pytest.raises(NotKnown, match="name: "):
        People("name", "groups", ROLES).person({"sub": "1", "name": told, "groups": "staff"})
