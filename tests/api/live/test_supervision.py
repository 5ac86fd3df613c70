"""A way into calls by voice: asked of the gateway that has them, for the user whose key it is, and written down."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.live import orders
from parley.bus import Bus
from parley.messages import Command, CommandAnswer
from tests.api.conftest import Site, served
from tests.api.gateway import answering
from tests.api.live.test_routes import client

PATH = "/calls/{}/supervision"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine answers late."""
    monkeypatch.setattr(orders, "ANSWERED_S", 12.0)


@pytest.fixture
def site(tmp_path: Path, redis_url: str) -> Iterator[Site]:
    with served(tmp_path, redis_url) as site:
        yield site


async def test_a_way_into_a_call_is_another_one_each_time(site: Site, bus: Bus) -> None:
    async with answering(bus) as it, client(site, "calls:supervise", name="console.olga") as asking:
        ways = set()
        for mode in ("listen", "whisper", "take_over"):
            answer = await asking.post(PATH.format(it.call), json={"mode": mode})
            assert answer.status_code == 201
            ways.add(answer.json()["extension"])
        assert {f"listen-{command.token}" for command in it.asked} == ways
        assert [(command.verb, command.value, command.user) for command in it.asked] == [
            ("supervise", mode, "console.olga") for mode in ("listen", "whisper", "take_over")
        ]
        assert all(command.token.isdecimal() and len(command.token) == 20 for command in it.asked)
        assert len(ways) == 3


async def test_what_is_done_there_is_changed_and_ended_and_stands_in_the_log(site: Site, bus: Bus) -> None:
    async with (
        answering(bus) as it,
        client(site, "calls:supervise", name="console.olga") as asking,
        client(site, "audit:read") as reading,
    ):
        path = PATH.format(it.call)
        assert (await asking.put(path, json={"mode": "take_over"})).json() == {"result": "done"}
        assert (await asking.delete(path)).json() == {"result": "done"}
        assert [(command.value, command.token) for command in it.asked] == [("take_over", ""), ("end", "")]
        entries = (await reading.get("/audit")).json()["entries"]
        assert [(each["who"], each["action"], each["subject"], each["outcome"]) for each in entries] == [
            ("console.olga", "call.leave", it.call, "done"),
            ("console.olga", "call.take_over", it.call, "done"),
        ]


async def test_what_cannot_be_is_told_and_written_down(site: Site, bus: Bus) -> None:
    def refused(command: Command) -> CommandAnswer:
        reason = "the agent's file forbids that anybody listens"
        return CommandAnswer(call=command.call, id=command.id, result="refused", reason=reason)

    async with answering(bus, refused) as it, client(site) as asking:
        answer = await asking.post(PATH.format(it.call), json={"mode": "listen"})
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:parley:problem:refused")
        assert answer.json()["detail"] == "the agent's file forbids that anybody listens"
        assert (await asking.post(PATH.format("nowhere"), json={"mode": "listen"})).status_code == 404
        for wrong in ({"mode": "sing"}, {}, {"mode": "listen", "token": "1"}):
            assert (await asking.post(PATH.format(it.call), json=wrong)).status_code == 422
        entries = (await asking.get("/audit")).json()["entries"]
        assert [(each["action"], each["outcome"]) for each in entries] == [
            ("call.listen", "not-going-on"),
            ("call.listen", "refused"),
        ]
