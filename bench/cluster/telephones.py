"""Telephones at the edge: callers who converse and call again, and one that is rung."""

import asyncio
import contextlib
import itertools
import math
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bench.cluster.cells import NotReached
from bench.cluster.figures import Call, evenly
from bench.faults.callers import EXTENSION, QUESTIONS, Speech
from bench.faults.turns import Turn, answers, stretches
from bench.instruments.users import identity
from caller.errors import CallEnded, CallerError
from caller.phone.call import PhoneCall
from caller.phone.phone import Softphone
from caller.sound.clip import Clip

_APART_S = 0.7
_BEGUN_S = 240.0
_ENDING_S = 60.0
_DIALLED_S = 20.0
_GREETED_IN_S = 15.0
_PATIENCE_S = 15.0
"""Who hears no voice for so long after a question asks the next one, if the line is alive."""
_DEAD_S = 5.0
"""A line by which nothing came for so long, not even silence, is dead: the call is lost, its caller calls anew."""
_SILENCE_S = 1.2
_THINKING_S = 3.0
_AGAIN_S = 0.5
_JUDGED_S = 6.0
"""So much of an answer is enough to know it by."""
_RUNG_S = 20.0


class Telephone:
    """A caller with a number of its own, who asks question after question."""

    def __init__(self, number: str, phone: Softphone, speech: Speech, first: int) -> None:
        """`first`: with which question it begins."""
        self.number = number
        self._phone = phone
        self._speech = speech
        self._first = first
        self._longest_s = math.inf
        self._stopping = False
        self.conversing = asyncio.Event()
        """Set with the first answer."""
        self.calls: list[Call] = []
        self.heard: list[tuple[Turn, Clip]] = []

    async def run(self, longest_s: float) -> None:
        """Call, for so long at most, and again, until `stop`; what happened is in `calls` and `heard`."""
        self._longest_s, self._stopping = longest_s, False
        self.calls, self.heard = [], []
        self.conversing.clear()
        while not self._stopping:
            await self._call()

    def stop(self) -> None:
        """End the call with the answer that is waited for."""
        self._stopping = True

    async def _call(self) -> None:
        call = Call(self.number, time.monotonic())
        self.calls.append(call)
        try:
            line = await self._phone.dial(EXTENSION, within=_DIALLED_S)
        except CallerError as error:
            call.over, call.why = time.monotonic(), str(error)
            await asyncio.sleep(_AGAIN_S)
            return
        call.answered = time.monotonic()
        try:
            await line.listen(since=line.answered_at, silence=_SILENCE_S, within=_GREETED_IN_S)
            with contextlib.suppress(CallEnded):
                await self._converse(line, call)
        finally:
            call.over, call.why = time.monotonic(), line.end_reason
            call.dropped = line.is_over and not line.ended_by_us
            await line.hangup()

    async def _converse(self, line: PhoneCall, call: Call) -> None:
        began = time.monotonic()
        for question in itertools.islice(itertools.cycle(QUESTIONS), self._first, None):
            if self._stopping or line.is_over or time.monotonic() - began > self._longest_s:
                return
            turn = Turn(question, time.monotonic())
            said = await line.say(self._speech.clips[question.text])
            turn.said_end = said.end or time.monotonic()
            call.turns.append(turn)
            heard = await line.listen(since=turn.said_end, silence=_SILENCE_S, within=_PATIENCE_S)
            turn.until = time.monotonic()
            turn.stretches = stretches(line.voice.stretches if line.voice else [], turn.said_end)
            if heard is None:
                call.mute = not line.is_over and _is_dead(line)
                if call.mute:
                    return
                continue
            end = min(heard.end + 0.2, heard.start + _JUDGED_S)
            self.heard.append((turn, line.heard_between(heard.start - 0.1, end)))
            self.conversing.set()
            await asyncio.sleep(_THINKING_S)


def _is_dead(line: PhoneCall) -> bool:
    return line.heard_at is None or time.monotonic() - line.heard_at > _DEAD_S


@asynccontextmanager
async def conversing(telephones: Sequence[Telephone], longest_s: float = math.inf) -> AsyncIterator[None]:
    """Have all call, one after the other; the block runs once each has had an answer. Calls are over after it.

    NotReached when some have none.
    """
    running = []
    for telephone in telephones:
        running.append(asyncio.create_task(telephone.run(longest_s)))
        await asyncio.sleep(_APART_S)
    try:
        await _all_answered(telephones)
        yield
    finally:
        for telephone in telephones:
            telephone.stop()
        await asyncio.wait(running, timeout=_ENDING_S)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _all_answered(telephones: Sequence[Telephone]) -> None:
    try:
        async with asyncio.timeout(_BEGUN_S):
            await asyncio.gather(*(telephone.conversing.wait() for telephone in telephones))
    except TimeoutError:
        silent = [telephone.number for telephone in telephones if not telephone.conversing.is_set()]
        raise NotReached(f"no answer after {_BEGUN_S:g} s: {', '.join(silent)}") from None


async def judged(telephones: Sequence[Telephone], speech: Speech, most: int) -> list[Turn]:
    """Write down some of the answers that were heard, at most so many, once nobody calls; `answered` says if right."""
    clips = {id(turn): clip for telephone in telephones for turn, clip in telephone.heard}
    some = evenly([turn for telephone in telephones for turn, _ in telephone.heard], most)
    for turn in some:
        turn.heard = await speech.ears.transcribe(clips[id(turn)])
        turn.answered = answers(turn.question, turn.heard)
    return some


async def rings(address: str, phone: Softphone, number: str) -> bool:
    """Whether a cell's own call comes to a telephone that has registered at the edge, and can be answered."""
    while not phone.incoming.empty():
        phone.incoming.get_nowait()
    async with Softphone(identity("1002", f"{address}:5060"), wire=False, register=False) as other:
        dialling = asyncio.create_task(other.dial(number, within=_RUNG_S))
        try:
            async with asyncio.timeout(_RUNG_S):
                ringing = await phone.incoming.get()
                await ringing.answer()
                call = await dialling
        except (TimeoutError, CallerError):
            dialling.cancel()
            await asyncio.gather(dialling, return_exceptions=True)
            return False
        await call.hangup()
        return await ringing.ended(5)


async def cell_answers(address: str, speech: Speech, within: float) -> None:
    """Wait until a cell that is called without the edge answers a question; NotReached when it does not in time."""
    question = QUESTIONS[0]
    deadline = time.monotonic() + within
    async with Softphone(identity("1002", f"{address}:5060"), wire=False, register=False) as phone:
        while time.monotonic() < deadline:
            try:
                line = await phone.dial(EXTENSION, within=_DIALLED_S)
            except CallerError:
                await asyncio.sleep(_AGAIN_S)
                continue
            try:
                await line.listen(since=line.answered_at, silence=_SILENCE_S, within=_GREETED_IN_S)
                said = await line.say(speech.clips[question.text])
                heard = await line.listen(since=said.end, silence=_SILENCE_S, within=_PATIENCE_S)
                if heard and answers(question, await _words(line, heard.start, heard.end, speech)):
                    return
            except CallEnded:
                await asyncio.sleep(_AGAIN_S)
            finally:
                await line.hangup()
    raise NotReached(f"{address} answers no question after {within:g} s")


async def _words(line: PhoneCall, start: float, end: float, speech: Speech) -> str:
    return await speech.ears.transcribe(line.heard_between(start - 0.1, min(end + 0.2, start + _JUDGED_S)))
