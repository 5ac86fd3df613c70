"""Who is let in."""

from pathlib import Path

import httpx
import pytest

from api.access.scopes import SCOPES
from tests.api.conftest import Site, built


def asked(site: Site, path: str, key: str = "", method: str = "get") -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return site.anybody().request(method, path, headers=headers)


PATHS = {
    ("get", "/calls"): "calls:read",
    ("get", "/calls/c1"): "calls:read",
    ("get", "/cells"): "calls:read",
    ("get", "/calls/c1/recording"): "recordings:read",
    ("get", "/calls/c1/voicemail"): "recordings:read",
    ("post", "/calls/c1/hangup"): "calls:steer",
    ("post", "/calls/c1/transfer"): "calls:steer",
    ("post", "/calls/c1/say"): "calls:steer",
    ("post", "/calls/c1/skip"): "calls:steer",
    ("post", "/calls/c1/language"): "calls:steer",
    ("post", "/calls/c1/note"): "calls:steer",
    ("post", "/calls/c1/supervision"): "calls:supervise",
    ("put", "/calls/c1/supervision"): "calls:supervise",
    ("delete", "/calls/c1/supervision"): "calls:supervise",
    ("put", "/calls/c1/turns/1"): "calls:correct",
    ("post", "/calls"): "calls:start",
    ("post", "/chats/c1/take"): "chats:steer",
    ("post", "/chats/c1/give-back"): "chats:steer",
    ("post", "/chats/c1/say"): "chats:steer",
    ("post", "/chats/c1/close"): "chats:steer",
    ("get", "/events"): "calls:read",
    ("put", "/outage"): "outage:switch",
    ("get", "/do-not-call"): "do-not-call:manage",
    ("put", "/do-not-call/+4930123456"): "do-not-call:manage",
    ("delete", "/do-not-call/+4930123456"): "do-not-call:manage",
    ("get", "/campaigns"): "campaigns:read",
    ("post", "/campaigns"): "campaigns:write",
    ("get", "/campaigns/crm"): "campaigns:read",
    ("get", "/campaigns/crm/results"): "campaigns:read",
    ("post", "/campaigns/crm/dry-run"): "campaigns:write",
    ("post", "/campaigns/crm/start"): "campaigns:write",
    ("post", "/campaigns/crm/pause"): "campaigns:write",
    ("post", "/campaigns/crm/resume"): "campaigns:write",
    ("get", "/callbacks"): "calls:read",
    ("post", "/callbacks"): "calls:start",
    ("delete", "/callbacks/0f3a5c7e9b1d2f4a"): "calls:start",
    ("get", "/webhooks"): "webhooks:manage",
    ("put", "/webhooks/crm"): "webhooks:manage",
    ("delete", "/webhooks/crm"): "webhooks:manage",
    ("post", "/webhooks/crm/test"): "webhooks:manage",
    ("get", "/webhooks/crm/deliveries"): "webhooks:manage",
    ("get", "/dead-letters"): "webhooks:manage",
    ("post", "/dead-letters/1/again"): "webhooks:manage",
    ("get", "/cells/agents"): "agents:read",
    ("get", "/cells/live"): "calls:read",
    ("get", "/agents"): "agents:read",
    ("get", "/agents/shop"): "agents:read",
    ("put", "/agents/shop"): "agents:write",
    ("post", "/agents/shop/validate"): "agents:read",
    ("get", "/agents/shop/versions"): "agents:read",
    ("get", "/agents/shop/versions/1"): "agents:read",
    ("post", "/agents/shop/versions/1/restore"): "agents:write",
    ("get", "/agents/shop/knowledge"): "agents:read",
    ("get", "/agents/shop/knowledge/a.md"): "agents:read",
    ("get", "/agents/shop/knowledge/a.md/facts"): "agents:read",
    ("put", "/agents/shop/knowledge/a.md"): "agents:write",
    ("delete", "/agents/shop/knowledge/a.md"): "agents:write",
    ("get", "/agents/shop/questions"): "calls:read",
    ("get", "/agents/shop/experiment"): "calls:read",
    ("post", "/agents/shop/publish"): "agents:write",
    ("post", "/agents/shop/take"): "agents:write",
    ("post", "/agents/shop/ask"): "agents:read",
    ("post", "/agents/shop/answers/try"): "calls:read",
    ("post", "/agents/shop/answers"): "answers:write",
    ("get", "/health"): "health:read",
    ("get", "/health/report"): "health:read",
    ("get", "/telephones"): "health:read",
    ("get", "/audit"): "audit:read",
    ("get", "/keys"): "audit:read",
}

OF_SEVERAL = {("get", "/calls/c1/recording/course"): ("calls:read", "recordings:read")}
"""What a key must be good for all of these for."""


def test_nothing_is_shown_without_a_good_key_of_the_right_scope(site: Site) -> None:
    for scope in SCOPES:
        name = scope.replace(":", "-")
        right = site.key(scope, name=f"only-{name}")
        wrong = site.key(*(SCOPES.keys() - {scope}), name=f"not-{name}")
        unknown = right[:-1] + ("A" if right[-1] != "A" else "B")
        for method, path in [place for place, wanted in PATHS.items() if wanted == scope]:
            without = asked(site, path, method=method)
            assert (without.status_code, without.headers["www-authenticate"]) == (401, "Bearer"), path
            assert asked(site, path, unknown, method).status_code == 401, path
            assert asked(site, path, wrong, method).status_code == 403, path
            assert asked(site, path, right, method).status_code in (200, 404, 422, 503), path


def test_what_is_of_several_scopes_is_shown_to_who_has_them_all(site: Site) -> None:
    for (method, path), scopes in OF_SEVERAL.items():
        for scope in scopes:
            wrong = site.key(*(SCOPES.keys() - {scope}), name=f"not-{scope.replace(':', '-')}")
            assert asked(site, path, wrong, method).status_code == 403, path
        assert asked(site, path, method=method).status_code == 401, path
        assert asked(site, path, site.key(*scopes, name="right"), method).status_code == 404, path


def test_every_path_is_one_of_these(site: Site) -> None:
    described = site.anybody().get("/openapi.json").json()
    paths = {
        (
            method,
            path.removeprefix("/api/v1")
            .replace("{call}", "c1")
            .replace("{name}", "crm")
            .replace("{agent}", "shop")
            .replace("{file}", "a.md")
            .replace("{number}", "1")
            .replace("{turn}", "1")
            .replace("{callback}", "0f3a5c7e9b1d2f4a")
            .replace("{telephone}", "+4930123456"),
        )
        for path, operations in described["paths"].items()
        for method in operations
    }
    assert paths == PATHS.keys() | OF_SEVERAL.keys()
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["security"]


def test_a_revoked_key_is_good_for_nothing_at_once(site: Site) -> None:
    key = site.key(name="crm")
    assert asked(site, "/calls", key).status_code == 200
    assert site.keys.revoke("crm")
    assert asked(site, "/calls", key).status_code == 401


def test_a_key_may_ask_so_often_and_others_go_on(tmp_path: Path) -> None:
    with built(tmp_path, requests_per_minute=3) as site:
        often, other = site.key(name="often"), site.key(name="other")
        answers = [asked(site, "/calls", often) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert asked(site, "/calls", other).status_code == 200


def test_who_guesses_is_slowed_down_and_who_has_a_key_is_not(tmp_path: Path) -> None:
    with built(tmp_path, requests_per_minute=3) as site:
        guesses = [asked(site, "/calls", "parley_guess").status_code for _ in range(4)]
        assert guesses == [401, 401, 401, 429]
        assert asked(site, "/calls", site.key(name="crm")).status_code == 200


def test_no_other_site_is_answered_in_a_browser(site: Site) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    before = site.anybody().options("/calls", headers=headers)
    answer = site.anybody().get("/calls", headers=headers)
    assert before.status_code == 405
    assert not [name for name in (*before.headers, *answer.headers) if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/", "/docs", "/api/v1", "/api/v1/calls/", "/metrics", "/api/v1/nothing"])
def test_there_is_nothing_else(site: Site, path: str) -> None:
    answer = site.anybody().get(f"http://parley{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:parley:problem:not-found"
