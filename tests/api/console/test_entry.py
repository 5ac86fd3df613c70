"""Who gets in, and what does not."""

import time
from pathlib import Path

import pytest

from api.console.door import FORM, RENEWAL
from api.console.sessions import IDLE_S
from tests.api.console.conftest import URL, Console, opened

PASSWORD = "correct horse battery"

PAGES = (
    "/",
    "/live",
    "/call",
    "/call/ice",
    "/call/devices",
    "/live/events",
    "/calls",
    "/calls/c1",
    "/calls/c1/recording",
    "/calls/c1/waveform",
    "/calls/c1/voicemail",
    "/messages",
    "/messages/chat-1",
    "/campaigns",
    "/campaigns/spring",
    "/campaigns/spring/results.csv",
    "/people",
    "/people/now",
    "/phone",
    "/phone/calls/c1",
    "/live/cells",
    "/questions",
    "/questions/answer",
    "/agents",
    "/agents/shop",
    "/agents/shop/versions/1",
    "/agents/shop/knowledge/prices.md",
    "/agents/shop/knowledge/prices.md/download",
    "/settings",
    "/settings/webhooks",
    "/settings/webhooks/crm",
)


def test_nobody_sees_a_page_who_is_not_logged_in(console: Console) -> None:
    for path in PAGES:
        answer = console.browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login"), path
    for path in (
        "/calls/c1/hangup",
        "/calls/c1/supervision/listen",
        "/calls/c1/turns/3",
        "/campaigns",
        "/campaigns/spring/start",
        "/messages/chat-1/take",
        "/settings/webhooks",
        "/settings/webhooks/crm",
        "/settings/webhooks/crm/test",
        "/settings/webhooks/crm/remove",
        "/settings/webhooks/crm/again",
        "/agents/shop",
        "/agents/shop/cells",
        "/agents/shop/knowledge",
        "/agents/shop/knowledge/remove",
        "/questions/answer",
        "/settings/outage",
        "/settings/users",
        "/people/numbers",
        "/phone/wishes/available",
        "/phone/browsers/add",
        "/logout",
    ):
        assert console.browser.post(path, data={FORM: "x"}).headers["location"] == "/login", path


def test_every_path_is_one_of_these(console: Console) -> None:
    paths = set(console.app.openapi()["paths"])
    known = {"/login", "/login/oidc", "/login/oidc/back", "/logout", "/first/{secret}"}
    known |= {"/calls/{call}/{verb}", "/settings/outage"}
    known |= {"/messages/{chat}/{verb}", "/settings/users", "/settings/users/remove"}
    known |= {f"/settings/webhooks/{{name}}/{verb}" for verb in ("test", "remove", "again")}
    known |= {"/calls/{call}/supervision/{step}", "/calls/{call}/turns/{turn}", "/campaigns/{name}/{verb}"}
    known |= {"/agents/{agent}/knowledge", "/agents/{agent}/knowledge/remove", "/agents/{agent}/cells"}
    known |= {"/people/numbers", "/phone/wishes/{wish}", "/phone/browsers/{step}"}
    known |= {"/app/manifest.webmanifest", "/app/icon-{size}.png", "/worker.js"}  # for everybody
    names = {
        "spring": "{name}",
        "c1": "{call}",
        "chat-1": "{chat}",
        "shop": "{agent}",
        "crm": "{name}",
        "prices.md": "{file}",
        "1": "{number}",
    }
    shown = {"/".join(names.get(part, part) for part in page.split("/")) for page in PAGES}
    assert paths - known == shown


def test_the_link_of_the_first_log_in(console: Console) -> None:
    console.door.users.put("admin", "admin")
    path = f"/first/{console.door.users.link('admin')}"
    assert "Choose a password" in console.page(path)
    for password, again in (("short", "short"), (PASSWORD, "something else")):
        answer = console.browser.post(path, data={"password": password, "again": again})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    answer = console.browser.post(path, data={"password": PASSWORD, "again": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/live")
    assert "Calls now" in console.page("/live")
    assert "not good any more" in console.page(path, 404)
    assert console.browser.post(path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 404


def chosen(console: Console) -> None:
    """Anna has her password."""
    console.door.users.put("anna", "admin")
    assert console.door.users.choose(console.door.users.link("anna"), PASSWORD)


def test_the_cookie_is_for_this_site_alone(console: Console, tmp_path: Path, redis_url: str) -> None:
    chosen(console)
    answer = console.browser.post("/login", data={"name": "Anna ", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/live")
    attributes = answer.headers["set-cookie"].lower().split("; ")
    assert {"httponly", "samesite=strict"} <= set(attributes)
    assert "secure" not in attributes
    with opened(tmp_path / "other", redis_url, "https://console.example") as other:
        chosen(other)
        answer = other.browser.post("/login", data={"name": "anna", "password": PASSWORD})
        assert "secure" in answer.headers["set-cookie"].lower().split("; ")


def test_wrong_passwords_are_told_and_counted(console: Console) -> None:
    chosen(console)
    for _ in range(10):
        answer = console.browser.post("/login", data={"name": "anna", "password": "wrong"})
        assert answer.status_code == 401
        assert "is wrong" in answer.text
    answer = console.browser.post("/login", data={"name": "anna", "password": PASSWORD})
    assert answer.status_code == 429
    assert ("console.anna", "console.login", "anna", "failed") in console.done()


def test_what_a_page_asks_by_itself_keeps_nobody_logged_in(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    console.enter()
    for _ in range(3):
        now[0] += IDLE_S / 2
        renewed = console.browser.get("/people/now", headers={RENEWAL: "yes"})
    assert renewed.headers["location"] == "/login"
    console.enter()
    for _ in range(3):
        now[0] += IDLE_S / 2
        console.page("/people/now")


def test_who_logs_out_is_out(console: Console) -> None:
    console.enter()
    cookie = console.browser.cookies["parley_console"]
    assert console.send("/logout").headers["location"] == "/login"
    console.browser.cookies.set("parley_console", cookie)
    assert console.browser.get("/live").headers["location"] == "/login"


FOREIGN = (
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


def test_forms_of_other_sites_are_refused(console: Console) -> None:
    console.enter()
    session = console.door.sessions.known(console.browser.cookies["parley_console"])
    assert session is not None
    switch, entry = {FORM: session.form, "on": "yes"}, {"name": "anna", "password": PASSWORD}
    for headers in FOREIGN:
        assert console.browser.post("/settings/outage", data=switch, headers=headers).status_code == 403
        assert console.browser.post("/login", data=entry, headers=headers).status_code == 403
    own = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
    assert console.browser.post("/settings/outage", data=switch, headers=own).status_code == 303


def test_a_form_without_its_proof_is_refused(console: Console) -> None:
    console.enter()
    for proof in ({}, {FORM: "made up"}):
        assert console.browser.post("/settings/outage", data={**proof, "on": "yes"}).status_code == 403
    assert console.browser.post("/settings/outage", content=b"x=" + b"y" * (1 << 20)).status_code == 413


def test_nothing_but_the_console_itself_runs_in_a_page(console: Console) -> None:
    console.enter()
    for path in ("/login", "/live", "/nothing", "/static/console.js", "/static/console.css"):
        answer = console.browser.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == ("no-cache" if "static" in path else "no-store")
        assert " style=" not in answer.text
        assert "<script>" not in answer.text


def test_another_name_for_this_machine_is_not_answered(console: Console) -> None:
    assert console.browser.get("/login", headers={"Host": "evil.example"}).status_code == 400
    assert console.browser.get("/login", headers={"Host": "localhost:8443"}).status_code == 200


def test_the_first_page_is_small(console: Console) -> None:
    console.enter()
    page = console.page("/live")
    parts = [console.page(path) for path in ("/static/console.css", "/static/console.js", "/static/live.js")]
    assert sum(len(part.encode()) for part in (page, *parts)) < 200_000
    assert "://" not in page.replace(URL, "")
