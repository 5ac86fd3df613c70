"""Logging in by a provider: a real one that listens, whose tokens are signed with real keys."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.console.door import COOKIE
from api.console.oidc import provider as ours
from api.console.oidc.provider import Provider as Ours
from api.console.oidc.routes import TICKET
from parley.errors import SettingError
from tests.api.console.conftest import URL, Console, opened
from tests.api.console.oidc.provider import (
    CLIENT,
    EC,
    RSA,
    SECRET,
    STRANGERS,
    Provider,
    provided,
    public,
    signed,
)

ROLES = "admin=it; operator=desk; viewer=staff"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine answers late."""
    monkeypatch.setattr(ours, "_WAIT_S", 60.0)
    monkeypatch.setattr(ours, "_WHOLE_S", 60.0)


@contextmanager
def entrance(folder: Path, redis_url: str, issuer: str, **settings: Any) -> Iterator[Console]:
    """A console whose users come by a provider."""
    secret = folder / "secret"
    secret.write_text(f"{SECRET}\n")
    told: dict[str, Any] = {
        "console_oidc_issuer": issuer,
        "console_oidc_client_id": CLIENT,
        "console_oidc_roles": ROLES,
        "inside_hosts": "127.0.0.1",
        **settings,
    }
    with opened(folder, redis_url, secret=secret, **told) as console:
        yield console


@pytest.fixture
def provider() -> Iterator[Provider]:
    with provided() as found:
        yield found


@pytest.fixture
def console(tmp_path: Path, redis_url: str, provider: Provider) -> Iterator[Console]:
    with entrance(tmp_path, redis_url, provider.url) as found:
        yield found


def sent(console: Console) -> str:
    """Where the provider sends a browser back to that the console has sent there."""
    there = console.browser.get("/login/oidc")
    assert there.status_code == 303, there.text
    return httpx.get(there.headers["location"]).headers["location"]


def come(console: Console) -> httpx.Response:
    """What somebody sees who logs in."""
    return console.browser.get(sent(console))


def logged_in(console: Console) -> bool:
    return console.browser.get("/live").status_code == 200


def test_who_has_a_role_is_let_in(console: Console, provider: Provider) -> None:
    assert f'href="{URL}/login/oidc"' in console.page("/login")
    answer = come(console)
    assert answer.status_code == 200
    # A redirection from the provider's site would come without the cookie.
    assert '<meta http-equiv="refresh" content="0; url=/live">' in answer.text
    kept = [cookie.lower() for cookie in answer.headers.get_list("set-cookie")]
    assert any(c.startswith(COOKIE) and "samesite=strict" in c and "httponly" in c for c in kept)
    assert TICKET not in console.browser.cookies
    page = console.page("/live")
    assert "olga <small>operator</small>" in page
    assert console.done() == [("console.olga", "console.login", "olga", "done")]
    assert not console.door.users.all()[0].has_password


def test_whose_groups_are_others_has_another_role_and_the_same_name(
    console: Console, provider: Provider
) -> None:
    come(console)
    provider.person |= {"groups": ["staff"], "preferred_username": "olga.smith"}
    come(console)
    (user,) = console.door.users.all()
    assert (user.name, user.role, user.outside) == ("olga", "viewer", True)
    assert ("oidc", "console.user", "olga", "viewer") in console.done()


@pytest.mark.parametrize("groups", [["guests"], [], None, "staff desk", {"desk": True}, 7])
def test_who_has_no_role_is_not_let_in(console: Console, provider: Provider, groups: Any) -> None:
    provider.person["groups"] = groups
    answer = come(console)
    assert answer.status_code == 403
    assert "gives you no role" in answer.text
    assert not logged_in(console)
    assert console.door.users.all() == []


def test_who_has_lost_the_role_is_logged_out_elsewhere_too(console: Console, provider: Provider) -> None:
    come(console)
    elsewhere = console.browser.cookies[COOKIE]
    provider.person["groups"] = []
    assert come(console).status_code == 403
    assert console.door.sessions.known(elsewhere) is None
    assert ("console.olga", "console.login", "olga", "failed: role") in console.done()


NOW = int(time.time())
Change = Callable[[Provider], None]


def says(**claims: Any) -> Change:
    """It says so in its tokens."""
    return lambda provider: provider.claims.update(claims)


def signs(*how: Any) -> Change:
    """It signs so."""

    def change(provider: Provider) -> None:
        provider.sign = lambda claims: signed(claims, *how)

    return change


WRONG: dict[str, tuple[Change, str]] = {
    "another nonce": (says(nonce="made up"), "answers another log-in"),
    "no nonce": (says(nonce=None), "answers another log-in"),
    "for another client": (says(aud="crm"), "not meant for the console"),
    "for several, made for another": (says(aud=[CLIENT, "crm"], azp="crm"), "not meant for the console"),
    "for several": (says(aud=[CLIENT, "crm"]), "not meant for the console"),
    "expired": (says(exp=NOW - 3600, iat=NOW - 7200), "too old or from the future"),
    "from the future": (says(iat=NOW + 86_400, exp=NOW + 90_000), "too old or from the future"),
    "without an end": (says(exp=None), "not signed by it"),
    "without a subject": (says(sub=None), "not signed by it"),
    "by another issuer": (says(iss="https://elsewhere.example"), "Another provider"),
    "signed by a stranger": (signs(STRANGERS), "not signed by it"),
    "signed with an unknown key": (signs(STRANGERS, "rsa-2"), "not signed by it"),
    "signed with the client's secret": (signs(SECRET.ljust(32), "rsa-1", "HS256"), "not signed by it"),
    "not signed": (signs(None, None, "none"), "not signed by it"),
    "no token": (lambda provider: setattr(provider, "sign", lambda _claims: "x.y"), "not signed by it"),
    "no name": (lambda provider: provider.person.pop("preferred_username"), "what you are called"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_token_is_told_and_nobody_let_in(
    console: Console, provider: Provider, name: str
) -> None:
    change, told = WRONG[name]
    change(provider)
    answer = come(console)
    assert answer.status_code in (403, 502)
    assert told in answer.text
    assert not logged_in(console)
    assert console.door.users.all() == []


def test_a_clock_may_be_a_little_wrong(console: Console, provider: Provider) -> None:
    now = int(time.time())
    provider.claims |= {"iat": now + 30, "exp": now - 30}
    assert come(console).status_code == 200


def test_keys_may_be_of_another_kind_and_change(
    console: Console, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert come(console).status_code == 200
    monkeypatch.setattr(ours, "_AGAIN_S", 0.0)
    provider.keys = [public(RSA, "rsa-1"), public(EC, "ec-1"), public(STRANGERS, "enc", use="enc")]
    provider.sign = lambda claims: signed(claims, EC, "ec-1", "ES256")
    assert come(console).status_code == 200
    provider.sign = lambda claims: signed(claims, RSA, "rsa-1", "PS256")
    assert come(console).status_code == 200
    provider.sign = lambda claims: signed(claims, STRANGERS, "enc")
    assert come(console).status_code == 502


def test_it_is_not_asked_for_its_keys_each_time(
    console: Console, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "_AGAIN_S", 3600.0)
    for _ in range(3):
        assert come(console).status_code == 200
    assert provider.asked.count("/jwks") == 1
    assert provider.asked.count("/.well-known/openid-configuration") == 1
    provider.sign = lambda claims: signed(claims, STRANGERS, "new")
    for _ in range(3):
        assert come(console).status_code == 502
    assert provider.asked.count("/jwks") == 1


def test_what_was_not_begun_in_this_browser_is_not_taken(console: Console, provider: Provider) -> None:
    back = sent(console)
    ticket = console.browser.cookies[TICKET]
    asked = list(provider.asked)
    for changed in (back.replace("state=", "state=x"), back.replace("state=", "other=")):
        console.browser.cookies.set(TICKET, ticket, domain="127.0.0.1", path="/login/oidc")
        answer = console.browser.get(changed)
        assert (answer.status_code, "did not begin" in answer.text) == (400, True)
    console.browser.cookies.clear()
    assert console.browser.get(back).status_code == 400
    until, _, rest = ticket.partition(".")
    console.browser.cookies.set(TICKET, f"{int(until) + 1}.{rest}", domain="127.0.0.1")
    assert console.browser.get(back).status_code == 400
    assert provider.asked == asked


def test_who_takes_too_long_begins_anew(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    back = sent(console)
    ticket, now = console.browser.cookies[TICKET], time.time()
    console.browser.cookies.clear()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    answer = console.browser.get(back, headers={"Cookie": f"{TICKET}={ticket}"})
    assert answer.status_code == 400


def test_a_code_is_good_once(console: Console) -> None:
    back = sent(console)
    ticket = console.browser.cookies[TICKET]
    assert console.browser.get(back).status_code == 200
    console.browser.cookies.clear()
    again = console.browser.get(back, headers={"Cookie": f"{TICKET}={ticket}"})
    assert (again.status_code, "has not let you in" in again.text) == (403, True)


def test_who_refuses_at_the_provider_is_told_so(console: Console, provider: Provider) -> None:
    provider.error = "access_denied"
    answer = come(console)
    assert (answer.status_code, "has not let you in" in answer.text) == (403, True)


def test_another_providers_answer_is_not_taken(console: Console, provider: Provider) -> None:
    back = sent(console).replace("iss=http", "iss=https")
    answer = console.browser.get(back)
    assert (answer.status_code, "Another provider" in answer.text) == (502, True)


def test_a_provider_that_calls_itself_otherwise_is_another(console: Console, provider: Provider) -> None:
    provider.about = {"issuer": f"{provider.url}/"}
    answer = console.browser.get("/login/oidc")
    assert (answer.status_code, "Another provider" in answer.text) == (502, True)


BROKEN: dict[str, Response] = {
    "error": JSONResponse({}, 500),
    "page": HTMLResponse("<h1>Maintenance</h1>"),
    "list": JSONResponse([]),
    "long": Response(b" " * 300_000),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_provider_that_is_broken_is_told_of(console: Console, provider: Provider, how: str) -> None:
    back = sent(console)
    provider.broken = BROKEN[how]
    answer = console.browser.get(back)
    assert (answer.status_code, "cannot be reached now" in answer.text) == (503, True)
    assert not logged_in(console)


def test_a_provider_that_is_down_is_told_of(tmp_path: Path, redis_url: str) -> None:
    with provided() as provider:
        pass
    with entrance(tmp_path, redis_url, provider.url) as console:
        for _ in range(2):
            answer = console.browser.get("/login/oidc")
            assert (answer.status_code, "cannot be reached now" in answer.text) == (503, True)
        assert '<input name="password"' in answer.text  # the other way is still there


@pytest.mark.parametrize("endpoint", ["http://redis:6379/", "https://127.0.0.2/token", "", "gopher://x/"])
def test_what_it_says_of_itself_leads_nowhere_inside(
    console: Console, provider: Provider, endpoint: str
) -> None:
    provider.about = {"token_endpoint": endpoint}
    answer = come(console) if endpoint.startswith("https") else console.browser.get("/login/oidc")
    assert (answer.status_code, "cannot be reached now" in answer.text) == (503, True)


def test_a_name_is_nobody_elses(console: Console, provider: Provider) -> None:
    console.door.users.put("olga", "admin")
    answer = come(console)
    assert (answer.status_code, "has your name here" in answer.text) == (403, True)
    assert ("oidc", "console.login", "olga", "failed: taken") in console.done()
    console.door.remove("olga", "operator")
    assert come(console).status_code == 200
    provider.person["sub"] = "another"
    assert come(console).status_code == 403
    provider.person["preferred_username"] = "omar"
    assert come(console).status_code == 200
    assert [user.name for user in console.door.users.all()] == ["olga", "omar"]


def test_roles_of_who_comes_by_the_provider_are_its_own(console: Console, provider: Provider) -> None:
    come(console)
    console.enter()
    page = console.page("/settings")
    assert "by the provider" in page
    refused = console.send("/settings/users", name="olga", role="admin")
    assert (refused.status_code, "the provider says who olga is" in refused.text) == (409, True)
    assert console.send("/settings/users/remove", name="olga").status_code == 303
    assert [user.name for user in console.door.users.all()] == ["anna"]
    assert come(console).status_code == 200


def test_too_many_who_fail_have_others_wait(console: Console, provider: Provider) -> None:
    provider.error = "access_denied"
    for _ in range(60):
        assert come(console).status_code == 403
    assert come(console).status_code == 429


def test_without_passwords_nobody_tries_any(tmp_path: Path, redis_url: str, provider: Provider) -> None:
    with entrance(tmp_path, redis_url, provider.url, console_passwords=False) as console:
        page = console.page("/login")
        assert 'name="password"' not in page
        assert "console-link" not in page
        console.door.users.put("anna", "admin")
        link = console.door.users.link("anna")
        refused = console.browser.post("/login", data={"name": "anna", "password": "correct horse"})
        assert refused.status_code == 403
        assert console.browser.get(f"/first/{link}").status_code == 403
        assert console.browser.post(f"/first/{link}", data={"password": "x", "again": "x"}).status_code == 403
        assert come(console).status_code == 200
        console.enter("anna")
        assert "Users come by the provider" in console.page("/settings")
        assert console.send("/settings/users", name="bob", role="viewer").status_code == 409


def test_without_a_provider_there_is_no_such_way(tmp_path: Path, redis_url: str) -> None:
    with opened(tmp_path, redis_url) as console:
        assert "/login/oidc" not in console.page("/login")
        for path in ("/login/oidc", "/login/oidc/back"):
            assert console.browser.get(path).status_code == 404


def test_a_secret_goes_where_the_provider_takes_it(console: Console, provider: Provider) -> None:
    provider.about = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert come(console).status_code == 200


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"console_oidc_issuer": "http://sso.example.com"}, "CONSOLE_OIDC_ISSUER"),
        ({"console_oidc_client_id": ""}, "CONSOLE_OIDC_CLIENT_ID"),
        ({"console_oidc_roles": ""}, "CONSOLE_OIDC_ROLES"),
        ({"console_oidc_roles": "king=it"}, "CONSOLE_OIDC_ROLES"),
        ({"console_oidc_roles": "admin"}, "CONSOLE_OIDC_ROLES"),
        ({"console_oidc_issuer": "", "console_passwords": False}, "CONSOLE_PASSWORDS"),
    ],
)
def test_what_is_set_wrong_is_named(
    tmp_path: Path, redis_url: str, settings: dict[str, Any], named: str
) -> None:
    there = entrance(tmp_path, redis_url, "https://sso.example.com", **settings)
    with pytest.raises(SettingError, match=named), there:
        pass


async def test_somebody_is_sent_there_with_what_belongs_to_this_attempt(provider: Provider) -> None:
    one = Ours(provider.url, ours.Client(CLIENT, "", "openid", f"{URL}/back"), frozenset({"127.0.0.1"}))
    provider.about = {"authorization_endpoint": f"{provider.url}/authorize?realm=a"}
    attempt = ours.Attempt("t", "the-state", "the-nonce", "the-verifier")
    asked = parse_qs(urlsplit(await one.way(attempt)).query)
    assert asked["realm"] == ["a"]
    assert asked["redirect_uri"] == [f"{URL}/back"]
    assert (asked["state"], asked["nonce"]) == (["the-state"], ["the-nonce"])
    assert asked["code_challenge"] == [attempt.challenge]
    assert "the-verifier" not in str(asked)
    await one.close()
