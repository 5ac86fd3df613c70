"""The page People, and who has which telephone."""

from pathlib import Path
from typing import Any, cast

import pytest

from api import telephones
from api.console.people.numbers import Numbers
from api.console.people.waiting import Waiting
from api.console.upstream import Refused, Upstream
from parley.errors import SettingError
from records.insight.insight import Insight
from tests.api.conftest import agent, happened, spoken
from tests.api.console.conftest import Console, opened

GOING_ON = ("call_started", {"caller": "+4930123456", "extension": "100"})
ASKED = ("caller_said", {"turn": 1, "text": "My order is late."})
GIVEN = ("transfer_started", {"target": "sales", "to": "queue", "number": "sales", "presence": "busy"})
SUMMARY = (
    "transfer_summary",
    {
        "target": "sales",
        "to": "queue",
        "number": "sales",
        "text": "Call from + 4 9 3 0 1 2 3 4 5 6. A late order.",
    },
)


def test_who_waits_is_shown_with_what_it_is_about(console: Console) -> None:
    happened(console.site.store, "c1", GOING_ON, ASKED, GIVEN)
    happened(console.site.store, "c2", GOING_ON)
    console.enter("bob", "viewer")
    page = console.page("/people")
    assert '/calls/c1"' in page
    assert '/calls/c2"' not in page
    assert "My order is late." in page
    assert ">sales<" in page
    console.app.state.waiting.kept_s = 0.0
    happened(console.site.store, "c1", SUMMARY)
    now = console.page("/people/now")
    assert "A late order." in now
    assert "<html" not in now
    happened(console.site.store, "c1", ("transfer_connected", {"target": "sales"}))
    assert '/calls/c1"' not in console.page("/people/now")


def test_pages_that_are_looked_at_do_not_use_the_apis_requests_up(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        happened(console.site.store, f"c{number}", GOING_ON, ASKED, GIVEN)
    console.enter("bob", "viewer")
    asked: list[str] = []
    get = Upstream.get

    async def counted(self: Upstream, key: str, path: str, **given: Any) -> Any:
        asked.append(path)
        return await get(self, key, path, **given)

    monkeypatch.setattr(Upstream, "get", counted)
    for _ in range(2 * 12):  # two tabs, each asking every five seconds for a minute
        assert "My order is late." in console.page("/people/now")
    assert sum(path.startswith("/calls/") for path in asked) == 10
    assert asked.count("/calls") == 24


async def test_what_is_known_of_who_waits_is_each_keys_own_and_not_for_long() -> None:
    asked: list[str] = []

    class Api:
        async def get(self, key: str, path: str) -> dict[str, str]:
            asked.append(f"{key} {path}")
            if path == "/calls/gone":
                raise Refused(404, "not-found", "gone", [])
            return {"call": path}

    waiting = Waiting()
    for _ in range(2):
        assert await waiting.of(cast(Any, Api()), "k1", ["c1", "gone"]) == [{"call": "/calls/c1"}, None]
        await waiting.of(cast(Any, Api()), "k2", ["c1"])
    assert asked == ["k1 /calls/c1", "k1 /calls/gone", "k2 /calls/c1"]
    waiting.kept_s = 0.0
    await waiting.of(cast(Any, Api()), "k1", ["c1"])
    assert asked[-1] == "k1 /calls/c1"


def test_what_callers_left_is_there_to_read_and_to_hear(console: Console) -> None:
    spoken(
        console.site.store,
        "c1",
        "Nobody there?",
        "No.",
        message={"name": "Jane", "number": "+4930123456", "message": "Call me <b>back</b>."},
    )
    spoken(console.site.store, "c2", "I want my money.", "Well.", voicemail={"file": "voicemail/shop/c2.wav"})
    spoken(console.site.store, "c3", "Hello?", "Hello.")
    for call in ("c1", "c2"):
        insight = Insight(outcome="message_taken", tags=[], score=None, parts={})
        console.site.store.analysed(call, insight)
    console.enter("olga", "operator")
    page = console.page("/people")
    assert "Call me &lt;b&gt;back&lt;/b&gt;." in page
    assert 'src="/calls/c2/voicemail"' in page
    assert "I want my money." in page
    assert "/calls/c3" not in page
    console.enter("bob", "viewer")
    assert "<audio controls" not in console.page("/people").split('id="left"')[1].split("</section>")[0]


def test_an_admin_gives_numbers_to_users(tmp_path: Path, redis_url: str) -> None:
    with opened(tmp_path, redis_url, web="the-secret", phones="1010,1011") as console:
        console.enter("olga", "operator")
        console.enter("omar", "operator")
        console.enter()
        assert console.send("/people/numbers", name="olga", number="1010").status_code == 303
        assert ("console.anna", "console.number", "olga", "1010") in console.done()
        taken = console.send("/people/numbers", name="omar", number="1010")
        assert taken.status_code == 422
        assert "olga has 1010" in taken.text
        assert console.send("/people/numbers", name="omar", number="1002").status_code == 422
        assert console.send("/people/numbers", name="nobody", number="1011").status_code == 404
        assert "<option selected>1010</option>" in console.page("/settings")
        assert "olga" in console.page("/people")
        console.door.remove("olga", "operator")
        console.enter("olga", "operator")
        assert console.browser.get("/phone").json() == {"number": ""}
        assert console.send("/people/numbers", name="olga", number="1011").status_code == 403


def test_who_becomes_a_viewer_has_no_telephone_any_more(tmp_path: Path, redis_url: str) -> None:
    with opened(tmp_path, redis_url, web="the-secret", phones="1010") as console:
        console.enter("olga", "operator")
        console.enter()
        numbers = console.app.state.telephones.numbers
        assert console.send("/people/numbers", name="olga", number="1010").status_code == 303
        console.door.users.put("olga", "viewer")  # by the command line, which the console does not hear of
        assert "<option selected>1010</option>" in console.page("/settings")
        console.send("/settings/users", name="olga", role="viewer")
        assert numbers.owners() == []


def test_without_numbers_the_pages_say_where_they_come_from(console: Console) -> None:
    console.enter()
    for path in ("/people", "/settings"):
        assert "<code>CONSOLE_PHONES</code>" in console.page(path)
    assert console.browser.get("/phone").json() == {"number": ""}
    assert console.send("/phone/wishes/available").status_code == 409


def test_a_wrong_number_in_the_settings_is_named(console: Console) -> None:
    with pytest.raises(SettingError, match=r"CONSOLE_PHONES.*'12a'"):
        Numbers(console.app.state.telephones.numbers._database, "1010, 12a")


def test_the_bar_is_on_the_pages_of_who_may_have_a_telephone(console: Console) -> None:
    agent(console.site, "shop")
    console.enter("olga", "operator")
    assert 'id="desk"' in console.page("/agents/shop")
    console.enter("bob", "viewer")
    assert 'id="desk"' not in console.page("/agents/shop")


def test_what_a_call_is_about_is_told_to_its_telephone(console: Console) -> None:
    happened(console.site.store, "c1", GOING_ON, ASKED, GIVEN, SUMMARY)
    console.enter("olga", "operator")
    assert console.browser.get("/phone/calls/c1").json() == {
        "summary": "Call from +4930123456. A late order."
    }
    assert console.browser.get("/phone/calls/c9").json() == {"summary": ""}


def test_telephones_on_desks_are_shown(
    tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, redis_url, web="the-secret", phones="1010") as console:
        console.enter("bob", "viewer")
        assert "is not known now" in console.page("/people/now")
        told = {"1001": (2.0, 0.0), "1002": (1.0, 0.0), "1010": (2.0, 1.0)}
        names = ("asterisk_endpoints_state", "asterisk_endpoints_channels_count")
        series = [
            {"metric": {"__name__": name, "resource": number}, "value": [1.0, str(figure)]}
            for number, figures in told.items()
            for name, figure in zip(names, figures, strict=True)
        ]
        monkeypatch.setattr(telephones, "asked", lambda _url, _wait_s: {"result": series})
        desks = console.page("/people/now").split('id="desks"')[1].split("</section>")[0]
        assert [part in desks for part in ("1001", "1002", "1010")] == [True, True, False]
        assert (desks.count(">free<"), desks.count(">not registered<")) == (1, 1)
