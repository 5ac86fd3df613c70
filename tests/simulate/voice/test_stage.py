"""Conversations by voice: with a telephone that is none, and a gateway's events on a real Redis."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from caller.errors import CallEnded
from caller.phone.call import Heard, Tracks
from caller.sound.clip import Clip, from_wav
from caller.sound.measure import Span
from caller.sound.track import Track
from parley.bus import Bus
from parley.messages import Event
from parley.simulation.schema import Script, Turn
from simulate.stage import NoAnswer
from simulate.voice import stage as stages
from simulate.voice.speakers import Speaks
from simulate.voice.stage import VoiceStage, by_voice, waited
from simulate.voice.telephone import Dialled
from simulate.voice.witness import Witness, watching
from tests.chat.conftest import shop
from tests.simulate.conftest import case

WORDS, GERMAN = (Clip(np.full(count, 900, np.int16), 8000) for count in (800, 1600))
SCRIPT = Script(name="s", turns=(Turn(say="Hi"),))


class Said:
    """When something was said."""

    def __init__(self, start: float | None = None, end: float | None = None) -> None:
        self.start, self.end = start, end or time.monotonic()


class FakeCall:
    """The agent answers at once, as `answers` say: each is (revision, text) or the name of an event."""

    def __init__(self, bus: Bus, witness: Witness) -> None:
        self._bus = bus
        self._witness = witness
        self._told = 0
        self.answered_at = time.monotonic()
        self.is_over = False
        self.done: list[str] = []
        self.answers: list[list[tuple[int, str] | str]] = []
        self.heard: list[Heard | None] = []

    async def _answer(self) -> None:
        now = time.monotonic()
        spoken = self.answers.pop(0) if self.answers else []
        self.heard = []
        for what in spoken:
            if isinstance(what, str):
                self.is_over = self.is_over or what == "call_ended"
                await self._tell(what, language="de", target="sales", outcome="completed")
                continue
            await self._tell("agent_speaks", revision=what[0])
            await self._tell("agent_said", revision=what[0], text=what[1])
            self.heard.append(Heard(now + 0.5, now + 1.0))

    async def _tell(self, kind: str, **data: object) -> None:
        self._told += 1
        await self._bus.emit(kind, "c1", **data)
        assert await self._witness.until(lambda: len(self._witness.of("c1")) >= self._told, 20)

    async def say(self, clip: Clip) -> Said:
        if self.is_over:
            raise CallEnded("gone")
        self.done.append(f"said {clip.seconds:.1f}")
        await self._answer()
        return Said()

    async def press(self, digits: str) -> None:
        self.done.append(f"pressed {digits}")
        await self._answer()

    async def listen(self, **wanted: Any) -> Heard | None:
        if wanted.get("at_most"):
            self.done.append(f"listened {wanted['at_most']:g}")
            return None
        if not self.done:
            self.done.append("called")
            await self._answer()
        if not self.heard:
            await asyncio.sleep(0 if self.is_over else 0.05)
        return self.heard.pop(0) if self.heard else None

    async def hangup(self) -> None:
        if not self.is_over:
            await self._tell("call_ended", outcome="caller_hung_up")
        self.is_over = True

    async def tracks(self) -> Tracks:
        times = np.arange(10) * 0.02 + self.answered_at
        track = Track(np.full(1600, 500, np.int16), 8000, np.arange(10) * 160, times, "wire")
        return Tracks(track, track, None, None)


class FakeTelephone:
    def __init__(self, call: FakeCall) -> None:
        self._call = call
        self.dialled_: list[str] = []

    @asynccontextmanager
    async def dialled(self, extension: str) -> AsyncIterator[Dialled]:
        self.dialled_.append(extension)
        yield Dialled(self._call, "c1")  # type: ignore[arg-type]


class FakeSpeakers:
    def of(self, language: str, *_: object) -> Speaks:
        return lambda _text: GERMAN if language == "de" else WORDS


@pytest.fixture
async def witness(bus: Bus) -> AsyncIterator[Witness]:
    async with watching(bus) as seen:
        yield seen


@pytest.fixture
def call(bus: Bus, witness: Witness) -> FakeCall:
    return FakeCall(bus, witness)


@pytest.fixture
def held(call: FakeCall, witness: Witness, tmp_path: Path) -> Callable[[list[Event]], Any]:
    stage = VoiceStage(
        FakeTelephone(call),  # type: ignore[arg-type]
        witness,
        FakeSpeakers(),  # type: ignore[arg-type]
        {"shop": shop()},
        tmp_path,
    )
    return lambda told: stage.conversation(case(SCRIPT), told)


async def test_what_the_agent_says_is_known_word_by_word(
    call: FakeCall, held: Callable[[list[Event]], Any], tmp_path: Path
) -> None:
    told: list[Event] = []
    call.answers = [
        [(0, "Hello.")],
        [(-1, "One moment."), (1, "We open at nine."), (2, "And close at six.")],
        [],
    ]
    async with held(told) as talk:
        greeting = await talk.greeted()
        answer = await talk.say("When are you open?")
    assert (greeting.answer, answer.answer) == ("Hello.", "We open at nine. And close at six.")
    assert 0 < answer.seconds <= 0.5
    assert (answer.language, answer.ended) == ("en", False)
    assert told[-1].kind == "call_ended"
    assert [event.kind for event in answer.events].count("agent_said") == 3
    assert talk.recording == "calls/001.wav"
    assert from_wav(tmp_path / talk.recording).seconds == pytest.approx(0.2)
    assert answer.at_s is not None
    assert answer.at_s >= 0


async def test_keys_are_pressed_and_dots_are_silence(
    call: FakeCall, held: Callable[[list[Event]], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "SILENT_S", 0.1)
    call.answers = [[(0, "For German press 2.")], [(1, "Guten Tag."), "language"], [(2, "Ja.")]]
    async with held([]) as talk:
        await talk.greeted()
        answer = await talk.say("2")
        await talk.say("Sind Sie da?")
        silence = await talk.say("...")
    assert call.done == ["called", "pressed 2", "said 0.2"], "by a German voice"
    assert (answer.answer, answer.language) == ("Guten Tag.", "de")
    assert silence.answer == ""


async def test_who_interrupts_speaks_over_the_answer(
    call: FakeCall, held: Callable[[list[Event]], Any]
) -> None:
    call.answers = [[(0, "Hello.")], [(1, "We open")], [(2, "We are in Road 1.")]]
    async with held([]) as talk:
        await talk.greeted()
        answer = await talk.say("When are you open?", "Where are you?")
    assert call.done == ["called", "said 0.1", "listened 1", "said 0.1"]
    assert answer.said == "When are you open? … Where are you?"
    assert answer.answer == "We open We are in Road 1."


async def test_who_is_given_to_people_is_no_more_the_agent_s(
    call: FakeCall, held: Callable[[list[Event]], Any]
) -> None:
    call.answers = [[(0, "Hello.")], [(1, "I connect you."), "transfer_started", "transfer_connected"]]
    async with held([]) as talk:
        await talk.greeted()
        answer = await talk.say("A person, please.")
        assert talk.over
    assert (answer.answer, answer.ended) == ("I connect you.", False)
    assert "transfer_started" in [event.kind for event in answer.events]


async def test_an_agent_that_ends_the_call(call: FakeCall, held: Callable[[list[Event]], Any]) -> None:
    call.answers = [[(0, "Hello.")], [(1, "Goodbye."), "call_ended"]]
    async with held([]) as talk:
        await talk.greeted()
        assert (await talk.say("Bye.")).ended
        after = await talk.say("Are you there?")
    assert (after.answer, after.ended) == ("", True)


async def test_an_agent_that_says_nothing(
    call: FakeCall, held: Callable[[list[Event]], Any], tmp_path: Path
) -> None:
    call.answers = [[(0, "Hello.")], []]
    async with held([]) as talk:
        await talk.greeted()
        with pytest.raises(NoAnswer):
            await talk.say("Hello?")
    assert (tmp_path / "calls" / "001.wav").is_file(), "what was heard until then is kept"


def test_by_voice_a_conversation_begins_as_the_agent_does() -> None:
    cases = [case(SCRIPT), case(SCRIPT, language="de")]
    assert by_voice(cases, {"shop": shop()}) == ([cases[0]] if shop().file.extensions else [])


def span(start: float, end: float) -> Span:
    return Span(start, end, 0, 0, -20.0)


@pytest.mark.parametrize(
    ("interrupts", "heard", "seconds"),
    [
        (False, [span(0.0, 0.9), span(2.7, 4.0)], 0.7),
        (False, [span(1.8, 4.0)], -0.2),  # the agent broke in
        (True, [span(0.0, 1.4), span(1.8, 1.9), span(2.5, 4.0)], 0.5),
        (False, [span(0.0, 0.9)], None),
    ],
)
def test_an_answer_s_seconds_count_from_the_last_voice(
    interrupts: bool, heard: list[Span], seconds: float | None
) -> None:
    sent = [span(-3.0, -1.0), span(1.1, 1.6), span(1.7, 2.0)]  # around it there is quiet, which was said, too
    found = waited(Said(1.0, 2.5), sent, heard, interrupts=interrupts)  # type: ignore[arg-type]
    assert found == (seconds if seconds is None else pytest.approx(seconds))


def test_where_no_packet_was_seen_nothing_is_known() -> None:
    assert waited(Said(1.0, 2.5), [], [span(2.7, 4.0)], interrupts=False) is None  # type: ignore[arg-type]
    assert waited(Said(None, 2.5), [span(1.1, 2.0)], [], interrupts=False) is None  # type: ignore[arg-type]
