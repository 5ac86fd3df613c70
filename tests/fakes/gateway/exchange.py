"""A whole gateway on a fake Asterisk, a fake media plane and a fake Redis, with workers that answer by rote."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import numpy as np
import pytest
from prometheus_client import REGISTRY

from gateway.ari import client
from gateway.calls import call as call_module
from gateway.calls.switchboard import Switchboard
from gateway.conversation import jobs, leg, line
from gateway.conversation.context import Context
from gateway.settings import GatewaySettings
from gateway.turns.events import State
from parley.agents import Agent, AgentFile
from parley.agents.load import versions
from parley.messages import Message, ReplyEnd, ReplyJob, Speech, TranscribeJob, Transcript
from tests.fakes.bus import FakeBus
from tests.fakes.gateway.plane import FakePlane
from tests.fakes.servers.ari_server import PASSWORD, FakeAri

AGENT = Agent(
    name="exchange",
    file=AgentFile(company="Shop", extensions=("100",), greeting="Hello", persona="p"),
)
UNLIMITED: dict[str, Any] = {
    "calls_per_caller": 0,
    "caller_calls_per_minute": 0.0,
    "source_calls_per_s": 0.0,
    "calls_per_s": 0.0,
}
"""Most tests are about other things than how many calls one caller may have, and make many of one."""
SPEECH = np.ones(1600, np.int16).tobytes()


class Exchange:
    """The gateway and all that is around it."""

    def __init__(self, ari: FakeAri, agent: Agent = AGENT, *, book: Any = None, **settings: Any) -> None:
        self.ari, self.agent = ari, agent
        self.settings = GatewaySettings(
            redis_url="redis://unused",
            ari_password=PASSWORD,
            ari_url=ari.url,
            gateway_id="gw",
            **{**UNLIMITED, **settings},
        )
        self.silent_workers = False
        self.book = book
        self.begin()
        self.hang_up_after = -1
        """The revision with whose reply the agent hangs up."""
        self.transfer_after: dict[int, str] = {}
        """Targets by the revision whose answer is nothing but a transfer to them."""

    def begin(self) -> None:
        """Make a gateway, and the Redis that it sees."""
        self.bus, self.plane = FakeBus(), FakePlane(speed=16_000)
        self.bus.book = self.book
        rules = self.settings.rules() if self.book else None
        turns, plane, bus = self.settings.turns(), cast(Any, self.plane), cast(Any, self.bus)
        context = Context("gw", plane, bus, turns, 2.5, rules=rules)
        self.switchboard = Switchboard(self.settings.switchboard(), versions([self.agent]), context)
        self.plane.emit = self.switchboard.on_media
        self.bus.on_publish = lambda job: asyncio.get_running_loop().call_soon(self.work, job)

    def connect(self) -> None:
        """Have the gateway connect to Asterisk."""
        self.connection = asyncio.create_task(self.switchboard.ari.run())

    async def die(self, state: bytes | None = None) -> None:
        """The gateway is killed, and another one begins; `state` stands in place of what was kept of the calls."""
        await asyncio.sleep(0.05)  # what was to be told has been
        states = dict.fromkeys(self.bus.states, state) if state else dict(self.bus.states)
        dead, self.bus.refuses = self.switchboard._roster, True
        self.connection.cancel()
        await asyncio.gather(self.connection, return_exceptions=True)
        for task in list(dead._tasks):
            task.cancel()
        await asyncio.gather(*dead._tasks, return_exceptions=True)
        self.begin()
        self.bus.states = states
        self.ari.requests.clear()
        self.connect()
        await self.until(lambda: self.ari.asked("GET channels"))

    def work(self, job: Message) -> None:
        """Answer as the workers do."""
        if self.silent_workers:
            return
        if isinstance(job, TranscribeJob):
            names: dict[str, Any] = {"call": job.call, "turn": job.turn, "revision": job.revision}
            words = Transcript(**names, text="a question", end_of_turn=0.9, queue_s=0.0, work_s=0.0)
            self.switchboard.on_message(words)
            self.speak(job.call, job.turn, job.revision)
        elif isinstance(job, ReplyJob):
            self.speak(job.call, job.turn, job.revision)

    def speak(self, call: str, turn: int, revision: int) -> None:
        names: dict[str, Any] = {"call": call, "turn": turn, "revision": revision}
        if revision in self.transfer_after:
            target = self.transfer_after[revision]
            self.switchboard.on_message(ReplyEnd(**names, action="transfer", target=target))
            return
        self.switchboard.on_message(Speech(**names, seq=0, text=f"line {revision}", pcm=SPEECH))
        action = "hangup" if revision == self.hang_up_after else "none"
        self.switchboard.on_message(ReplyEnd(**names, action=cast(Any, action)))

    async def tick(self) -> None:
        while True:
            await asyncio.sleep(0.002)
            self.plane.tick()

    def state(self, call: str) -> State | None:
        """Whose turn it is in a call; None when there is no such call."""
        found = self.switchboard._roster.calls.get(call)
        return found.conversation.state if found else None

    async def until(self, condition: Callable[[], object], timeout_s: float = 5.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():  # noqa: ASYNC110  # the condition is anything at all
                await asyncio.sleep(0.002)

    async def answered(self, call: str, extension: str = "100") -> None:
        """A call comes in and has been greeted."""
        self.ari.call(call, extension)
        await self.until(lambda: self.state(call) is State.LISTENING)

    async def over(self, call: str) -> None:
        """Nothing of the call is left, anywhere."""
        await self.until(lambda: self.state(call) is None)
        await self.until(lambda: not self.plane.rows and not self.plane.commands)
        assert f"media-{call}" not in self.ari.channels
        assert f"bridge-{call}" not in self.ari.bridges

    def outcome(self) -> str:
        """How the last call ended."""
        return str(self.bus.events("call_ended")[-1]["outcome"])

    @staticmethod
    def metric(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, {"agent": AGENT.name, **labels}) or 0.0


def rejected(reason: str) -> float:
    """How many calls have not been answered for this reason."""
    return REGISTRY.get_sample_value("parley_calls_rejected_total", {"reason": reason}) or 0.0


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing in an exchange wait for long, but for what is only waited for where it fails: machines are busy."""
    monkeypatch.setattr(line, "_MEDIA_END_S", 0.2)
    monkeypatch.setattr(call_module, "_JOBS_S", 0.2)
    monkeypatch.setattr(leg, "MEDIA_TIMEOUT_S", 3.0)
    monkeypatch.setattr(client, "REQUEST_TIMEOUT_S", 3.0)
    monkeypatch.setattr(client, "_BACKOFF_S", (0.02,))
    monkeypatch.setattr(jobs, "_RETRY_S", 0.01)


@asynccontextmanager
async def exchange(agent: Agent = AGENT, *, book: Any = None, **settings: Any) -> AsyncIterator[Exchange]:
    """Run an exchange; afterwards nothing may be left of it: no task, no call, no row. `book`: who is to be called
    back, in a real Redis."""
    before = asyncio.all_tasks()
    async with FakeAri() as ari:
        it = Exchange(ari, agent, book=book, **settings)
        it.connect()
        ticking = asyncio.create_task(it.tick())
        await it.until(lambda: it.switchboard.ari.connected and ari.asked("GET channels"))
        active = it.metric("parley_calls_active")
        try:
            yield it
            await it.switchboard.close(2)
            await it.until(lambda: not it.plane.rows)
            roster = it.switchboard._roster
            assert roster.calls == roster.screenings == roster.busy == {}
            assert roster._tasks == set()
            assert it.metric("parley_calls_active") == active
        finally:
            for task in (it.connection, ticking):
                task.cancel()
            await asyncio.gather(it.connection, ticking, return_exceptions=True)
    await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert {task for task in left if not task.done()} == set()
