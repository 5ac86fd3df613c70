"""A call that was made, on a fake Asterisk and a fake media plane: what is done with whoever answers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pytest
from prometheus_client import REGISTRY

from gateway.answering import reception
from gateway.media.events import SpeechPaused, SpeechStarted
from gateway.turns.events import State
from parley.agents import Agent
from parley.messages import Message, ReplyJob, TranscribeJob, Transcript
from parley.outside.dialling import Dial
from tests.fakes.gateway.exchange import AGENT, Exchange, exchange, shorten
from tests.gateway.answering.sounds import Samples, frames, quiet, tone, voice

CALL = "made-1"
MESSAGE = "Hello Jane, please call us back."


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


@dataclass
class Callee:
    """Whoever has answered."""

    it: Exchange
    words: str = ""

    def hear(self, sound: Samples, *, speech: bool = False) -> None:
        self.it.plane.sounds += [(frame, speech) for frame in frames(sound)]

    async def heard(self) -> None:
        """All of it has been heard, or nobody listens any more."""
        plane = self.it.plane
        await self.it.until(lambda: not (plane.sounds and CALL in plane.rows and plane.rows[CALL].monitored))
        await asyncio.sleep(0.02)

    async def says(self, seconds: float, words: str, pause_s: float = 1.1) -> None:
        """Speak and pause; what was said is written down when it is asked for."""
        self.words = words
        self.it.plane.emit([SpeechStarted(CALL, 0, 0.0, 0, 0.0)])
        self.hear(voice(seconds), speech=True)
        await self.heard()
        self.it.plane.emit([SpeechPaused(CALL, 16_000, 0.0)])
        self.hear(quiet(pause_s))
        await self.heard()

    def answer_jobs(self, work: Callable[[Message], None]) -> Callable[[Message], None]:
        def done(job: Message) -> None:
            if isinstance(job, TranscribeJob) and job.revision < 0:
                names: dict[str, Any] = {"call": CALL, "turn": 0, "revision": job.revision}
                words = Transcript(**names, text=self.words, end_of_turn=None, queue_s=0.0, work_s=0.0)
                self.it.switchboard.on_message(words)
            else:
                work(job)

        return done


@asynccontextmanager
async def answered(voicemail: str = "", chat: str = "", keys: tuple[str, ...] = ()) -> AsyncIterator[Callee]:
    agent = Agent(name=AGENT.name, file=msgspec.structs.replace(AGENT.file, callee_keys=keys))
    async with exchange(agent) as it:
        callee = Callee(it)
        it.work = callee.answer_jobs(it.work)  # type: ignore[method-assign]
        own: dict[str, Any] = {"id": CALL, "to": "1002", "agent": "exchange", "by": "crm", "ring_s": 20.0}
        own |= {"greeting": "Hello {name}.", "variables": {"name": "Jane"}, "until": 1e12}
        await it.switchboard.dialling.ring(Dial(**own, voicemail=voicemail, chat=chat))
        it.ari.answer(CALL)
        await it.until(lambda: it.state(CALL) is (State.HELD if not chat else State.LISTENING))
        # Nothing is heard before the media plane has taken that up.
        await it.until(lambda: chat or (CALL in it.plane.rows and it.plane.rows[CALL].monitored))
        yield callee


def said(it: Exchange) -> list[str]:
    return [job.text for job in it.bus.jobs() if isinstance(job, ReplyJob) and job.kind == "line"]


def who(it: Exchange) -> list[str]:
    return [str(event["who"]) for event in it.bus.events("answered_by")]


def counted(kind: str) -> float:
    return REGISTRY.get_sample_value("parley_calls_answered_by_total", {"kind": kind}) or 0.0


async def test_a_person_is_greeted_when_they_have_said_hello() -> None:
    async with answered() as callee:
        it = callee.it
        await it.until(lambda: said(it) == ["Hello Jane."])
        await asyncio.sleep(0.05)
        assert it.plane.played(0) == 0
        before = counted("person")
        await callee.says(0.4, "Jane Doe speaking.")
        await it.until(lambda: it.state(CALL) is State.LISTENING)
        assert it.plane.played(0) > 0
        assert who(it) == ["person"]
        assert ("user", "Jane Doe speaking.") in it.bus.history
        it.ari.hang_up(CALL)
        await it.over(CALL)
        assert it.outcome() == "caller_hung_up"
        assert counted("person") == before + 1


async def test_who_says_nothing_is_greeted_all_the_same() -> None:
    async with answered() as callee:
        await callee.it.until(lambda: callee.it.state(CALL) is State.LISTENING)
        assert who(callee.it) == ["silence"]
        await callee.says(0.4, "")
        assert who(callee.it) == ["silence", "person"]


async def test_who_becomes_a_call_from_a_chat_is_not_kept_waiting() -> None:
    async with answered(chat="chat-1") as callee:
        assert who(callee.it) == []
        assert not callee.it.plane.rows[CALL].monitored


async def test_a_voicemail_hears_its_message_whole_after_the_beep() -> None:
    async with answered(voicemail="Hello {name}, please call us back.") as callee:
        it = callee.it
        await callee.says(3.0, "I am not available right now. Please leave a message after the tone.")
        assert who(it) == ["voicemail"]
        assert MESSAGE not in said(it)
        callee.hear(tone(0.4, 1000))
        callee.hear(quiet(0.5))
        await callee.heard()
        await it.over(CALL)
        assert said(it)[-1] == MESSAGE
        assert it.plane.played(0) == 0
        assert it.outcome() == "message_left"


async def test_a_voicemail_that_gets_no_message_is_hung_up_on() -> None:
    async with answered() as callee:
        await callee.says(2.0, "Please leave a message after the tone.", pause_s=0.1)
        await callee.it.over(CALL)
        assert (callee.it.outcome(), callee.it.plane.played(0)) == ("machine", 0)


async def test_a_machine_that_seemed_a_person_is_found_out_and_told_its_message() -> None:
    async with answered(voicemail=MESSAGE) as callee:
        it = callee.it
        await callee.says(0.8, "Hi, this is Dave.")
        await it.until(lambda: it.state(CALL) is State.LISTENING)
        callee.hear(voice(3.0), speech=True)
        callee.hear(quiet(0.4))
        callee.hear(tone(0.4, 1000))
        callee.hear(quiet(0.5))
        await callee.heard()
        await it.over(CALL)
        assert who(it) == ["person", "voicemail"]
        assert said(it)[-1] == MESSAGE
        assert it.outcome() == "message_left"


async def test_who_screens_calls_hears_who_calls_and_why() -> None:
    async with answered() as callee:
        it = callee.it
        await callee.says(2.0, "Please state your name and why you are calling.")
        await it.until(lambda: it.state(CALL) is State.LISTENING)
        assert who(it) == ["screening"]
        assert said(it)[-1] == "This is the automatic assistant of Shop. Hello Jane."


@pytest.mark.parametrize(
    ("sound", "kind", "outcome"),
    [
        (tone(0.8, 2100), "fax", "machine"),
        (
            np.concatenate([tone(0.33, hertz) for hertz in (950, 1400, 1800)]),
            "unobtainable",
            "no_such_number",
        ),
    ],
    ids=["fax", "announcement"],
)
async def test_machines_are_hung_up_on(sound: Samples, kind: str, outcome: str) -> None:
    async with answered(voicemail=MESSAGE) as callee:
        callee.hear(sound)
        callee.hear(quiet(0.5))
        await callee.it.over(CALL)
        assert (who(callee.it), callee.it.outcome()) == ([kind], outcome)
        assert callee.it.plane.played(0) == 0


async def test_a_menu_is_hung_up_on() -> None:
    async with answered(voicemail=MESSAGE) as callee:
        await callee.says(2.5, "Welcome to the bank. For accounts, press one.", pause_s=0.1)
        await callee.it.over(CALL)
        assert (who(callee.it), callee.it.outcome()) == (["menu"], "machine")


async def test_the_recogniser_is_told_what_machines_say() -> None:
    async with answered() as callee:
        await callee.says(0.4, "Hello?")
        jobs = [job for job in callee.it.bus.jobs() if isinstance(job, TranscribeJob) and job.revision < 0]
        assert jobs
        assert all("after the tone" in job.vocabulary for job in jobs)


def pressed(it: Exchange) -> list[str]:
    start = f"POST channels/{CALL}/dtmf?dtmf="
    return [request.removeprefix(start) for request in it.ari.requests if request.startswith(start)]


async def test_a_menu_has_its_key_pressed_and_who_comes_then_is_greeted() -> None:
    async with answered(keys=("2",)) as callee:
        it = callee.it
        await callee.says(2.5, "Welcome to the bank. For accounts, press one.", pause_s=0.1)
        await it.until(lambda: pressed(it) == ["2"])
        callee.hear(quiet(3.0))
        callee.hear(tone(2.0, 440, 480))
        callee.hear(quiet(3.0))
        await callee.heard()
        assert it.state(CALL) is State.HELD
        assert it.plane.played(0) == 0
        await callee.says(1.0, "Accounts, Ann speaking.")
        await it.until(lambda: it.state(CALL) is State.LISTENING)
        assert who(it) == ["menu", "person"]
        assert [event.get("pressed") for event in it.bus.events("answered_by")] == ["2", None]
        assert it.plane.played(0) > 0


async def test_each_menu_has_a_key_and_after_the_last_one_it_is_waited() -> None:
    async with answered(keys=("2", "0")) as callee:
        it = callee.it
        await callee.says(2.5, "For accounts, press one. For cards, press two.", pause_s=0.1)
        await it.until(lambda: pressed(it) == ["2"])
        await callee.says(2.0, "Blocked cards: press one.", pause_s=0.1)
        await it.until(lambda: pressed(it) == ["2", "0"])
        await callee.says(2.0, "All of our agents are busy.", pause_s=0.5)
        assert it.state(CALL) is State.HELD
        await callee.says(0.6, "Ann speaking.")
        await it.until(lambda: it.state(CALL) is State.LISTENING)
        assert pressed(it) == ["2", "0"]


async def test_nobody_waits_for_ever_behind_a_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "_LONGEST_S", 6.0)
    async with answered(keys=("0",)) as callee:
        await callee.says(2.5, "For accounts, press one.", pause_s=0.1)
        callee.hear(quiet(6.0))
        await callee.it.over(CALL)
        assert callee.it.outcome() == "machine"


async def test_what_a_menu_says_over_its_key_is_not_the_next_menu() -> None:
    async with answered(keys=("2", "0")) as callee:
        it = callee.it
        await callee.says(2.5, "For accounts, press one.", pause_s=0.1)
        await it.until(lambda: pressed(it) == ["2"])
        old = Transcript(
            call=CALL,
            turn=0,
            revision=-3,
            text="For cards, press two.",
            end_of_turn=None,
            queue_s=0.0,
            work_s=0.0,
        )
        it.switchboard.on_message(old)
        await asyncio.sleep(0.02)
        assert pressed(it) == ["2"]
        assert it.state(CALL) is State.HELD


async def test_a_number_that_is_not_in_service_is_hung_up_on() -> None:
    async with answered(voicemail=MESSAGE) as callee:
        await callee.says(2.5, "The number you have dialed is not in service.", pause_s=0.1)
        await callee.it.over(CALL)
        assert (who(callee.it), callee.it.outcome()) == (["unobtainable"], "no_such_number")


async def test_another_gateway_greets_who_has_heard_nothing_yet() -> None:
    async with answered() as callee:
        it = callee.it
        await it.die()
        await it.until(lambda: it.state(CALL) is State.LISTENING)
        assert said(it)[-1].endswith(" Hello Jane.")
        it.ari.hang_up(CALL)
        await it.over(CALL)
