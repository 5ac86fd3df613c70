"""The ARI client against a fake Asterisk on a real WebSocket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from gateway.ari import client as client_module
from gateway.ari.client import AriClient
from gateway.ari.protocol import AriEvent, events_url
from parley.errors import AriError
from tests.fakes.servers.ari_server import APP, PASSWORD, USER, FakeAri, make_channel


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "REQUEST_TIMEOUT_S", 0.2)
    monkeypatch.setattr(client_module, "_BACKOFF_S", (0.01, 0.03, 0.05))


@pytest.fixture
async def server() -> AsyncIterator[FakeAri]:
    async with FakeAri() as server:
        yield server


async def until(condition: Callable[[], object], timeout_s: float = 3.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110  # the condition is anything at all
            await asyncio.sleep(0.005)


class Running:
    """A client that runs, and what it has told."""

    def __init__(self, url: str, password: str = PASSWORD) -> None:
        self.events: list[AriEvent] = []
        self.greetings = 0
        self.client = AriClient(events_url(url, APP, USER, password), self.on_event, self.greet)

    def on_event(self, event: AriEvent) -> None:
        if event.kind == "Poison":
            raise KeyError("dialplan")
        self.events.append(event)

    async def greet(self) -> None:
        self.greetings += 1


@asynccontextmanager
async def running(server: FakeAri, password: str = PASSWORD) -> AsyncIterator[Running]:
    running = Running(server.url, password)
    task = asyncio.create_task(running.client.run())
    try:
        yield running
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert running.client._pending == {}


async def test_request_and_response(server: FakeAri) -> None:
    async with running(server) as it:
        await until(lambda: it.client.connected)
        server.channels["1"] = make_channel("1")
        (channel,) = await it.client.request("GET", "channels")
        assert channel["id"] == "1"
        assert await it.client.request("POST", "channels/1/answer") is None
        assert server.requests == ["GET channels", "POST channels/1/answer"]
        assert it.greetings == 1


async def test_requests_are_answered_in_any_order(server: FakeAri) -> None:
    server.mute = {"POST channels/slow"}
    async with running(server) as it:
        await until(lambda: it.client.connected)
        slow = asyncio.create_task(it.client.request("POST", "channels/slow", n=1))
        await until(lambda: server.requests)
        assert await it.client.request("GET", "channels") == []
        with pytest.raises(AriError):
            await slow


async def test_an_answer_about_thousands_of_channels_is_read(
    server: FakeAri, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "REQUEST_TIMEOUT_S", 30.0)
    async with running(server) as it:
        await until(lambda: it.client.connected)
        wide = {"name": "x" * 1000}
        server.channels |= {str(number): make_channel(str(number)) | wide for number in range(5000)}
        assert len(await it.client.request("GET", "channels")) == 5000
        assert it.greetings == 1, "the connection has stayed"


async def test_a_refusal_says_what_and_why(server: FakeAri) -> None:
    async with running(server) as it:
        await until(lambda: it.client.connected)
        with pytest.raises(AriError, match="POST channels/9/answer: 404: Channel not found") as caught:
            await it.client.request("POST", "channels/9/answer")
        assert caught.value.status == 404


async def test_no_answer_in_time(server: FakeAri) -> None:
    server.mute = {"GET channels"}
    async with running(server) as it:
        await until(lambda: it.client.connected)
        with pytest.raises(AriError, match=r"no answer: none within 0\.2 s") as caught:
            await it.client.request("GET", "channels")
        assert caught.value.status == 0


async def test_the_connection_is_lost_during_a_request(server: FakeAri) -> None:
    server.mute = {"GET channels"}
    async with running(server) as it:
        await until(lambda: it.client.connected)
        request = asyncio.create_task(it.client.request("GET", "channels"))
        await until(lambda: server.requests)
        server.drop()
        with pytest.raises(AriError, match="connection lost"):
            await request


async def test_a_request_that_is_cancelled_is_cancelled(server: FakeAri) -> None:
    server.mute = {"GET channels"}
    async with running(server) as it:
        await until(lambda: it.client.connected)
        request = asyncio.create_task(it.client.request("GET", "channels"))
        await until(lambda: server.requests)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request


async def test_a_task_in_its_clean_up_is_told_that_the_connection_is_lost(server: FakeAri) -> None:
    """Not cancelled a second time."""
    server.mute = {"DELETE"}
    async with running(server) as it:
        await until(lambda: it.client.connected)

        async def live() -> str:
            try:
                await asyncio.Event().wait()
            finally:
                with pytest.raises(AriError):
                    await it.client.request("DELETE", "channels/1")
                return "cleaned up"  # noqa: B012  # shows that nothing was skipped

        task = asyncio.create_task(live())
        await asyncio.sleep(0)
        task.cancel()
        await until(lambda: server.requests)
        server.drop()
        assert await task == "cleaned up"


async def test_without_a_connection_a_request_fails_at_once(server: FakeAri) -> None:
    it = Running(server.url)
    with pytest.raises(AriError, match="not connected"):
        await it.client.request("GET", "channels")


async def test_it_connects_again_and_greets_again(server: FakeAri) -> None:
    async with running(server) as it:
        await until(lambda: it.greetings == 1)
        server.drop()
        await until(lambda: it.greetings == 2)
        assert await it.client.request("GET", "channels") == []


async def test_it_waits_longer_and_longer_and_never_gives_up(server: FakeAri) -> None:
    await server.stop()
    with capture_logs() as logs:
        async with running(server) as it:
            await until(lambda: len(logs) >= 5)
            assert [line["attempt"] for line in logs[:5]] == [1, 2, 3, 4, 5]
            assert not it.client.connected
            await server.start()
            await until(lambda: it.client.connected)


async def test_a_wrong_password_is_named(server: FakeAri) -> None:
    with capture_logs() as logs:
        async with running(server, password="wrong"):
            await until(lambda: logs)
    assert "ARI_USER or ARI_PASSWORD is wrong" in logs[0]["error"]
    assert "wrong:" not in str(logs)


async def test_a_connection_that_is_closed_politely_is_logged(server: FakeAri) -> None:
    with capture_logs() as logs:
        async with running(server) as it:
            await until(lambda: it.client.connected)
            await server.connections[0].close()
            await until(lambda: it.greetings == 2)
    assert any(line["event"] == "Asterisk closed the connection" for line in logs)


async def test_garbage_and_poison_do_not_end_the_connection(server: FakeAri) -> None:
    async with running(server) as it:
        await until(lambda: it.client.connected)
        for text in ("garbage", "[]", '{"type":"RESTResponse"}', '{"type":"Poison"}', '{"type":"Good"}'):
            server.send(text)
        await until(lambda: it.events)
        assert [event.kind for event in it.events] == ["Good"]
        assert it.greetings == 1


async def test_an_answer_that_nobody_waits_for_is_dropped(server: FakeAri) -> None:
    async with running(server) as it:
        await until(lambda: it.client.connected)
        server.send('{"type":"RESTResponse","request_id":"99","status_code":200}')
        assert await it.client.request("GET", "channels") == []


async def test_events_come_in_order(server: FakeAri) -> None:
    async with running(server) as it:
        await until(lambda: it.client.connected)
        for number in range(200):
            server.tell("ChannelVarset", str(number))
        await until(lambda: len(it.events) == 200)
        assert [event.channel["id"] for event in it.events] == [str(n) for n in range(200)]


async def test_a_proxy_of_the_environment_is_not_asked(
    server: FakeAri, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "ws_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    async with running(server) as it:
        await until(lambda: it.client.connected)


async def test_being_replaced_is_said(server: FakeAri) -> None:
    with capture_logs() as logs:
        async with running(server) as it:
            await until(lambda: it.client.connected)
            server.send('{"type":"ApplicationReplaced","application":"parley"}')
            await until(lambda: it.events)
    assert any("ARI_APP" in line["event"] for line in logs)
