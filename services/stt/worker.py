"""The worker's loop: take a job, read its audio, transcribe, publish, acknowledge.

A worker holds no state of a call, and a job is acknowledged in the same transaction that publishes its
transcript: when a worker dies, another takes the job over after `claim_after_ms`, and nothing is lost or
said twice. A worker that is alive tells so while it works, so a long decode is not taken from it.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

import numpy as np

from parley import audio, languages, log
from parley.bus import AGENT_JOBS, STT_JOBS, Bus, BusError, down_stream
from parley.errors import EngineError
from parley.job_queue import Delivery, Source, take_jobs
from parley.messages import Message, ReplyFailed, ReplyJob, TranscribeJob, Transcript
from parley.usage import tally
from stt import metrics
from stt.endpoint import WINDOW_SAMPLES, Endpointer
from stt.hands import Hands, Threads
from stt.transcriber import LONGEST_S, Heard, Samples, Transcriber, joined, pieces

GROUP = "stt"
LATEST_S = 15.0
"""A job that has waited for longer is dropped: its caller has been apologised to, or has gone on."""

_log = log.get("worker")


@dataclass(frozen=True)
class Judged:
    """What the engines made of one job."""

    heard: Heard
    end_of_turn: float | None


class Worker:
    """Transcribes one job after the other."""

    def __init__(
        self,
        bus: Bus,
        transcriber: Transcriber,
        endpointer: Endpointer | None,
        *,
        name: str,
        claim_after_ms: int,
        choose: Callable[[str], Transcriber] | None = None,
        at_once: int = 1,
        on_stuck: Callable[[], None] = lambda: None,
    ) -> None:
        """`choose` gives the engine of an agent that has one of its own; the others use `transcriber`, which takes
        calls from `at_once` threads. `on_stuck` is to end the process: an engine does not come back, and the job that
        it was at has been answered; whatever else is in hand others take over.
        """
        self._bus = bus
        self._choose = choose or (lambda _: transcriber)
        self._endpointer = endpointer
        self._name = name
        self._claim_after_ms = claim_after_ms
        self._hands = Hands(self._do, _is_long, at_once=at_once)
        # Threads of their own, so that both engines run at once.
        self._decoding = Threads("decode", at_once)
        self._judging = Threads("endpoint", 1)
        self._on_stuck = on_stuck

    async def run(self, stopping: asyncio.Event, on_joined: Callable[[], None] = lambda: None) -> None:
        """Work until `stopping` is set; the job in hand is finished first."""
        source = Source(STT_JOBS, GROUP, self._name, self._claim_after_ms)
        unreadable = metrics.JOBS.labels("unreadable")
        try:
            await take_jobs(
                self._bus,
                source,
                self._hands.take,
                stopping,
                on_joined=on_joined,
                on_unreadable=unreadable.inc,
            )
            with suppress(BusError):  # whoever takes the job over does it again
                await self._hands.finish()
        finally:
            self._decoding.close()
            self._judging.close()

    async def _do(self, delivery: Delivery) -> None:
        if delivery.claimed:
            metrics.CLAIMED.inc()
        try:
            with tally.counting() as done:
                async with self._alive(delivery):
                    outcome, answers = await self._answer(delivery)
                    if not await self._bus.finish(delivery, GROUP, answers):
                        _log.warning("another worker has taken the job over", entry=delivery.entry_id)
                        outcome = "overtaken"
        finally:
            if self._decoding.stuck or self._judging.stuck:
                self._on_stuck()
        metrics.JOBS.labels(outcome).inc()
        await self._tell(delivery.message, done)

    async def _tell(self, job: Message, done: tally.Tally) -> None:
        """Tell what was recognised for a job, now that nobody waits for it any more."""
        if isinstance(job, TranscribeJob):
            try:
                await tally.tell(self._bus.emit, job.call, job.agent, done)
            except BusError as error:
                _log.warning("what was recognised is not told", call=job.call, error=str(error))

    async def _answer(self, delivery: Delivery) -> tuple[str, Sequence[tuple[str, Message]]]:
        """What became of the job, and what is published."""
        job, taken_at = delivery.message, time.time()
        if not isinstance(job, TranscribeJob):
            _log.error("not a job for stt", kind=type(job).__name__)
            return "unreadable", ()
        waited = max(0.0, taken_at - job.queued_at)
        if dropped := await self._dropped(delivery, job, waited):
            return dropped
        metrics.QUEUE_SECONDS.observe(waited)
        try:
            judged = await self._judge(job)
        except BusError:
            raise
        except Exception as error:  # whatever an engine raises: the caller is answered, the next job may work
            _log.exception("transcription failed", call=job.call, revision=job.revision)
            failed = failure(job, error)
            metrics.ERRORS.labels(failed.kind).inc()
            return "failed", ((down_stream(job.gateway), failed),)
        transcript = _transcript(job, taken_at, judged)
        if await self._bus.is_stale(job.call, job.revision):
            # The caller has gone on; but what has been written down of a long turn need not be again.
            long = job.end_sample - job.start_sample > audio.ONE_DECODE
            return "stale", ((down_stream(job.gateway), transcript),) if long else ()
        _log.info(
            "transcribed",
            call=job.call,
            turn=job.turn,
            revision=job.revision,
            verdict=judged.heard.verdict,
            end_of_turn=judged.end_of_turn,
            queue_s=round(transcript.queue_s, 3),
            work_s=round(transcript.work_s, 3),
            claimed=delivery.claimed,
        )
        return judged.heard.verdict, _answers(job, transcript)

    async def _dropped(
        self, delivery: Delivery, job: TranscribeJob, waited: float
    ) -> tuple[str, Sequence[tuple[str, Message]]] | None:
        """What becomes of a job that is not worth a decode, or not safe; None: it is done."""
        if await self._bus.is_stale(job.call, job.revision):
            return "stale", ()
        if delivery.poisonous:
            _log.error("a job has ended every worker that took it", call=job.call, times=delivery.deliveries)
            return "poison", ((down_stream(job.gateway), failure(job, EngineError("internal", "poison"))),)
        if waited > LATEST_S:
            _log.warning("dropped a job that nobody waits for", call=job.call, queue_s=round(waited, 1))
            return "expired", ()
        return None

    async def _judge(self, job: TranscribeJob) -> Judged:
        start = max(job.start_sample, job.written_to)
        # The end is judged by more than the words that are new.
        first = max(job.start_sample, min(start, job.end_sample - WINDOW_SAMPLES))
        pcm = await self._bus.read_audio(job.call, first, job.end_sample)
        samples = (pcm / np.float32(32768)).astype(np.float32)
        metrics.AUDIO_SECONDS.inc(audio.seconds(job.end_sample - start))
        judging = self._judging.run(self._end_of_turn, samples)
        decoding = self._decode(samples[start - first :], job)
        heard, end_of_turn = await asyncio.gather(decoding, judging, return_exceptions=True)
        if isinstance(heard, BaseException):
            raise heard
        if isinstance(end_of_turn, BaseException):
            # Without a score the gateway waits for the longer silence: slower, not silent.
            _log.warning("the end of turn could not be judged", call=job.call, error=str(end_of_turn))
            end_of_turn = None
        return Judged(heard, end_of_turn)

    async def _decode(self, samples: Samples, job: TranscribeJob) -> Heard:
        # Piece by piece, so that what is short gets its turn in between.
        work = partial(self._transcribe, job)
        found = []
        for piece in pieces(samples):
            heard = await self._decoding.run(work, piece)
            if heard.decodes:  # what is too quiet is given to no engine
                seconds = audio.seconds(len(piece))
                tally.count(tally.Use(part="stt", engine=heard.engine, requests=1, seconds=seconds))
            found.append(heard)
        return joined(found)

    def _transcribe(self, job: TranscribeJob, samples: Samples) -> Heard:
        began = time.monotonic()
        heard = self._choose(job.agent).transcribe(samples, job.language, job.vocabulary)
        took = time.monotonic() - began
        metrics.DECODE_SECONDS.observe(took)
        if len(samples):
            metrics.REAL_TIME_FACTOR.observe(took / audio.seconds(len(samples)))
        metrics.SECOND_DECODES.inc(max(0, heard.decodes - 1))
        return heard

    def _end_of_turn(self, samples: Samples) -> float | None:
        if self._endpointer is None or not len(samples):
            return None
        with metrics.ENDPOINT_SECONDS.time():
            return self._endpointer.end_of_turn(samples)

    @asynccontextmanager
    async def _alive(self, delivery: Delivery) -> AsyncIterator[None]:
        """Tell the group that the job is being worked on."""

        async def tell() -> None:
            while True:
                await asyncio.sleep(self._claim_after_ms / 4000)
                with suppress(BusError):
                    await self._bus.keep(delivery, GROUP)

        telling = asyncio.create_task(tell())
        try:
            yield
        finally:
            telling.cancel()


def _is_long(delivery: Delivery) -> bool:
    job = delivery.message
    longest = int(LONGEST_S * audio.SAMPLE_RATE)
    return isinstance(job, TranscribeJob) and job.end_sample - max(job.start_sample, job.written_to) > longest


def failure(job: TranscribeJob, error: Exception) -> ReplyFailed:
    """Answer a job that failed: the gateway has the agent apologise."""
    kind = error.kind if isinstance(error, EngineError) else "internal"
    return ReplyFailed(call=job.call, turn=job.turn, revision=job.revision, kind=kind)


def warm_up(
    transcriber: Transcriber, endpointer: Endpointer | None, partial: Transcriber | None = None
) -> None:
    """Run each engine once: the first call costs more than the later ones, and shows whether it works at all."""
    noise = np.random.default_rng(0).standard_normal(audio.SAMPLE_RATE).astype(np.float32) * 0.1
    transcriber.transcribe(noise, languages.DEFAULT)
    if partial is not None:
        partial.transcribe(noise, "en")
    if endpointer is not None and not 0.0 <= endpointer.end_of_turn(noise) <= 1.0:
        raise EngineError("internal", "the end-of-turn model does not give a probability")


def _transcript(job: TranscribeJob, taken_at: float, judged: Judged) -> Transcript:
    return Transcript(
        call=job.call,
        turn=job.turn,
        revision=job.revision,
        text=" ".join(part for part in (job.written, judged.heard.text) if part),
        start_sample=job.start_sample,
        end_sample=job.end_sample,
        end_of_turn=judged.end_of_turn,
        confidence=judged.heard.confidence,
        queue_s=max(0.0, taken_at - job.queued_at),
        work_s=time.time() - taken_at,
    )


def _answers(job: TranscribeJob, transcript: Transcript) -> Sequence[tuple[str, Message]]:
    """For the gateway always, for the agent when there is something to answer."""
    down = (down_stream(job.gateway), transcript)
    if not (transcript.text and job.reply):
        return (down,)
    reply = ReplyJob(
        call=job.call,
        gateway=job.gateway,
        agent=job.agent,
        turn=job.turn,
        revision=job.revision,
        queued_at=time.time(),
        text=transcript.text,
        language=job.language,
        heard=job.heard,
        repeats=job.repeats,
    )
    return (down, (AGENT_JOBS, reply))
