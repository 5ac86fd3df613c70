"""A reply on its way to who asked for it: numbered, stretch by stretch, each as soon as it is made."""

import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from prometheus_client import Histogram

from agent.voice.sentences import sentences_of
from agent.voice.tts import Distant, Speaker
from parley import audio
from parley.messages import ReplyJob, ReplyTiming, Speech

_first_speech = Histogram(
    "parley_agent_first_speech_seconds",
    "Time from taking a job to its first speech, by what was spoken.",
    ["kind"],
    buckets=(0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10),
)
Say = Callable[[Speech], Awaitable[None]]
"""Sends speech to the gateway."""


class SpeechOut:
    """Numbers a reply's speech and sends it, with the timing on the first."""

    def __init__(
        self,
        job: ReplyJob,
        queue_s: float,
        say: Say,
        speaker: Speaker,
        voice: str,
        *,
        distant: Distant | None = None,
    ) -> None:
        self._job = job
        self._queue_s = queue_s
        self._say = say
        self._speaker = speaker
        self._voice = voice
        self._distant = distant
        self.started = time.monotonic()
        self._due = self.started
        self.seq = 0
        self._remarked = 0
        self._opens = False
        self._opened = 0
        self.asked_llm = False
        """Whether the time until something could be spoken was the language model's, with an answer or without."""
        self.first_token_s: float | None = None

    @property
    def answered(self) -> bool:
        """Whether anything has been spoken beside a remark."""
        return self.seq > self._remarked

    async def remark(self, text: str) -> None:
        """Speak what goes before the answer, and is none."""
        await self.line(text)
        self._remarked = self.seq

    @property
    def went_on(self) -> bool:
        """Whether anything has been spoken beside a remark and an opening."""
        return self.seq > max(self._remarked, self._opened)

    async def opening(self, text: str) -> bool:
        """Speak what an answer begins with while the rest is being written; return whether that was done."""
        if not text:
            return False
        self._opens = True
        await self.line(text)
        self._opened = self.seq
        return True

    async def line(self, text: str) -> None:
        """Speak a fixed line."""
        for sentence in sentences_of(text):
            await self.say(sentence)

    async def say(self, sentence: str) -> None:
        """Speak a sentence or a part of one."""
        begun = time.monotonic()
        async with aclosing(self._speaker.speak(self._voice, sentence, self._due, self._distant)) as pieces:
            async for piece in pieces:
                await self._send(piece.text, audio.to_bytes(piece.pcm), begun)
                self._due = max(self._due, time.monotonic()) + audio.seconds(len(piece.pcm))

    async def bridge(self, line: str) -> None:
        """Send what bridges the wait for the reply, if its speech is there: nobody waits for that as well."""
        if not line or not self._speaker.keeps(self._voice, line, self._distant):
            return
        async with aclosing(self._speaker.speak(self._voice, line, self._due, self._distant)) as pieces:
            pcm = b"".join([audio.to_bytes(piece.pcm) async for piece in pieces])
        job = self._job
        await self._say(
            Speech(
                call=job.call, turn=job.turn, revision=job.revision, seq=0, text=line, bridges=True, pcm=pcm
            )
        )

    async def _send(self, text: str, pcm: bytes, begun: float) -> None:
        """Send the next stretch; `begun`: when its words were there, in monotonic seconds."""
        job, first = self._job, self.seq == 0
        timed = first or self.seq == self._opened
        await self._say(
            Speech(
                call=job.call,
                turn=job.turn,
                revision=job.revision,
                seq=self.seq,
                text=text,
                asked=job.text if first and job.kind == "reply" else "",
                pcm=pcm,
                timing=self._timing(begun, first=first) if timed else None,
            )
        )
        self.seq += 1

    def _timing(self, begun: float, *, first: bool) -> ReplyTiming:
        now = time.monotonic()
        if first:
            _first_speech.labels(self._job.kind).observe(now - self.started)
        return ReplyTiming(
            queue_s=self._queue_s,
            llm_s=begun - self.started if self.asked_llm else 0.0,
            tts_s=now - (begun if self.asked_llm else self.started),
            first_token_s=self.first_token_s,
            opens=first and self._opens,
        )


class TextOut(SpeechOut):
    """The same for who reads: a sentence at a time, of which no speech is made."""

    async def say(self, sentence: str) -> None:
        """Send a sentence or a part of one."""
        await self._send(f"{sentence} ", b"", time.monotonic())

    async def opening(self, text: str) -> bool:
        """Send nothing: who reads has the whole answer soon enough."""
        return False

    async def bridge(self, line: str) -> None:
        """Send nothing: who reads does not wait in silence."""
