"""A conversation on a fake media plane and a fake Redis."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import numpy as np
import pytest
from prometheus_client import REGISTRY

from gateway.conversation import jobs
from gateway.conversation.context import Context
from gateway.conversation.conversation import Conversation
from gateway.conversation.guidance import Guidance
from gateway.conversation.speaking import FILLER
from gateway.media import events as media
from gateway.turns import actions as turn_actions
from gateway.turns import events as turn_events
from gateway.turns.events import State
from gateway.turns.memory import TurnSettings
from gateway.waits import FEWEST, SOONEST_S
from parley.agents import Agent, AgentFile
from parley.messages import Cancel, ReplyEnd, ReplyFailed, ReplyTiming, Speech, Transcript
from tests.fakes.bus import FakeBus
from tests.fakes.gateway.guidance import NoGuidance
from tests.fakes.gateway.plane import FakePlane

CALL = "c1"
AGENT = Agent(
    name="shop",
    file=AgentFile(
        company="Shop",
        extensions=("100",),
        greeting="Hello",
        persona="p",
        vocabulary=("XPS", "ThinkPad"),
        language="de",
    ),
)
FRAME = 320
BUDGET_S = 2.5


class Talk:
    """A conversation and everything around it."""

    def __init__(self, settings: TurnSettings) -> None:
        self.bus, self.plane = FakeBus(), FakePlane()
        self.outcomes: list[turn_actions.Outcome] = []
        context = Context("gw", cast(Any, self.plane), cast(Any, self.bus), settings, BUDGET_S)
        self.guidance: Guidance = NoGuidance()
        self.conversation = Conversation(
            context,
            CALL,
            AGENT,
            guidance=lambda: self.guidance,
            on_greeted=lambda: None,
            on_end=self.outcomes.append,
        )
        self.plane.emit = lambda events: [self.conversation.on_media(e) for e in events] and None
        self.plane.add(CALL, "127.0.0.1", 4000, interruptible=False)

    @property
    def state(self) -> State:
        return self.conversation.state

    def say(self, revision: int, text: str, seq: int = 0, frames: int = 10) -> None:
        timing = ReplyTiming(queue_s=0.1, llm_s=0.2, tts_s=0.3) if seq == 0 else None
        pcm = np.ones(frames * FRAME, np.int16).tobytes()
        self.conversation.on_message(
            Speech(call=CALL, turn=0, revision=revision, seq=seq, text=text, pcm=pcm, timing=timing)
        )

    def bridge(self, revision: int, text: str) -> None:
        pcm = np.ones(5 * FRAME, np.int16).tobytes()
        self.conversation.on_message(
            Speech(call=CALL, turn=0, revision=revision, seq=0, text=text, bridges=True, pcm=pcm)
        )

    def finish(self, revision: int, action: str = "none") -> None:
        self.conversation.on_message(ReplyEnd(call=CALL, turn=0, revision=revision, action=cast(Any, action)))

    def transcript(
        self, revision: int, text: str, end_of_turn: float | None = 0.9, confidence: float | None = None
    ) -> None:
        self.conversation.on_message(
            Transcript(
                call=CALL,
                turn=1,
                revision=revision,
                text=text,
                end_of_turn=end_of_turn,
                confidence=confidence,
                queue_s=0.05,
                work_s=0.15,
            )
        )

    def pause(self, sample: int = 9000, voice_end: float = 0.0) -> None:
        self.conversation.on_media(media.SpeechPaused(CALL, sample, voice_end))

    def silence(self) -> None:
        self.conversation.on_media(media.SilenceReached(CALL))

    def speaks(self, **times: Any) -> None:
        self.plane.caller_speaks(CALL, **times)

    def tick(self, times: int = 1) -> None:
        for _ in range(times):
            self.plane.tick()

    async def settle(self) -> None:
        for _ in range(100):
            await asyncio.sleep(0)

    def greet(self) -> None:
        self.say(0, "Hello. ")
        self.finish(0)
        self.tick(11)
        assert self.state is State.LISTENING

    def ask(self, text: str = "what do you sell") -> None:
        self.speaks(sample=640)
        self.pause()
        self.transcript(1, text)


@asynccontextmanager
async def talking(settings: TurnSettings | None = None) -> AsyncIterator[Talk]:
    talk = Talk(settings or TurnSettings())
    running = asyncio.create_task(talk.conversation.errands.run())
    talk.conversation.begin()
    talk.tick()
    try:
        yield talk
    finally:
        talk.conversation.end()
        talk.tick()
        talk.conversation.errands.close()
        await asyncio.wait_for(running, 5)


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    async with talking() as talk:
        yield talk


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"agent": "shop", **labels}) or 0.0


async def test_the_greeting_is_asked_for_and_remembered_as_heard(talk: Talk) -> None:
    talk.greet()
    await talk.settle()
    job = talk.bus.jobs()[0]
    assert (job.kind, job.revision, job.gateway, job.agent, job.language) == (
        "greeting",
        0,
        "gw",
        "shop",
        "de",
    )
    assert talk.bus.history == [("assistant", "Hello.")]
    assert talk.bus.events("agent_said") == [
        {"agent": "shop", "revision": 0, "text": "Hello.", "whole": True, "seconds": 0.2}
    ]


async def test_events_have_the_time_at_which_it_happened_not_when_it_was_told(talk: Talk) -> None:
    before = time.time()
    talk.greet()
    talk.speaks(sample=640, onset=time.monotonic() - 5)
    await talk.settle()
    told = {kind: at for done, kind, at in talk.bus.told if done == CALL}
    assert told["caller_speaks"] == pytest.approx(before - 5, abs=0.5)
    assert told["agent_said"] == pytest.approx(before, abs=0.5)
    assert talk.bus.events("agent_speaks") == [{"agent": "shop", "revision": 0}]


async def test_the_callers_audio_and_job_go_to_redis_in_order(talk: Talk) -> None:
    talk.greet()
    talk.speaks(sample=640)
    for first in (640, 2240):
        talk.conversation.on_media(media.CallerAudio(CALL, first, np.zeros(1600, np.int16)))
    talk.pause(3840)
    await talk.settle()
    kinds = [done[0] for done in talk.bus.done if done[0] != "event"]
    assert kinds == ["publish", "publish", "history", "drop_audio", "audio", "audio", "publish"]
    job = talk.bus.jobs()[-1]
    assert (job.turn, job.revision, job.start_sample, job.end_sample) == (1, 1, 640, 3840)
    assert (job.vocabulary, job.language, job.heard) == ("XPS, ThinkPad", "de", "")


async def test_held_speech_is_played_only_after_the_commit(talk: Talk) -> None:
    talk.greet()
    talk.ask()
    talk.say(1, "Laptops. ")
    talk.tick(5)
    assert talk.plane.played(1) == 0
    await talk.settle()
    assert ("user", "what do you sell") not in talk.bus.history
    talk.silence()
    talk.say(1, "And mice.", seq=1)
    talk.finish(1)
    talk.tick(25)
    await talk.settle()
    assert talk.plane.played(1) == 20 * FRAME
    assert talk.bus.history[1:] == [("user", "what do you sell"), ("assistant", "Laptops. And mice.")]
    assert talk.state is State.LISTENING


async def test_speech_of_half_a_sentence_is_never_played(talk: Talk) -> None:
    talk.greet()
    talk.ask("what do you")
    talk.say(1, "What do I what?")
    talk.finish(1)
    talk.speaks(sample=9900)
    talk.say(1, "Still here.", seq=1)
    talk.pause(20_000)
    talk.transcript(2, "what do you sell")
    talk.silence()
    talk.say(2, "Laptops.")
    talk.finish(2)
    talk.tick(20)
    await talk.settle()
    assert talk.plane.played(1) == 0
    assert talk.plane.played(2) == 10 * FRAME
    assert talk.bus.history[1:] == [("user", "what do you sell"), ("assistant", "Laptops.")]
    assert ("cancel", 1, -1) in talk.bus.done


async def answering(talk: Talk) -> None:
    """The agent says ten words in a second, of which the caller has heard half."""
    talk.greet()
    talk.ask()
    talk.silence()
    talk.say(1, "one two three four five six seven eight nine ten", frames=50)
    talk.tick(25)
    assert talk.plane.played(1) == 25 * FRAME


@pytest.mark.parametrize(("text", "confidence"), [("three four five", 0.9), ("I.B.", 0.3)])
async def test_neither_an_echo_nor_a_guess_interrupts(talk: Talk, text: str, confidence: float) -> None:
    await answering(talk)
    talk.speaks(sample=30_000)
    talk.pause(40_000)
    talk.transcript(2, text, confidence=confidence)
    assert talk.state is State.AGENT_SPEAKING
    talk.tick(50)
    assert talk.plane.played(1) == 50 * FRAME


async def test_a_real_interruption_keeps_exactly_what_was_heard(talk: Talk) -> None:
    interrupted = metric("parley_barge_ins_total", outcome="interrupted")
    stops = metric("parley_barge_in_stop_seconds_count")
    shares, share = metric("parley_reply_heard_ratio_count"), metric("parley_reply_heard_ratio_sum")
    await answering(talk)
    talk.speaks(sample=30_000, onset=5.0, last_sent=5.06)
    talk.tick(5)
    assert talk.plane.played(1) == 25 * FRAME  # paused by the plane's own reflex
    talk.pause(40_000)
    await talk.settle()
    assert talk.bus.jobs()[-1].heard == "one two three four five"
    talk.transcript(2, "no, the other one")
    talk.tick(3)
    await talk.settle()
    assert talk.plane.played(1) == 25 * FRAME
    assert talk.bus.history[-1] == ("assistant", "one two three four five")
    assert talk.bus.events("barge_in") == [
        {"agent": "shop", "outcome": "interrupted", "stop_s": pytest.approx(0.06)}
    ]
    assert metric("parley_barge_ins_total", outcome="interrupted") == interrupted + 1
    assert metric("parley_barge_in_stop_seconds_count") == stops + 1
    assert metric("parley_reply_heard_ratio_count") == shares + 1
    assert metric("parley_reply_heard_ratio_sum") == pytest.approx(share + 0.5)
    assert talk.bus.events("agent_said")[-1]["whole"] is False


async def test_who_goes_on_as_the_agent_begins_is_remembered_once(talk: Talk) -> None:
    first, whole = "I bought a phone last week", "I bought a phone last week and it is broken"
    talk.greet()
    talk.ask(first)
    talk.silence()
    talk.say(1, "Well then, which one is it?", frames=50)
    talk.tick(10)
    talk.speaks(sample=20_000)
    talk.pause(30_000)
    talk.transcript(2, "and it is broken")
    talk.tick()
    await talk.settle()
    assert (talk.bus.jobs()[-1].start_sample, talk.bus.jobs()[-1].repeats) == (640, first)
    talk.transcript(3, whole)
    talk.silence()
    talk.say(3, "Bring it to us.")
    talk.finish(3)
    talk.tick(20)
    await talk.settle()
    assert [text for role, text in talk.bus.history if role == "user"] == [whole]
    assert [(said["text"], said["again"]) for said in talk.bus.events("caller_said")] == [
        (first, False),
        (whole, True),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("was verkaufen Sie", "finished"), ("es war", "silence"), ("verkaufen Sie den", "maximum")],
)
async def test_what_ended_a_turn_is_counted(talk: Talk, text: str, reason: str) -> None:
    before = metric("parley_endpoint_decisions_total", reason=reason)
    talk.greet()
    talk.speaks(sample=640)
    talk.pause()
    talk.transcript(1, text)
    talk.silence()
    assert metric("parley_endpoint_decisions_total", reason=reason) == before + 1
    talk.silence()  # too late: the turn is over
    assert metric("parley_endpoint_decisions_total", reason=reason) == before + 1


async def test_a_pause_without_words_is_counted(talk: Talk) -> None:
    before = metric("parley_utterances_without_words_total")
    talk.greet()
    talk.ask("")
    assert metric("parley_utterances_without_words_total") == before + 1


async def test_speech_that_arrives_just_after_the_stop_is_not_played(talk: Talk) -> None:
    """The worker goes on for a moment: its speech must not start the reply again."""
    await answering(talk)
    talk.speaks(sample=30_000)
    talk.conversation.on_media(media.SpeechSustained(CALL))
    talk.say(1, " eleven twelve", seq=1)
    talk.finish(1)
    talk.tick(10)
    await talk.settle()
    assert talk.plane.played(1) == 25 * FRAME
    assert talk.plane.rows[CALL].reply is None
    assert talk.bus.history[-1] == ("assistant", "one two three four five")
    assert talk.state is State.CALLER_SPEAKING


async def test_a_backchannel_lets_the_reply_go_on_where_it_was(talk: Talk) -> None:
    resumed = metric("parley_barge_ins_total", outcome="resumed")
    await answering(talk)
    talk.speaks(sample=30_000)
    talk.pause(33_000)
    talk.transcript(2, "uh-huh")
    talk.finish(1)
    talk.tick(30)
    await talk.settle()
    assert talk.plane.played(1) == 50 * FRAME
    assert talk.bus.history[-1] == ("assistant", "one two three four five six seven eight nine ten")
    assert ("cancel", 2, 1) in talk.bus.done
    assert metric("parley_barge_ins_total", outcome="resumed") == resumed + 1
    assert ("user", "uh-huh") not in talk.bus.history


async def test_leaving_is_no_barge_in(talk: Talk) -> None:
    interrupted = metric("parley_barge_ins_total", outcome="interrupted")
    shares = metric("parley_reply_heard_ratio_count")
    await answering(talk)
    talk.conversation.leave()
    talk.tick()
    talk.say(2, "Goodbye!")
    talk.finish(2)
    talk.tick(15)
    await talk.settle()
    assert metric("parley_barge_ins_total", outcome="interrupted") == interrupted
    assert metric("parley_reply_heard_ratio_count") == shares
    assert talk.bus.events("barge_in") == []
    assert talk.bus.history[-2:] == [("assistant", "one two three four five"), ("assistant", "Goodbye!")]
    assert talk.outcomes == ["completed"]


async def test_a_farewell_that_is_there_at_once_does_not_lose_what_was_heard(talk: Talk) -> None:
    await answering(talk)
    talk.conversation.leave()
    talk.say(2, "Goodbye!")  # before the plane's next tick
    talk.finish(2)
    talk.tick(15)
    await talk.settle()
    assert sorted(talk.bus.history[-2:]) == [
        ("assistant", "Goodbye!"),
        ("assistant", "one two three four five"),
    ]


async def test_the_wire_clock_of_a_turn_is_told(talk: Talk) -> None:
    turns_before = metric("parley_turn_voice_to_voice_seconds_count")
    talk.greet()
    talk.speaks(sample=640)
    talk.pause(9000, voice_end=0.1)
    talk.transcript(1, "what do you sell")
    talk.say(1, "Laptops.")
    talk.silence()
    talk.tick()
    await talk.settle()
    told = talk.bus.events("turn")[0]
    assert told["voice_to_voice"] == pytest.approx(talk.plane.now - 0.1, abs=1e-3)
    assert {"endpoint", "stt", "llm", "tts", "transport", "playout"} <= set(told)
    assert (told["turn"], told["revision"], told["stt"], told["llm"], told["tts"]) == (1, 1, 0.2, 0.3, 0.3)
    assert metric("parley_turn_voice_to_voice_seconds_count") == turns_before + 1


async def test_the_end_of_a_turn_is_timed_when_it_is_found_not_when_the_answer_comes(talk: Talk) -> None:
    talk.greet()
    talk.speaks(sample=640)
    talk.pause(9000, voice_end=time.monotonic())
    talk.transcript(1, "what do you sell")
    talk.silence()
    await asyncio.sleep(0.05)
    talk.say(1, "Laptops.")
    talk.tick()
    await talk.settle()
    told = talk.bus.events("turn")[0]
    assert told["endpoint"] < 0.04 < told["ready_at"]


async def test_speech_told_twice_is_heard_once(talk: Talk) -> None:
    """A worker took over from one that had seemed dead."""
    talk.greet()
    talk.ask()
    talk.silence()
    for _ in range(2):
        talk.transcript(1, "what do you sell")
        talk.say(1, "Laptops.")
        talk.finish(1)
        talk.finish(1)
    talk.tick(15)
    await talk.settle()
    assert talk.plane.played(1) == 10 * FRAME
    assert talk.bus.history[1:] == [("user", "what do you sell"), ("assistant", "Laptops.")]


async def test_a_failed_reply_is_apologised_for(talk: Talk) -> None:
    talk.greet()
    talk.ask()
    talk.silence()
    talk.conversation.on_message(ReplyFailed(call=CALL, turn=1, revision=1, kind="timeout"))
    await talk.settle()
    assert talk.bus.jobs()[-1].kind == "apology"


async def test_a_reply_that_does_not_come_is_given_up() -> None:
    async with talking(TurnSettings(reply_timeout_s=0.05)) as talk:
        await asyncio.sleep(0.1)
        assert talk.outcomes == ["failed"]


async def test_what_is_no_message_for_a_gateway_changes_nothing(talk: Talk) -> None:
    talk.conversation.on_message(Cancel(call=CALL, revision=1))
    assert talk.state is State.GREETING


async def test_nothing_is_left_after_many_turns(talk: Talk) -> None:
    talk.greet()
    revision = 0
    for number in range(30):
        talk.speaks(sample=number)
        talk.pause()
        revision += 1
        talk.transcript(revision, f"hello there friend {number}")
        talk.silence()
        talk.say(revision, "a b c d", frames=4)
        if number % 3 == 0:  # interrupted
            talk.tick(2)
            talk.speaks(sample=number)
            talk.conversation.on_media(media.SpeechSustained(CALL))
            talk.pause()
            revision += 1
            talk.transcript(revision, "")
        elif number % 3 == 1:  # went on talking
            talk.finish(revision)
            talk.tick(8)
        else:
            talk.finish(revision)
            talk.tick(8)
        talk.tick(2)
        assert talk.state is State.LISTENING
    await talk.settle()
    assert talk.conversation._speaking._replies == {}
    assert talk.conversation._speaking.playing is None


async def test_the_end_in_mid_sentence_tells_what_was_heard(talk: Talk) -> None:
    await answering(talk)
    talk.conversation.end()
    talk.say(1, "more", seq=1)
    talk.silence()
    talk.tick(3)
    await talk.settle()
    assert talk.plane.played(1) == 25 * FRAME
    assert talk.bus.history[-1] == ("assistant", "one two three four five")
    assert talk.conversation._speaking._replies == {}
    assert ("cancel", 1, -1) in talk.bus.done


# Redis away


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_RETRY_S", 0.01)
    monkeypatch.setattr(jobs, "_JOB_S", 0.02)


@pytest.mark.usefixtures("hasty")
async def test_commands_wait_for_redis_and_keep_their_order(talk: Talk) -> None:
    await talk.settle()
    talk.bus.away = True
    talk.greet()
    talk.ask()
    await asyncio.sleep(0.05)
    assert talk.bus.history == []
    talk.bus.away = False
    await asyncio.sleep(0.05)
    assert [job.revision for job in talk.bus.jobs()] == [0, FILLER, 1]
    assert talk.bus.history == [("assistant", "Hello.")]


@pytest.mark.usefixtures("hasty")
async def test_a_command_that_waits_for_too_long_is_dropped(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_KEPT_S", 0.03)
    await talk.settle()
    talk.bus.away = True
    talk.greet()
    await asyncio.sleep(0.1)
    talk.bus.away = False
    talk.ask()
    await talk.settle()
    assert [job.revision for job in talk.bus.jobs()] == [0, FILLER, 1]
    assert talk.bus.history == []


@pytest.mark.usefixtures("hasty")
async def test_a_redis_that_is_full_is_asked_again_until_there_is_room(talk: Talk) -> None:
    await talk.settle()
    talk.bus.full = True
    talk.greet()
    await asyncio.sleep(0.05)
    assert talk.bus.history == []
    talk.bus.full = False
    await asyncio.sleep(0.05)
    assert talk.bus.history == [("assistant", "Hello.")]


async def test_a_refusal_is_not_repeated(talk: Talk) -> None:
    await talk.settle()
    talk.bus.refuses = True
    talk.greet()
    await talk.settle()
    talk.bus.refuses = False
    talk.ask()
    await talk.settle()
    assert [job.revision for job in talk.bus.jobs()] == [0, FILLER, 1]
    assert talk.bus.history == []


@pytest.mark.usefixtures("hasty")
async def test_a_command_that_hangs_is_made_again(talk: Talk) -> None:
    await talk.settle()
    talk.bus.hangs = True
    talk.greet()
    await asyncio.sleep(0.05)
    assert talk.bus.history == []
    talk.bus.hangs = False
    await asyncio.sleep(0.1)
    assert talk.bus.history == [("assistant", "Hello.")]


def waiting_long(talk: Talk) -> None:
    """The filler's speech is there, the caller has asked, and the answer does not come."""
    talk.say(FILLER, "One moment.", frames=5)
    talk.finish(FILLER)
    talk.greet()
    talk.ask()
    talk.silence()
    assert talk.state is State.THINKING
    talk.conversation._happen(turn_events.TimerFired())
    talk.tick(2)


async def test_a_long_wait_is_bridged_and_the_answer_follows_the_filler(talk: Talk) -> None:
    waiting_long(talk)
    talk.say(1, "We sell bread.")
    talk.finish(1)
    assert talk.state is State.AGENT_SPEAKING
    talk.tick(1)
    assert talk.plane.playing(CALL) == FILLER, "the filler is not cut off"
    talk.tick(5)
    assert talk.plane.playing(CALL) == 1
    talk.tick(12)
    await talk.settle()
    assert talk.state is State.LISTENING
    # The words that bridged the wait are no part of the conversation.
    assert talk.bus.history == [
        ("assistant", "Hello."),
        ("user", "what do you sell"),
        ("assistant", "We sell bread."),
    ]
    assert len(talk.bus.events("filler")) == 1


@pytest.mark.usefixtures("hasty")
async def test_who_waits_while_redis_is_away_is_told_to_wait_on_and_answered_then(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_STALLED_S", 0.0)
    waiting_long(talk)
    await talk.settle()
    talk.bus.away = True
    talk.tick(6)
    talk.conversation.emit("something")
    await talk.settle()
    talk.conversation._happen(turn_events.TimerFired())
    talk.tick(2)
    assert talk.plane.playing(CALL) == FILLER, "once more"
    assert talk.state is State.THINKING
    talk.bus.away = False
    talk.tick(6)
    talk.say(1, "We sell bread.")
    talk.finish(1)
    talk.tick(2)
    assert talk.plane.playing(CALL) == 1


async def test_words_that_bridge_a_wait_begin_sooner_where_answers_take_long(talk: Talk) -> None:
    for _ in range(FEWEST):
        talk.conversation._context.waits.note(talk.conversation.agent.name, 9.0)
    talk.say(FILLER, "One moment.", frames=5)
    talk.finish(FILLER)
    talk.greet()
    talk.ask()
    talk.silence()
    await asyncio.sleep(SOONEST_S + 0.1)
    talk.tick(2)
    assert talk.plane.playing(CALL) == FILLER


async def test_a_long_wait_is_bridged_by_what_the_answer_is_about(talk: Talk) -> None:
    talk.say(FILLER, "One moment.", frames=5)
    talk.finish(FILLER)
    talk.greet()
    talk.ask()
    for revision, text in ((1, "About bread:"), (9, "About cake:"), (1, "About bread:")):
        talk.bridge(revision, text)
    talk.silence()
    talk.conversation._happen(turn_events.TimerFired())
    talk.tick(2)
    assert talk.plane.playing(CALL) == FILLER
    talk.say(1, "We sell bread.")
    talk.finish(1)
    talk.tick(20)
    await talk.settle()
    assert [event["text"] for event in talk.bus.events("filler")] == ["About bread:"]
    assert talk.bus.history[-1] == ("assistant", "We sell bread.")


async def test_words_about_another_answer_bridge_no_wait(talk: Talk) -> None:
    talk.bridge(9, "About cake:")
    waiting_long(talk)
    await talk.settle()
    assert [event["text"] for event in talk.bus.events("filler")] == ["One moment."]


async def test_a_caller_who_goes_on_silences_the_filler(talk: Talk) -> None:
    waiting_long(talk)
    talk.speaks(sample=20_000)
    talk.tick()
    assert talk.state is State.DOUBTING
    assert talk.plane.playing(CALL) is None
    talk.conversation.on_media(media.SpeechSustained(CALL))
    assert talk.state is State.CALLER_SPEAKING
    talk.say(1, "too late")
    talk.tick()
    assert talk.plane.playing(CALL) is None


async def test_an_okay_while_the_agent_thinks_does_not_begin_its_answer_anew(talk: Talk) -> None:
    waiting_long(talk)
    talk.speaks(sample=20_000)
    talk.pause(24_000)
    await talk.settle()
    assert talk.bus.jobs()[-1].reply is False
    talk.say(1, "We sell bread.")
    talk.tick()
    assert talk.plane.playing(CALL) is None
    talk.transcript(2, "Okay.")
    talk.tick()
    assert talk.plane.playing(CALL) == 1


async def test_an_answer_that_waits_for_the_filler_can_be_interrupted(talk: Talk) -> None:
    waiting_long(talk)
    talk.say(1, "We sell bread.")
    talk.speaks(sample=20_000)
    assert talk.state is State.INTERRUPTED
    talk.conversation.on_media(media.SpeechSustained(CALL))
    talk.tick(20)
    assert talk.state is State.CALLER_SPEAKING
    assert talk.plane.playing(CALL) is None


async def test_without_its_speech_there_is_no_filler(talk: Talk) -> None:
    talk.greet()
    talk.ask()
    talk.silence()
    talk.conversation._happen(turn_events.TimerFired())
    talk.say(1, "We sell bread.")
    assert talk.state is State.AGENT_SPEAKING
    talk.tick()
    assert talk.plane.playing(CALL) == 1


async def test_hold_pauses_the_reply_and_counts_neither_as_speech_over_it_nor_as_a_wait(talk: Talk) -> None:
    await answering(talk)
    played = talk.plane.played(1)
    talk.conversation.hold(True)
    talk.tick(50)
    assert talk.plane.played(1) == played
    talk.conversation.hold(False)
    talk.tick(50)
    assert talk.plane.played(1) > played
    await talk.settle()
    assert talk.bus.events("barge_in") == []
