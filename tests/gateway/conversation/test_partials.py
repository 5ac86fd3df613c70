"""When a conversation asks for words that are still being spoken, and what it does with them."""

from typing import Any, cast

import numpy as np
import pytest

from gateway.conversation import partials
from gateway.conversation.context import Context
from gateway.conversation.conversation import Conversation
from gateway.conversation.partials import LONGEST, STEP
from gateway.media import events as media
from gateway.turns.events import State
from gateway.turns.memory import TurnSettings
from parley.agents import Agent, AgentFile
from parley.messages import PartialJob, PartialTranscript, ReplyEnd, Speech, Transcript
from tests.fakes.bus import FakeBus
from tests.fakes.gateway.guidance import NoGuidance
from tests.fakes.gateway.plane import FakePlane

CALL = "c1"


def agent(language: str) -> Agent:
    file = AgentFile(company="Shop", extensions=("100",), greeting="Hello", persona="p", language=language)
    return Agent(name="shop", file=file)


class Choosing(NoGuidance):
    choosing = True


class Talk:
    """A conversation of which the audio that grows is told."""

    def __init__(self, language: str = "en", *, wanted: bool = True) -> None:
        self.bus, self.plane = FakeBus(), FakePlane()
        context = Context(
            "gw", cast(Any, self.plane), cast(Any, self.bus), TurnSettings(partial_words=wanted), 2.5
        )
        self.guidance = NoGuidance()
        self.conversation = Conversation(
            context,
            CALL,
            agent(language),
            guidance=lambda: self.guidance,
            on_greeted=lambda: None,
            on_end=lambda _: None,
        )
        self.plane.emit = lambda events: [self.conversation.on_media(e) for e in events] and None
        self.plane.add(CALL, "127.0.0.1", 4000, interruptible=True)
        self.sample = 0

    def greet(self) -> None:
        self.conversation.begin()
        self.reply(0, "Hello. ")
        self.play()
        assert self.conversation.state is State.LISTENING

    def reply(self, revision: int, text: str, frames: int = 10) -> None:
        pcm = np.ones(frames * 320, np.int16).tobytes()
        speech = Speech(call=CALL, turn=0, revision=revision, seq=0, text=text, pcm=pcm)
        self.conversation.on_message(speech)
        self.conversation.on_message(ReplyEnd(call=CALL, turn=0, revision=revision))

    def play(self, ticks: int = 11) -> None:
        for _ in range(ticks):
            self.plane.tick()

    @property
    def silent(self) -> bool:
        """Whether the agent has paused, at the next tick."""
        self.play(1)
        return self.plane.rows[CALL].paused

    def speak(self) -> None:
        """The caller begins: 300 ms before that belong to it, and are told first."""
        self.start = self.sample
        self.hear(4800)
        self.plane.caller_speaks(CALL, sample=self.start)

    def hear(self, samples: int) -> None:
        for _ in range(samples // 1600):
            self.conversation.on_media(media.CallerAudio(CALL, self.sample, np.ones(1600, np.int16)))
            self.sample += 1600

    def hush(self) -> None:
        self.conversation.on_media(media.SpeechHushed(CALL, self.sample))

    def pause(self) -> None:
        self.conversation.on_media(media.SpeechPaused(CALL, self.sample, 0.0))

    def answer(self, text: str, end: int | None = None) -> None:
        self.conversation.on_message(
            PartialTranscript(
                call=CALL, gateway="gw", agent="shop", turn=1, start_sample=self.start,
                end_sample=self.sample if end is None else end, text=text, confidence=0.9, published_at=0.0,
            )
        )  # fmt: skip

    async def asked(self) -> list[PartialJob]:
        errands = self.conversation.errands
        errands.close()
        await errands.run()
        return [job for job in self.bus.jobs() if isinstance(job, PartialJob)]


async def test_words_are_asked_for_as_the_audio_grows_one_question_at_a_time() -> None:
    talk = Talk()
    talk.greet()
    talk.speak()
    talk.hear(STEP - 1600)
    talk.hear(1600)
    talk.hear(4 * STEP)
    talk.answer("what")
    talk.hear(1600)
    jobs = await talk.asked()
    assert [(job.start_sample, job.hushed, job.prepare, job.turn) for job in jobs] == [
        (talk.start, False, True, 1)
    ] * 2, "one when enough had come, one when that was answered"


async def test_a_hush_asks_at_once_or_when_the_question_before_is_answered() -> None:
    talk = Talk()
    talk.greet()
    talk.speak()
    talk.hear(1600)
    talk.hush()
    talk.answer("what")
    talk.conversation.on_media(media.SpeechWentOn(CALL))
    talk.hear(STEP + 1600)
    before = talk.sample
    talk.hear(1600)
    talk.hush()
    talk.answer("what do you", end=before)
    jobs = await talk.asked()
    assert [job.hushed for job in jobs] == [True, False, True]


async def test_a_question_that_was_lost_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(partials.time, "monotonic", lambda: now)
    talk = Talk()
    talk.greet()
    talk.speak()
    talk.hear(STEP)
    talk.hear(STEP)
    now += 1.1
    talk.hear(STEP)
    assert len(await talk.asked()) == 2


@pytest.mark.parametrize(("language", "wanted"), [("de", True), ("en", False)])
async def test_nothing_is_asked_where_nobody_could_answer(language: str, wanted: bool) -> None:
    talk = Talk(language, wanted=wanted)
    talk.greet()
    talk.speak()
    talk.hear(4 * STEP)
    talk.hush()
    assert await talk.asked() == []


async def test_a_monologue_is_not_followed() -> None:
    talk = Talk()
    talk.greet()
    talk.speak()
    for _ in range(LONGEST // 1600 + 20):
        talk.hear(1600)
        talk.answer("and then")
    jobs = await talk.asked()
    assert len(jobs) <= LONGEST // STEP


async def test_an_acknowledgement_lets_the_agent_go_on_before_the_transcript() -> None:
    talk = Talk()
    talk.greet()
    interrupted(talk)
    talk.hear(3200)
    assert talk.silent
    assert talk.conversation.state is State.INTERRUPTED
    talk.hush()
    talk.answer("Okay.")
    assert not talk.silent
    talk.pause()
    talk.conversation.on_message(transcript(2, "Okay."))
    assert talk.conversation.state is State.AGENT_SPEAKING
    jobs = await talk.asked()
    assert [job.hushed for job in jobs] == [True], "only the end of the words tells anything over the agent"
    assert [event["outcome"] for event in talk.bus.events("barge_in")] == ["resumed"]


async def test_what_goes_on_after_an_acknowledgement_silences_the_agent_again() -> None:
    talk = Talk()
    talk.greet()
    interrupted(talk)
    talk.hear(3200)
    talk.hush()
    talk.answer("Okay.")
    talk.conversation.on_media(media.SpeechWentOn(CALL))
    assert talk.silent


async def test_words_of_another_stretch_mean_nothing() -> None:
    talk = Talk()
    talk.greet()
    interrupted(talk)
    talk.hear(3200)
    talk.hush()
    talk.start -= 1600
    talk.answer("Okay.")
    assert talk.silent


async def test_words_that_choose_from_a_menu_are_waited_for() -> None:
    talk = Talk()
    talk.greet()
    interrupted(talk)
    talk.guidance = Choosing()
    talk.hear(3200)
    talk.hush()
    talk.answer("Yes.")
    assert talk.silent
    assert [job.prepare for job in await talk.asked()] == [False]


def transcript(revision: int, text: str) -> Transcript:
    return Transcript(
        call=CALL, turn=1, revision=revision, text=text, end_of_turn=0.9, queue_s=0.0, work_s=0.1
    )


def interrupted(talk: Talk) -> None:
    """A question was asked, and the caller speaks over its answer."""
    talk.speak()
    talk.pause()
    talk.conversation.on_message(transcript(1, "what do you sell"))
    talk.conversation.on_media(media.SilenceReached(CALL))
    talk.reply(1, "Phones and laptops, and what belongs to them. ", frames=500)
    talk.play(100)
    talk.speak()
