"""Words while they are spoken: a second loop of the worker, with a small engine of its own.

Nobody may have to wait because of it: its thread gives way to transcripts, and a job that has waited too long is
dropped, since its caller has gone on or has been transcribed. A call has one such job at a time (the gateway sees to
that), and the jobs are done in their order, so a caller who never stops gets no more of the engine than the others.
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from parley import log
from parley.bus import PARTIAL_JOBS, PREPARE_JOBS, Bus, down_stream
from parley.job_queue import Delivery, Source, take_jobs
from parley.messages import Message, PartialJob, PartialTranscript
from stt import metrics
from stt.hands import Threads
from stt.transcriber import Heard, Samples, Transcriber

GROUP = "stt"
LATEST_S = 0.5
"""A job that has waited for longer is dropped: the transcript is nearer than its words."""
_NICENESS = 5
"""Of the thread: about a third of a core beside a transcript, all of one beside nothing."""

_log = log.get("partial")


class PartialWorker:
    """Writes down what callers have said so far."""

    def __init__(
        self,
        bus: Bus,
        transcriber: Transcriber,
        *,
        name: str,
        claim_after_ms: int,
        on_stuck: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_stuck` as for Worker."""
        self._bus = bus
        self._transcriber = transcriber
        self._on_stuck = on_stuck
        self._source = Source(PARTIAL_JOBS, GROUP, name, claim_after_ms)
        self._decoding = Threads("partial", 1, _give_way)

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping` is set."""
        unreadable = metrics.PARTIAL_JOBS.labels("unreadable")
        try:
            await take_jobs(self._bus, self._source, self._do, stopping, on_unreadable=unreadable.inc)
        finally:
            self._decoding.close()

    async def _do(self, delivery: Delivery) -> None:
        outcome, answers = await self._answer(delivery.message)
        try:
            await self._bus.finish(delivery, GROUP, answers)
        finally:
            if self._decoding.stuck:
                self._on_stuck()
        metrics.PARTIAL_JOBS.labels(outcome).inc()

    async def _answer(self, job: Message) -> tuple[str, Sequence[tuple[str, Message]]]:
        """What became of the job, and what is published."""
        if not isinstance(job, PartialJob):
            _log.error("not a job for partial words", kind=type(job).__name__)
            return "unreadable", ()
        waited = max(0.0, time.time() - job.queued_at)
        metrics.PARTIAL_QUEUE_SECONDS.observe(waited)
        if waited > LATEST_S:
            return "late", ()
        pcm = await self._bus.read_audio(job.call, job.start_sample)
        samples = (pcm / np.float32(32768)).astype(np.float32)
        try:
            heard = await self._decoding.run(partial(self._transcribe, job.language), samples)
        except Exception:  # whatever an engine raises: the transcript will tell the words
            _log.exception("no partial words", call=job.call)
            return "failed", ()
        words = _partial(job, job.start_sample + len(samples), heard)
        down = (down_stream(job.gateway), words)
        return heard.verdict, (down, (PREPARE_JOBS, words)) if job.prepare and heard.text else (down,)

    def _transcribe(self, language: str, samples: Samples) -> Heard:
        with metrics.PARTIAL_SECONDS.time():
            return self._transcriber.transcribe(samples, language)


def _give_way() -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _partial(job: PartialJob, end_sample: int, heard: Heard) -> PartialTranscript:
    return PartialTranscript(
        call=job.call,
        gateway=job.gateway,
        agent=job.agent,
        turn=job.turn,
        start_sample=job.start_sample,
        end_sample=end_sample,
        text=heard.text,
        confidence=heard.confidence,
        published_at=time.time(),
        language=job.language,
        heard=job.heard,
        repeats=job.repeats,
        hushed=job.hushed,
    )
