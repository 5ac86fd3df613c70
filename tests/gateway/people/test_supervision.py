"""Somebody of the company in a call by voice: who may, who is told, and that nothing of it is left."""

import time
from collections.abc import AsyncIterator
from typing import Any, Literal, cast

import pytest
from msgspec.structs import replace
from prometheus_client import REGISTRY

from gateway.people import supervision
from gateway.steering.steering import Steering
from gateway.turns.events import State
from parley.agents import Agent
from parley.agents.dialogue import Target
from parley.messages import Command, CommandAnswer
from tests.fakes.gateway import exchange as fakes
from tests.fakes.gateway.exchange import Exchange, exchange, shorten

OLGA = "console.olga"
TOKEN, OTHER = "123456", "654321"
ROOM = "bridge-supervision-c1"


def agent(listening: Literal["announced", "silent", "forbidden"]) -> Agent:
    desk = Target(name="the desk", extension="1001", summary=False)
    return replace(
        fakes.AGENT,
        file=replace(fakes.AGENT.file, listening=listening, targets={"desk": desk}, person="desk"),
    )


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)
    monkeypatch.setattr(supervision, "_LOOK_S", 0.002)


@pytest.fixture
async def it() -> AsyncIterator[Exchange]:
    """A call that may be listened to without a word."""
    async with exchange(agent("silent")) as it:
        it.ari.variables["DEVICE_STATE(PJSIP/1001)"] = "NOT_INUSE"
        await it.answered("c1")
        yield it
    assert figure("parley_supervisions_active") == 0
    assert [name for name in it.ari.channels if name.startswith("tap-")] == []
    assert ROOM not in it.ari.bridges


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Answers:
    """Takes answers to commands, as Redis would."""

    def __init__(self) -> None:
        self.given: list[CommandAnswer] = []

    async def answer(self, answer: CommandAnswer) -> None:
        self.given.append(answer)


async def asked(it: Exchange, mode: str, token: str = "", user: str = OLGA) -> str:
    """Why it is not done; empty: it is."""
    answers = Answers()
    command = Command(
        call="c1", id="x", verb="supervise", value=mode, user=user, token=token, until=time.time() + 60
    )
    Steering(it.switchboard, cast(Any, answers)).on_command(command)
    await it.until(lambda: answers.given)
    return answers.given[0].reason


async def arrived(it: Exchange, mode: str, channel: str = "s1") -> None:
    """Olga has asked for a way into the call, and dials it."""
    assert await asked(it, mode, TOKEN) == ""
    it.ari.offer(channel, TOKEN, context="supervise", caller=OLGA)


async def listens(it: Exchange) -> None:
    await arrived(it, "listen")
    await it.until(lambda: it.bus.events("supervision"))


async def talks(it: Exchange) -> None:
    """Olga has the call."""
    await arrived(it, "take_over")
    await it.until(lambda: it.bus.events("supervision"))


async def with_a_person(it: Exchange) -> None:
    it.ari.press("c1", "*")
    await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
    it.ari.outside.add("c1")
    it.ari.enter("p1", "screen", "c1", context="accept")
    await it.until(lambda: it.bus.events("transfer_connected"))


def lines(it: Exchange) -> list[str]:
    return [job.text for job in it.bus.jobs() if getattr(job, "kind", "") == "line"]


async def test_who_listens_hears_both_and_is_heard_by_nobody(it: Exchange) -> None:
    before = figure("parley_supervisions_total", mode="listen")
    await listens(it)
    (tap,) = it.ari.asked("POST channels/c1/snoop/")
    assert tap.endswith("app=parley-gw&appArgs=tap,tap-1-c1&spy=both&whisper=none")
    assert it.ari.asked(f"POST bridges/{ROOM}/addChannel") == [
        f"POST bridges/{ROOM}/addChannel?channel=s1,tap-1-c1"
    ]
    assert it.state("c1") is State.LISTENING
    assert lines(it) == []
    assert figure("parley_supervisions_active") == 1
    assert figure("parley_supervisions_total", mode="listen") == before + 1
    assert it.bus.events("supervision") == [{"agent": "exchange", "user": OLGA, "mode": "listen"}]
    it.ari.hang_up("s1")
    await it.until(lambda: "tap-1-c1" not in it.ari.channels and ROOM not in it.ari.bridges)
    assert it.bus.events("supervision_ended") == [{"agent": "exchange", "user": OLGA}]
    assert it.state("c1") is State.LISTENING


async def test_who_listens_is_gone_with_the_caller(it: Exchange) -> None:
    await listens(it)
    it.ari.hang_up("c1")
    await it.over("c1")
    assert it.outcome() == "caller_hung_up"
    assert "s1" not in it.ari.channels


async def test_the_caller_is_told_before_anybody_hears_them() -> None:
    async with exchange(agent("announced")) as it:
        await it.answered("c1")
        it.plane.speed = 1
        await arrived(it, "listen")
        await it.until(lambda: it.state("c1") is State.AGENT_SPEAKING)
        assert lines(it) == [it.agent.line("listened")]
        assert it.ari.asked("POST channels/c1/snoop/") == []
        it.plane.speed = 16_000
        await it.until(lambda: it.bus.events("supervision"))
        assert len(it.ari.asked("POST channels/c1/snoop/")) == 1


async def test_a_caller_who_cannot_be_told_is_not_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "TELL_S", 0.1)
    async with exchange(agent("announced")) as it:
        await it.answered("c1")
        it.silent_workers = True
        await arrived(it, "listen")
        await it.until(lambda: it.ari.asked("DELETE channels/s1"))
        assert it.ari.asked("POST channels/c1/snoop/") == []
        assert it.bus.events("supervision") == []
        it.silent_workers = False


async def test_nobody_listens_where_the_agents_file_forbids_it() -> None:
    async with exchange(agent("forbidden")) as it:
        await it.answered("c1")
        for mode in ("listen", "whisper"):
            assert await asked(it, mode, TOKEN) == "the agent's file forbids that anybody listens"
        await talks(it)  # that is no listening


async def test_a_token_is_good_once(it: Exchange) -> None:
    await listens(it)
    it.ari.offer("s2", TOKEN, context="supervise", caller=OLGA)
    it.ari.enter("s3", "supervise", TOKEN, context="supervise", caller=OLGA)  # claimed at the same moment
    await it.until(lambda: "s3" not in it.ari.channels)
    assert it.ari.asked("POST events/claim?channelId=s2") == []
    assert await asked(it, "listen", OTHER, "console.max") == f"{OLGA} is in this call already"


async def test_a_token_is_good_for_who_asked_and_not_for_long(
    it: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await asked(it, "listen", TOKEN) == ""
    it.ari.offer("s1", TOKEN, context="supervise", caller="console.max")
    await it.until(lambda: it.ari.asked("DELETE channels/s1"))
    monkeypatch.setattr(supervision, "TOKEN_S", 0.0)
    await arrived(it, "listen", "s2")
    it.ari.offer("s3", OTHER, context="supervise", caller=OLGA)
    await it.answered("c2")  # what was offered before is decided
    assert it.bus.events("supervision") == []
    assert [each for each in it.ari.asked("POST events/claim") if "s1" not in each] == []


async def test_a_person_is_whispered_to_and_the_caller_is_not(it: Exchange) -> None:
    await listens(it)
    nobody = "no person has the call; the agent is told something by a note"
    assert await asked(it, "whisper") == nobody
    await with_a_person(it)
    assert await asked(it, "take_over") == "people have the call, or are about to"
    assert await asked(it, "whisper") == ""
    await it.until(lambda: len(it.bus.events("supervision")) == 2)
    (tap,) = it.ari.asked("POST channels/p1/snoop/")
    assert tap.endswith("appArgs=tap,tap-2-c1&spy=both&whisper=out")
    await it.until(lambda: "tap-1-c1" not in it.ari.channels)
    it.ari.hang_up("p1")
    await it.until(lambda: "s1" not in it.ari.channels)
    it.ari.hang_up("c1")
    await it.over("c1")
    assert it.outcome() == "transferred"


async def test_who_was_not_told_before_is_not_listened_to_while_people_have_the_call() -> None:
    async with exchange(agent("announced")) as it:
        it.ari.variables["DEVICE_STATE(PJSIP/1001)"] = "NOT_INUSE"
        await it.answered("c1")
        await with_a_person(it)
        reason = "the caller cannot be told any more that somebody listens: people have the call"
        assert await asked(it, "listen", TOKEN) == reason
        it.ari.hang_up("c1")
        await it.over("c1")


async def test_who_takes_over_talks_with_the_caller_in_the_agents_place(it: Exchange) -> None:
    before = Exchange.metric("parley_transfers_total", kind="user", outcome="connected")
    await listens(it)
    assert await asked(it, "take_over") == ""
    await it.until(lambda: len(it.bus.events("supervision")) == 2)
    assert lines(it) == [it.agent.line("taken_over")]
    assert it.ari.asked(f"POST bridges/{ROOM}/addChannel")[-1].endswith("channel=c1,s1")
    await it.until(lambda: "tap-1-c1" not in it.ari.channels)
    assert "bridge-c1" not in it.ari.bridges
    assert "c1" not in it.plane.rows
    told = {"agent": "exchange", "target": OLGA, "to": "user", "number": ""}
    assert it.bus.events("transfer_started") == it.bus.events("transfer_connected") == [told]
    assert Exchange.metric("parley_transfers_total", kind="user", outcome="connected") == before + 1
    assert await asked(it, "listen") == "somebody of the company has taken the call over"
    it.ari.press("c1", "*")  # for olga, not for the agent
    it.ari.hang_up("c1")
    await it.over("c1")
    assert it.outcome() == "transferred"
    assert "s1" not in it.ari.channels
    assert it.bus.events("voicemail") == []


async def test_a_caller_of_whom_asterisk_tells_only_that_they_have_left_has_hung_up(it: Exchange) -> None:
    await talks(it)
    del it.ari.channels["c1"]
    it.ari.tell("StasisEnd", "c1")
    await it.over("c1")
    assert it.outcome() == "transferred"


@pytest.mark.parametrize("leaves", ["hangs up", "asks"])
async def test_a_call_that_was_taken_over_ends_with_who_took_it(it: Exchange, leaves: str) -> None:
    await talks(it)
    if leaves == "asks":
        assert await asked(it, "end", user="console.max") == "you are not in this call"
        assert await asked(it, "end") == ""
    else:
        it.ari.hang_up("s1")
    await it.over("c1")
    assert it.outcome() == "transferred"
    assert {"c1", "s1"} & it.ari.channels.keys() == set()


async def test_the_agent_goes_on_where_who_wanted_the_call_has_hung_up(it: Exchange) -> None:
    it.plane.speed = 1
    await arrived(it, "take_over")
    await it.until(lambda: it.state("c1") is State.TRANSFERRING)
    it.ari.hang_up("s1")
    await it.until(lambda: figure("parley_supervisions_active") == 0)
    it.plane.speed = 16_000
    await it.until(lambda: it.state("c1") is State.LISTENING)
    here = f"{it.agent.line('declined')} {it.agent.line('back_to_agent')}"
    assert lines(it) == [it.agent.line("taken_over"), here]
    assert "c1" in it.plane.rows
    assert it.bus.events("transfer_started") == []


async def test_what_asterisk_refuses_ends_nothing_but_the_listening(it: Exchange) -> None:
    it.ari.refuse["POST channels/c1/snoop"] = 500
    await arrived(it, "listen")
    await it.until(lambda: it.ari.asked("DELETE channels/s1"))
    assert it.state("c1") is State.LISTENING


@pytest.mark.parametrize("mode", ["listen", "take_over"])
async def test_the_agent_goes_on_with_who_is_left_by_a_gateway_that_dies(mode: str) -> None:
    async with exchange(agent("silent")) as it:
        await it.answered("c1")
        await (listens(it) if mode == "listen" else talks(it))
        await it.die()
        await it.until(lambda: "c1" in it.plane.rows and "bridge-c1" in it.ari.bridges)
        await it.until(lambda: it.state("c1") is State.LISTENING)
        assert {"s1", "tap-1-c1"} & it.ari.channels.keys() == set()
        assert it.bus.events("call_ended") == []


async def test_who_is_gone_while_asterisk_was_away_is_not_waited_for(it: Exchange) -> None:
    await listens(it)
    del it.ari.channels["s1"]
    it.ari.drop()
    await it.until(lambda: "tap-1-c1" not in it.ari.channels)
    assert it.state("c1") is State.LISTENING


async def test_what_is_no_mode_is_refused(it: Exchange) -> None:
    assert await asked(it, "sing", TOKEN) == "there are only listen, whisper, take_over"
    assert await asked(it, "listen") == "you are not in this call"
