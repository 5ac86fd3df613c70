"""From the stream of events to an OTLP receiver: a real Redis, a receiver that reads the protocol's own messages."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from redis.asyncio import Redis

from parley.bus import Bus
from tests.fakes.servers.otlp_server import OtlpServer
from tests.tracing.call import BEGAN, CALL, EVENTS
from tracing.worker import TRIES, Tracer


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    redis = Redis.from_url(redis_url)
    await redis.flushdb()
    await redis.aclose()
    bus = Bus.connect(redis_url)
    yield bus
    await bus.close()


@pytest.fixture
def receiver() -> Iterator[OtlpServer]:
    with OtlpServer().running() as server:
        yield server


class Running:
    """A tracer at work."""

    def __init__(self, bus: Bus, receiver: OtlpServer) -> None:
        exporter = OTLPSpanExporter(
            endpoint=f"{receiver.endpoint}/v1/traces", headers={"team": "a"}, timeout=1
        )
        self.stopping = asyncio.Event()
        tracer = Tracer(bus.event_log(), exporter, pause_s=0.01)
        self.joined = False
        self.task = asyncio.create_task(tracer.run(self.stopping, self._note))

    def _note(self) -> None:
        self.joined = True

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(15):
            while not condition():
                assert not self.task.done(), self.task
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        self.stopping.set()
        await self.task

    async def kill(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def tell(bus: Bus, first: int = 0, last: int | None = None) -> None:
    for event in EVENTS[first:last]:
        await bus.emit(event.kind, event.call, at=event.at, **event.data)


async def test_a_call_becomes_a_trace_with_a_span_for_every_stage(bus: Bus, receiver: OtlpServer) -> None:
    running = Running(bus, receiver)
    await tell(bus)
    await running.until(lambda: receiver.requests)
    await running.stop()
    assert receiver.paths == ["/v1/traces"]
    assert receiver.headers[0]["team"] == "a"
    (resource,) = receiver.requests[0].resource_spans
    assert {a.key: a.value.string_value for a in resource.resource.attributes}["service.name"] == "parley"
    spans = receiver.spans()
    root = spans[0]
    assert (root.name, root.parent_span_id) == ("call", b"")
    assert root.start_time_unix_nano == round(BEGAN * 1e9)
    assert root.end_time_unix_nano == round((BEGAN + 10) * 1e9)
    assert {a.key: a.value.string_value for a in root.attributes}["parley.call"] == CALL
    assert [event.name for event in root.events] == ["key", "barge_in"]
    assert {span.trace_id for span in spans} == {root.trace_id}
    assert len({span.span_id for span in spans}) == len(spans)
    children = [span.name for span in spans if span.parent_span_id == root.span_id]
    assert sorted(children) == ["agent speaks"] * 2 + ["caller speaks"] * 2 + ["turn"]
    (turn,) = [span for span in spans if span.name == "turn"]
    stages = [span for span in spans if span.parent_span_id == turn.span_id]
    assert [span.name for span in stages] == ["endpoint", "stt", "transport", "llm", "tts", "playout"]
    assert all(turn.start_time_unix_nano <= s.start_time_unix_nano <= s.end_time_unix_nano for s in stages)


async def test_a_call_that_was_half_read_is_whole_after_a_restart(bus: Bus, receiver: OtlpServer) -> None:
    first = Running(bus, receiver)
    await tell(bus, 0, 8)
    for _ in range(500):
        await asyncio.sleep(0.02)
        if first.joined and await bus.event_log().backlog("tracing") == 0:
            break
    await first.kill()
    assert not receiver.requests
    await tell(bus, 8)
    second = Running(bus, receiver)
    await second.until(lambda: receiver.requests)
    await second.stop()
    assert sum(span.name == "turn" for span in receiver.spans()) == 1
    assert sum(span.name == "agent speaks" for span in receiver.spans()) == 2


async def test_what_was_exported_is_not_exported_again(bus: Bus, receiver: OtlpServer) -> None:
    running = Running(bus, receiver)
    await tell(bus)
    await running.until(lambda: receiver.requests)
    await running.stop()
    again = Running(bus, receiver)
    await bus.emit("call_started", "other", at=BEGAN)
    await bus.emit("call_ended", "other", at=BEGAN + 1)
    await again.until(lambda: len(receiver.requests) == 2)
    await again.stop()
    assert len({span.trace_id for span in receiver.spans()}) == 2


async def test_a_call_exported_twice_is_one_trace(bus: Bus, receiver: OtlpServer) -> None:
    for _ in range(2):
        running = Running(bus, receiver)
        before = len(receiver.requests)
        await tell(bus)
        await running.until(lambda before=before: len(receiver.requests) > before)
        await running.stop()
    first, second = (request.resource_spans[0].scope_spans[0].spans for request in receiver.requests)
    assert [span.span_id for span in first] == [span.span_id for span in second]
    assert {span.trace_id for span in first} == {span.trace_id for span in second}


async def test_a_receiver_that_refuses_one_call_gets_the_next(bus: Bus, receiver: OtlpServer) -> None:
    receiver.refuse_with = 400
    running = Running(bus, receiver)
    await tell(bus)
    await running.until(lambda: receiver.refusals == TRIES)
    receiver.refuse_with = 0
    await bus.emit("call_started", "other", at=BEGAN)
    await bus.emit("call_ended", "other", at=BEGAN + 1)
    await running.until(lambda: receiver.requests)
    await running.stop()
    assert [a.value.string_value for a in receiver.spans()[0].attributes if a.key == "parley.call"] == [
        "other"
    ]
