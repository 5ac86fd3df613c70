"""Where conversations by voice are held: each is a call of a softphone to an agent's extension, as any caller's.

What the agent says is known by what the gateway tells of it, not by a recogniser's ears; when, by what is heard.
"""

import asyncio
import contextlib
import itertools
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from caller.errors import CallEnded
from caller.phone.call import Heard, PhoneCall
from caller.phone.line import Utterance
from caller.sound.measure import Span, answer_delay, spans
from caller.sound.recording import write_stereo
from parley.agents import Agent
from parley.messages import Event
from parley.simulation.load import Case
from simulate.stage import Exchange, NoAnswer, share
from simulate.voice.speakers import Speakers, Speaks
from simulate.voice.telephone import Dialled, Telephone
from simulate.voice.witness import Witness, unix_time

SILENCE_S = 1.5
"""Without voice, after which the agent is taken to have ended: a slow model pauses longer than people do."""
ANSWER_S = 45.0
"""So long an answer is waited for, until it begins."""
SILENT_S = 20.0
"""So long a caller says nothing who says nothing."""
PEOPLE_S = 20.0
"""So long who is given to people waits for one."""
INTERRUPT_S = 1.0
"""So long the agent has been speaking when it is interrupted."""
_TAIL_S = 0.3
_SETTLED_S = 3.0
_END_S = 8.0
_KEYS = re.compile(r"[0-9*#]+")
_REACHED = ("transfer_connected", "transfer_declined", "transfer_ended")


class Talk:
    """A conversation by voice, with an agent."""

    def __init__(
        self, dialled: Dialled, witness: Witness, speaks: Callable[[str], Speaks], language: str
    ) -> None:
        """`speaks`: who speaks for the caller in a language; `language`: that in which it begins."""
        self._call: PhoneCall = dialled.phone
        self._id = dialled.id
        self._witness = witness
        self._speaks = speaks
        self._language = language
        self._shown = 0
        """How many of the agent's lines were looked at."""
        self._spoken: list[tuple[Exchange, Utterance, bool]] = []
        """What was said last in each exchange, and whether it was said over the agent's answer."""
        self.exchanges: list[Exchange] = []
        self.recording = ""

    @property
    def over(self) -> bool:
        """Whether the agent has ended it, or given the caller to people."""
        return self._is_given() or self._call.is_over

    @property
    def _spoken_in(self) -> str:
        """The language of the call by now."""
        told = self._witness.of(self._id, "language")
        return str(told[-1].data["language"]) if told else self._language

    async def greeted(self) -> Exchange:
        """The agent's first words; raise NoAnswer."""
        exchange = Exchange("", unix_time(self._call.answered_at))
        self.exchanges.append(exchange)
        heard = await self._answer(self._call.answered_at, ANSWER_S)
        return await self._told(exchange, heard, self._call.answered_at, ANSWER_S)

    async def say(self, *texts: str) -> Exchange:
        """Say something, each text but the first over the agent's answer; return what comes. Raise NoAnswer."""
        speaks = await asyncio.to_thread(self._speaks, self._spoken_in)
        clips = [None if _is_wordless(text) else await asyncio.to_thread(speaks, text) for text in texts]
        begun = time.monotonic()
        exchange = Exchange(" … ".join(texts), unix_time(begun))
        self.exchanges.append(exchange)
        since = spoken = begun
        with contextlib.suppress(CallEnded):
            for number, (text, clip) in enumerate(zip(texts, clips, strict=True)):
                if number:
                    await self._call.listen(since=spoken, within=ANSWER_S, at_most=INTERRUPT_S)
                if clip is not None:
                    utterance = await self._call.say(clip)
                    self._note(exchange, utterance, interrupts=number > 0)
                    spoken = utterance.end or time.monotonic()
                elif _KEYS.fullmatch(text):
                    await self._call.press(text)
                    spoken = time.monotonic()
                since = spoken + _TAIL_S if number else begun
        patience = SILENT_S if all(map(_is_silence, texts)) else ANSWER_S
        heard = await self._answer(since, patience)
        return await self._told(exchange, heard, spoken, patience)

    def _note(self, exchange: Exchange, utterance: Utterance, *, interrupts: bool) -> None:
        self._spoken = [*(s for s in self._spoken if s[0] is not exchange), (exchange, utterance, interrupts)]

    async def _answer(self, since: float, within: float) -> Heard | None:
        """Hear the agent's turn to its end, the words that bridge a wait left out; see to it that people come."""
        listening = asyncio.ensure_future(self._listen(since, within))
        giving = asyncio.ensure_future(self._witness.until(self._is_given, within + ANSWER_S))
        try:
            await asyncio.wait({listening, giving}, return_when=asyncio.FIRST_COMPLETED)
            if not self._is_given():
                return await listening
            listening.cancel()
            await self._witness.until(self._is_reached, PEOPLE_S)
            return await self._call.listen(since=since, silence=0.1, within=0.1, longest=0.1)
        finally:
            for task in (listening, giving):
                task.cancel()
            await asyncio.gather(listening, giving, return_exceptions=True)

    async def _listen(self, since: float, within: float) -> Heard | None:
        heard = await self._call.listen(since=since, silence=SILENCE_S, within=within)
        while heard is not None and not self._call.is_over and self._bridges():
            rest = await self._call.listen(since=heard.end + _TAIL_S, silence=SILENCE_S, within=ANSWER_S)
            if rest is None:
                break
            heard = Heard(heard.start, rest.end, rest.cut_short)
        return heard

    def _is_given(self) -> bool:
        return bool(self._witness.of(self._id, "transfer_started"))

    def _is_reached(self) -> bool:
        return self._call.is_over or bool(self._witness.of(self._id, *_REACHED))

    def _bridges(self) -> bool:
        """Whether the agent spoke last to bridge a wait: such words have a number below that of every answer."""
        spoken = self._witness.of(self._id, "agent_speaks")
        return bool(spoken) and _revision(spoken[-1]) < 0

    async def _told(
        self, exchange: Exchange, heard: Heard | None, spoken: float, patience: float
    ) -> Exchange:
        """Note what came; raise NoAnswer when nothing did although somebody was asked."""
        if heard is not None:
            exchange.seconds = max(0.0, heard.start - spoken)
            await self._witness.until(self._has_settled, _SETTLED_S)
        elif not self.over and patience != SILENT_S:
            raise NoAnswer(patience)
        said = self._witness.of(self._id, "agent_said")
        fresh, self._shown = said[self._shown :], len(said)
        lines = [str(e.data.get("text", "")) for e in fresh if _revision(e) >= 0]
        exchange.lines = [line for line in lines if line]
        exchange.language = self._spoken_in
        exchange.ended = self._call.is_over
        return exchange

    def _has_settled(self) -> bool:
        """Whether of all that the agent has begun to say is known how far it came."""
        begun = {_revision(event) for event in self._witness.of(self._id, "agent_speaks")}
        return begun <= {_revision(event) for event in self._witness.of(self._id, "agent_said")}

    async def end(self, told: list[Event]) -> None:
        """Hang up, and note what happened."""
        await self._call.hangup()
        await self._witness.until(lambda: self._witness.of(self._id, "call_ended"), _END_S)
        told += self._witness.of(self._id)
        share(told, self.exchanges)

    async def keep(self, folder: Path, name: str) -> None:
        """Write its sound, which is the caller's on the left and the agent's on the right; raise OSError."""
        tracks = await self._call.tracks()
        begins = [float(track.times[0]) for track in (tracks.sent, tracks.received) if len(track.times)]
        if not begins:
            return
        await asyncio.to_thread(write_stereo, folder / name, tracks.sent, tracks.received)
        self.recording = name
        for exchange in self.exchanges:
            exchange.at_s = max(0.0, exchange.began - unix_time(min(begins)))
        sent, heard = await asyncio.to_thread(lambda: (spans(tracks.sent), spans(tracks.received)))
        for exchange, utterance, interrupts in self._spoken:
            delay = waited(utterance, sent, heard, interrupts=interrupts)
            exchange.seconds = exchange.seconds if delay is None else max(0.0, delay)


class VoiceStage:
    """Holds conversations by voice."""

    def __init__(
        self,
        telephone: Telephone,
        witness: Witness,
        speakers: Speakers,
        agents: Mapping[str, Agent],
        folder: Path,
    ) -> None:
        """`folder`: where the reports go."""
        self._telephone = telephone
        self._witness = witness
        self._speakers = speakers
        self._agents = agents
        self._folder = folder
        self._numbers = itertools.count()

    @asynccontextmanager
    async def conversation(self, case: Case, told: list[Event]) -> AsyncIterator[Talk]:
        """Begin one; when it is over, `told` has all that happened. Raise CallerError, OSError."""
        number = next(self._numbers)

        def speaks(language: str) -> Speaks:
            return self._speakers.of(language, case.what, number)

        await asyncio.to_thread(speaks, case.language)  # it is read before the call
        async with self._telephone.dialled(self._agents[case.agent].file.extensions[0]) as dialled:
            talk = Talk(dialled, self._witness, speaks, case.language)
            try:
                yield talk
            finally:
                await talk.end(told)
                await talk.keep(self._folder, f"calls/{number + 1:03}.wav")


def by_voice(cases: Sequence[Case], agents: Mapping[str, Agent]) -> list[Case]:
    """Those that a call can be: it begins in its agent's own language, at an extension."""
    files = {name: agent.file for name, agent in agents.items()}
    return [c for c in cases if c.language == files[c.agent].language and files[c.agent].extensions]


def waited(said: Utterance, sent: list[Span], heard: list[Span], *, interrupts: bool) -> float | None:
    """Seconds from the caller's last voice to the agent's next, by the packets that were seen; None: it is not known.

    The answer to an interruption begins when the caller has ended; any other may, wrongly, begin before.
    """
    if said.start is None or said.end is None:
        return None
    mine = [span for span in sent if span.end >= said.start and span.start <= said.end]
    return answer_delay(mine[-1].end if interrupts else mine[0].start, mine[-1].end, heard) if mine else None


def _revision(event: Event) -> int:
    return int(event.data.get("revision", 0))


def _is_silence(text: str) -> bool:
    return not re.search(r"[\w*#]", text)


def _is_wordless(text: str) -> bool:
    return _is_silence(text) or _KEYS.fullmatch(text) is not None
