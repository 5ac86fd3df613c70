"""What is told of a turn, by what was observed of it."""

import time
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import numpy as np
import pytest
from prometheus_client import REGISTRY

from gateway.conversation.errands import Errands
from gateway.conversation.replies import Reply
from gateway.conversation.speaking import FILLER
from gateway.conversation.watch import TurnWatch
from gateway.media.events import SpeechSent, SpeechStarted
from gateway.turns.end_of_turn import Silences
from gateway.waits import Waits
from parley.agents import Agent, AgentFile
from parley.messages import ReplyTiming, Speech
from tests.fakes.bus import FakeBus

CALL = "c1"
AGENT = Agent(
    name="watched", file=AgentFile(company="Shop", extensions=("100",), greeting="Hello", persona="p")
)


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"agent": "watched", **labels}) or 0.0


@dataclass
class Watched:
    """A watch and what it tells."""

    bus: FakeBus
    errands: Errands
    watch: TurnWatch

    async def told(self) -> list[tuple[str, Any]]:
        """Every event, once the watch is done with."""
        self.errands.close()
        await self.errands.run()
        return [(done[1], done[2]) for done in self.bus.done if done[0] == "event"]


@pytest.fixture
async def it() -> Watched:
    bus = FakeBus()
    errands = Errands(cast(Any, bus), "gw", CALL, AGENT)
    return Watched(bus, errands, TurnWatch(CALL, errands, Silences(), budget_s=2.0, waits=Waits()))


def reply(revision: int = 1) -> Reply:
    reply = Reply(revision)
    reply.add(0, "one two three four", np.zeros(400, np.int16))
    return reply


async def test_only_the_answer_stops_the_clock_and_only_once(it: Watched) -> None:
    it.watch.paused(voice_end=10.0)
    it.watch.asked()
    it.watch.sent(SpeechSent(CALL, FILLER, at=11.0), reply(), 1)
    it.watch.sent(SpeechSent(CALL, 1, at=12.5), reply(), 1)
    it.watch.sent(SpeechSent(CALL, 1, at=13.0), reply(), 1)
    told = await it.told()
    assert [kind for kind, _ in told] == ["agent_speaks", "agent_speaks", "turn", "agent_speaks"]
    turn = told[2][1]
    assert (turn["turn"], turn["revision"], turn["voice_to_voice"], turn["filler_at"]) == (1, 1, 2.5, 1.0)


async def test_a_models_own_words_after_facts_are_told_by_the_time_they_took(it: Watched) -> None:
    timing = ReplyTiming(queue_s=0.0, llm_s=0.0, tts_s=0.1, opens=True)
    opening = Speech(call=CALL, turn=1, revision=1, seq=0, text="Facts. ", pcm=b"", timing=timing)
    it.watch.paused(voice_end=time.monotonic() - 5.0)
    it.watch.asked()
    it.watch.came(opening, 1, first=True)
    it.watch.sent(SpeechSent(CALL, 1, at=time.monotonic()), reply(), 1)
    it.watch.came(msgspec.structs.replace(opening, seq=1, timing=None), 1, first=False)
    own = msgspec.structs.replace(timing, opens=False)
    it.watch.came(msgspec.structs.replace(opening, seq=2, timing=own), 1, first=False)
    told = dict(await it.told())
    assert told["turn"]["opens"] == 1.0
    assert told["written"]["revision"] == 1
    assert 5.0 <= told["written"]["after_s"] < 65.0


async def test_an_answer_to_no_voice_has_no_time_that_it_took(it: Watched) -> None:
    timing = ReplyTiming(queue_s=0.0, llm_s=0.0, tts_s=0.1, opens=True)
    opening = Speech(call=CALL, turn=1, revision=2, seq=0, text="Facts. ", pcm=b"", timing=timing)
    it.watch.paused(voice_end=time.monotonic() - 5.0)
    it.watch.asked()
    it.watch.came(msgspec.structs.replace(opening, revision=1), 1, first=True)
    it.watch.set_aside()
    it.watch.came(opening, 2, first=True)
    it.watch.came(msgspec.structs.replace(opening, seq=1), 2, first=False)
    assert await it.told() == []


async def test_a_line_of_its_own_is_no_answer(it: Watched) -> None:
    it.watch.asked()
    it.watch.set_aside()
    it.watch.sent(SpeechSent(CALL, 1, at=12.5), reply(), 1)
    assert [kind for kind, _ in await it.told()] == ["agent_speaks"]


async def test_speech_over_the_agent_keeps_what_was_heard_until_it_is_history(it: Watched) -> None:
    playing = reply()
    it.watch.spoken(SpeechStarted(CALL, 640, onset=5.0, played=200, last_speech_sent=5.25), playing)
    assert it.watch.heard == "one two"
    it.watch.interrupted()
    playing.interrupted = True
    it.watch.concluded(playing, 200)
    assert it.watch.heard == ""
    assert value("parley_reply_heard_ratio_sum") == 0.5
    assert value("parley_barge_in_stop_seconds_sum") == 0.25
    told = await it.told()
    assert [kind for kind, _ in told] == ["caller_speaks", "barge_in"]
    assert (told[1][1]["outcome"], told[1][1]["stop_s"]) == ("interrupted", 0.25)


async def test_a_time_to_stop_is_not_kept_for_the_next_speech(it: Watched) -> None:
    it.watch.spoken(SpeechStarted(CALL, 640, onset=5.0, played=200, last_speech_sent=5.25), reply())
    it.watch.resumed()
    assert it.watch.heard == ""
    it.watch.spoken(SpeechStarted(CALL, 6400, onset=8.0, played=0, last_speech_sent=5.25), None)
    it.watch.interrupted()
    barge_ins = [data for kind, data in await it.told() if kind == "barge_in"]
    assert [(data["outcome"], data["stop_s"]) for data in barge_ins] == [
        ("resumed", 0.25),
        ("interrupted", None),
    ]
