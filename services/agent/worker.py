"""The worker's loop: takes jobs, runs several at a time, cancels what has been overtaken.

A job is acknowledged together with the reply's end. When a worker dies before, another one takes the job and makes
the reply again from seq 0 under the same revision; the gateway ignores every seq that it has. Speech is deterministic,
and so are answers at LLM_TEMPERATURE=0 as far as the server's are, so that the second reply goes on where the first one
ended; at other temperatures the caller may hear two halves of different answers, once, after a crash.
"""

import asyncio
import time
from dataclasses import dataclass

import msgspec
from prometheus_client import Counter, Gauge, Histogram

from agent.reply import Replier
from parley import log
from parley.bus import AGENT_JOBS, Bus, BusError, down_stream
from parley.errors import MessageError
from parley.job_queue import Delivery
from parley.messages import Cancel, ReplyEnd, ReplyFailed, ReplyJob, Speech
from parley.usage import tally

_log = log.get("worker")
_jobs = Counter(
    "parley_agent_jobs_total", "Jobs by what was asked for and how they ended.", ["kind", "outcome"]
)
_running_jobs = Gauge("parley_agent_jobs_running", "Replies that are being made.")
_limit = Gauge("parley_agent_jobs_limit", "Replies that this worker makes at a time (AGENT_CONCURRENCY).")
_queue = Histogram(
    "parley_agent_queue_seconds",
    "Time a job waited until a worker took it.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
_job_seconds = Histogram(
    "parley_agent_job_seconds",
    "Time from taking a job until its last speech was sent.",
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 30),
)

GROUP = "agent"
TAKE_BLOCK_MS = 500
"""Longest wait for a job: a stop takes effect after it, and jobs whose worker is gone are looked for as often."""
CLAIM_AFTER_MS = 2500
"""A job whose worker has not been heard of for so long is taken over: its caller waits for that, too."""
KEEP_EVERY_S = 0.6
"""A worker that is only late is not taken for a dead one."""
MOST_CHARS = 4000
"""Of a caller's words the last so many are read: twice what a chat takes, more than anybody says in a turn. Of a
megabyte of them the event loop would do nothing else, until the watchdog ended the worker and the next one after it."""
DRAIN_S = 15.0
"""How long running replies may go on when the worker is asked to stop."""


@dataclass(eq=False, slots=True)
class _Running:
    delivery: Delivery
    job: ReplyJob
    task: asyncio.Task[None]
    cancelled: bool = False


class Worker:
    """Makes replies to the jobs of `jobs:agent`."""

    def __init__(
        self, bus: Bus, replier: Replier, *, consumer: str, concurrency: int, max_age_s: float
    ) -> None:
        self._bus = bus
        self._replier = replier
        self._consumer = consumer
        self._free = asyncio.Semaphore(concurrency)
        _limit.set(concurrency)
        self._max_age_s = max_age_s
        self._running: dict[str, _Running] = {}

    @property
    def busy(self) -> bool:
        """Whether somebody waits for a reply of this worker."""
        return bool(self._running)

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping`, then finish the replies in hand."""
        async with asyncio.TaskGroup() as group:
            helpers = [group.create_task(self._listen()), group.create_task(self._keep())]
            try:
                await self._take_jobs(stopping)
                await self._drain()
            finally:
                for task in helpers:
                    task.cancel()
                await self._abandon()
        try:
            await self._bus.leave(AGENT_JOBS, GROUP, self._consumer)
        except BusError as error:
            _log.warning("left without telling Redis", error=str(error))

    async def _take_jobs(self, stopping: asyncio.Event) -> None:
        joined = False
        while not stopping.is_set():
            # Wait for room first: what is not taken, another worker can take.
            await self._free.acquire()
            delivery = None
            try:
                if not joined:
                    await self._bus.join(AGENT_JOBS, GROUP)
                    joined = True
                delivery = await self._bus.take(
                    AGENT_JOBS,
                    GROUP,
                    self._consumer,
                    block_ms=TAKE_BLOCK_MS,
                    claim_after_ms=CLAIM_AFTER_MS,
                )
            except MessageError as error:
                _log.error("dropped a job that cannot be read", error=str(error))
            except BusError as error:
                _log.warning("cannot take jobs", error=str(error))
                joined = False  # Redis may have come back empty
                await asyncio.sleep(0.5)
            if delivery is None or not self._start(delivery):
                self._free.release()

    def _start(self, delivery: Delivery) -> bool:
        message = delivery.message
        job = message if isinstance(message, ReplyJob) else None
        if delivery.entry_id in self._running:  # claimed from ourselves: Redis was away for long
            return False
        task = asyncio.create_task(self._handle(delivery, job), name=f"reply {delivery.entry_id}")
        if job is not None:
            self._running[delivery.entry_id] = _Running(delivery, job, task)
        task.add_done_callback(lambda _: self._ended(delivery.entry_id))
        return True

    def _ended(self, entry_id: str) -> None:
        self._running.pop(entry_id, None)
        self._free.release()
        _running_jobs.set(len(self._running))

    async def _handle(self, delivery: Delivery, job: ReplyJob | None) -> None:
        try:
            if job is None:
                _log.error("not a job for this worker", message=type(delivery.message).__name__)
                await self._bus.finish(delivery, GROUP)
                return
            log.bind(call=job.call, turn=job.turn, revision=job.revision)
            _running_jobs.set(len(self._running))
            with tally.counting() as done:
                try:
                    outcome = await self._reply(delivery, job)
                finally:  # also of a job that is left to another worker
                    await self._tell(job, done)
            _jobs.labels(job.kind, outcome).inc()
        except BusError as error:
            # Not acknowledged: it is taken again when Redis is back.
            _log.warning("a reply could not be delivered", error=str(error))

    async def _tell(self, job: ReplyJob, done: tally.Tally) -> None:
        """Tell what engines did for a job, now that nobody waits for it any more."""
        try:
            await tally.tell(self._bus.emit, job.call, job.agent, done)
        except BusError as error:
            _log.warning("what engines did is not told", error=str(error))

    async def _reply(self, delivery: Delivery, job: ReplyJob) -> str:
        """Make a reply, acknowledge the job and tell how it ended."""
        taken = time.monotonic()
        queue_s = max(0.0, time.time() - job.queued_at)
        _queue.observe(queue_s)
        try:
            if await self._bus.is_stale(job.call, job.revision):
                await self._bus.finish(delivery, GROUP)
                return "stale"
            if queue_s > self._max_age_s:
                # Told, since a clock that was set makes jobs old that somebody does wait for.
                _log.warning("dropped a job that nobody waits for", queue_s=round(queue_s, 1))
                await self._bus.finish(delivery, GROUP, [(down_stream(job.gateway), _failed(job))])
                return "expired"
            if delivery.poisonous:
                _log.error("a job has ended every worker that took it", times=delivery.deliveries)
                await self._bus.finish(delivery, GROUP, [(down_stream(job.gateway), _failed(job))])
                return "poison"
            end = await self._make(job, queue_s)
        except asyncio.CancelledError:
            running = self._running.get(delivery.entry_id)
            if running is None or not running.cancelled:
                raise  # the worker stops: the job stays, for another one
            running.task.uncancel()
            await self._bus.finish(delivery, GROUP)
            return "cancelled"
        await self._bus.finish(delivery, GROUP, [(down_stream(job.gateway), end)])
        _job_seconds.observe(time.monotonic() - taken)
        seconds = round(time.monotonic() - taken, 3)
        _log.info("replied", kind=job.kind, queue_s=round(queue_s, 3), work_s=seconds)
        return "failed" if isinstance(end, ReplyFailed) else "done"

    async def _make(self, job: ReplyJob, queue_s: float) -> ReplyEnd | ReplyFailed:
        stream = down_stream(job.gateway)

        async def say(speech: Speech) -> None:
            await self._bus.publish(stream, speech)

        try:
            heard = msgspec.structs.replace(job, text=job.text[-MOST_CHARS:])
            return await self._replier.reply(heard, queue_s, say)
        except BusError:
            raise
        except Exception:
            _log.exception("a reply failed unexpectedly")
            return _failed(job)

    # Overtaken revisions

    async def _listen(self) -> None:
        while True:
            try:
                await self._cancel_stale()
                async for cancel in self._bus.cancellations():
                    self._cancel(cancel)
            except (BusError, MessageError) as error:
                _log.warning("cannot hear of cancellations", error=str(error))
                await asyncio.sleep(0.5)

    async def _cancel_stale(self) -> None:
        """Catch up on what was cancelled while nobody listened."""
        for running in list(self._running.values()):
            if await self._bus.is_stale(running.job.call, running.job.revision):
                self._cancel(Cancel(call=running.job.call, revision=running.job.revision))

    def _cancel(self, cancel: Cancel) -> None:
        for running in self._running.values():
            job = running.job
            if job.call == cancel.call and cancel.covers(job.revision) and not running.cancelled:
                running.cancelled = True
                running.task.cancel()

    async def _keep(self) -> None:
        """Show that this worker is alive and busy with its jobs."""
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            for running in list(self._running.values()):
                try:
                    if not await self._bus.keep(running.delivery, GROUP) and not running.cancelled:
                        _log.warning("another worker has taken a job over", entry=running.delivery.entry_id)
                        running.cancelled = True
                        running.task.cancel()
                except BusError as error:
                    _log.warning("cannot keep jobs", error=str(error))
                    break

    async def _drain(self) -> None:
        tasks = [r.task for r in self._running.values()]
        if tasks:
            _log.info("finishing replies", count=len(tasks))
            await asyncio.wait(tasks, timeout=DRAIN_S)

    async def _abandon(self) -> None:
        """Stop what is still running; its jobs stay for another worker."""
        tasks = [r.task for r in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _failed(job: ReplyJob) -> ReplyFailed:
    """Answer a job of which nothing came: the gateway has the agent apologise."""
    return ReplyFailed(call=job.call, turn=job.turn, revision=job.revision, kind="internal")
