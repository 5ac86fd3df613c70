"""The bus against a real Redis."""

import asyncio
import time
from typing import Any

import numpy as np
import pytest

from parley import audio
from parley import bus as bus_module
from parley.bus import Bus, BusAway, BusError, up_stream
from parley.errors import MessageError
from parley.messages import Cancel
from tests.parley.streams import job, known, listen


async def test_redis_tells_its_memory(bus: Bus) -> None:
    used, limit = await bus.memory()
    assert used > 0
    assert limit >= 0


# Messages


async def test_published_messages_are_read_in_order_and_once(bus: Bus, name: str) -> None:
    assert await bus.last_id(name) == "0-0"
    for revision in range(5):
        await bus.publish(name, job(revision))
    first = await bus.read(name, "0-0")
    assert [message for _, message in first] == [job(r) for r in range(5)]
    assert first[-1][0] == await bus.last_id(name)
    assert await bus.read(name, first[2][0]) == first[3:]
    assert await bus.read(name, first[-1][0], block_ms=10) == []


async def test_a_reader_waits_for_the_first_message(bus: Bus, name: str) -> None:
    reading = asyncio.create_task(bus.read(name, "0-0", block_ms=5000))
    await asyncio.sleep(0.05)
    await bus.publish(name, job())
    assert [message for _, message in await reading] == [job()]


async def test_a_message_that_cannot_be_read_costs_no_other(bus: Bus, name: str) -> None:
    await bus.publish(name, job(1))
    await bus._redis.xadd(name, {"m": b"garbage"})
    await bus._redis.xadd(name, {"x": b"no message"})
    await bus.publish(name, job(2))
    seen, errors, after = [], [], "0-0"
    while len(seen) < 2:
        try:
            for entry_id, message in await bus.read(name, after):
                seen.append(message)
                after = entry_id
        except MessageError as error:
            errors.append(str(error))
            after = error.entry_id
    assert seen == [job(1), job(2)]
    assert len(errors) == 2
    assert all(name in error for error in errors)


async def test_a_stream_does_not_grow_for_ever(bus: Bus, name: str) -> None:
    for revision in range(500):
        await bus.publish(name, job(revision), maxlen=100)
    assert await bus._redis.xlen(name) < 300


# Audio


async def speak(bus: Bus, call: str, *chunks: tuple[int, int]) -> np.ndarray[Any, Any]:
    """Send chunks of (first sample, samples), each sample its own number; return all as one."""
    whole = np.zeros(20_000, np.int16)
    for first, samples in chunks:
        pcm = np.arange(first, first + samples).astype(np.int16)
        await bus.append_audio(call, first, pcm)
        whole[first : first + samples] = pcm
    return whole


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 6400),
        (0, 1),
        (1599, 1601),
        (800, 2400),
        (1600, 3200),
        (2000, 2100),
        (3000, 9000),
        (7999, 8001),
        (9600, 12_000),
    ],
)
async def test_a_range_of_the_callers_audio(bus: Bus, name: str, start: int, end: int) -> None:
    whole = await speak(bus, name, (0, 1600), (1600, 1600), (3200, 320), (8000, 1600))
    samples = await bus.read_audio(name, start, end)
    assert samples.dtype == np.int16
    assert np.array_equal(samples, whole[start:end])


async def test_what_was_never_sent_is_silence(bus: Bus, name: str) -> None:
    assert np.array_equal(await bus.read_audio(name, 100, 200), np.zeros(100, np.int16))
    assert len(await bus.read_audio(name, 100, 100)) == 0
    assert len(await bus.read_audio(name, 100, 50)) == 0


async def test_audio_out_of_order_is_refused(bus: Bus, name: str) -> None:
    await speak(bus, name, (1600, 1600))
    with pytest.raises(BusError) as caught:
        await speak(bus, name, (0, 1600))
    assert not isinstance(caught.value, BusAway)


async def test_of_a_long_call_the_last_minutes_are_kept_and_at_its_end_nothing(bus: Bus, name: str) -> None:
    second = np.ones(audio.SAMPLE_RATE, np.int16)
    for number in range(300):
        await bus.append_audio(name, number * audio.SAMPLE_RATE, second)
    assert await bus._redis.xlen(up_stream(name)) < 230
    last = await bus.read_audio(name, 299 * audio.SAMPLE_RATE, 300 * audio.SAMPLE_RATE)
    assert last.all()
    await bus.close_call(name)
    assert not await bus._redis.exists(up_stream(name))


async def test_audio_is_forgotten_after_a_while(bus: Bus, name: str) -> None:
    await speak(bus, name, (0, 1600))
    assert 0 < await bus._redis.ttl(up_stream(name)) <= bus_module.CALL_TTL_S


# A call's state


async def test_what_is_known_of_a_call_is_forgotten_after_a_while(bus: Bus, name: str) -> None:
    await bus.open_call(name, agent="a", started_at=1.5)
    assert await known(bus, name) == {b"agent": b"a", b"started_at": b"1.5"}
    assert 0 < await bus._redis.ttl(f"call:{name}") <= bus_module.CALL_TTL_S


async def test_a_call_that_is_taken_over_begins_anew_but_remembers(bus: Bus, name: str) -> None:
    """Its samples and revisions count from 0 again: old ones must not make the new ones late or stale."""
    await speak(bus, name, (16_000, 1600))
    await bus.cancel(Cancel(call=name, revision=9))
    await bus.add_history(name, "user", "hello")
    await bus.open_call(name, agent="a")
    assert await known(bus, name) == {b"agent": b"a"}
    assert not await bus.is_stale(name, 0)
    await speak(bus, name, (0, 1600))
    assert await bus.history(name) == [{"role": "user", "text": "hello"}]


async def test_where_a_call_is_is_kept_while_it_is_taken_over_and_until_it_is_closed(
    bus: Bus, name: str
) -> None:
    assert await bus.state(name) is None
    await bus.keep_state(name, b'{"turn":1}')
    await bus.keep_state(name, b'{"turn":2}')
    await bus.open_call(name, agent="a")
    assert await bus.state(name) == b'{"turn":2}'
    assert bus_module.CALL_TTL_S < await bus._redis.ttl(f"call:{name}:state") <= bus_module.STATE_TTL_S
    await bus.close_call(name)
    assert await bus.state(name) is None


async def test_the_history(bus: Bus, name: str) -> None:
    assert await bus.history(name) == []
    await bus.add_history(name, "assistant", "Grüß Gott")
    await bus.add_history(name, "user", 'say "hi"')
    assert await bus.history(name) == [
        {"role": "assistant", "text": "Grüß Gott"},
        {"role": "user", "text": 'say "hi"'},
    ]
    assert await bus._redis.ttl(f"call:{name}:history") > 0


async def test_words_that_are_said_again_take_the_place_of_the_last_of_theirs(bus: Bus, name: str) -> None:
    for words in ("yes", "no", "yes"):
        await bus.add_history(name, "user", words)
    await bus.add_history(name, "assistant", "yes")
    await bus.add_history(name, "user", "yes, two", "yes")
    assert [(said["role"], said["text"]) for said in await bus.history(name)] == [
        ("user", "yes"),
        ("user", "no"),
        ("assistant", "yes"),
        ("user", "yes, two"),
    ]


# Revisions


async def test_what_is_stale(bus: Bus, name: str) -> None:
    assert not await bus.is_stale(name, 1)
    await bus.open_call(name, agent="a")
    assert not await bus.is_stale(name, 1)
    await bus.cancel(Cancel(call=name, revision=3, keep=1))
    assert [r for r in range(6) if await bus.is_stale(name, r)] == [0, 2, 3]
    await bus.cancel(Cancel(call=name, revision=4))
    assert [r for r in range(6) if await bus.is_stale(name, r)] == [0, 1, 2, 3, 4]


async def test_cancellations_are_heard_by_everyone(bus: Bus, name: str) -> None:
    heard: tuple[list[Cancel], list[Cancel]] = ([], [])
    listening = [asyncio.create_task(listen(bus, into)) for into in heard]
    cancel = Cancel(call=name, revision=2, keep=1)
    try:
        async with asyncio.timeout(5):
            while not all(cancel in into for into in heard):
                await bus.cancel(cancel)
                await asyncio.sleep(0.02)
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


# Events


async def test_events(bus: Bus, name: str) -> None:
    after = await bus.last_id("events")
    before = time.time()
    await bus.emit("turn", name, turn=1, stages={"stt": 0.2}, text="ü")
    (_, event), *_ = [item for item in await bus.events(after) if item[1].call == name]
    assert (event.kind, event.data) == ("turn", {"turn": 1, "stages": {"stt": 0.2}, "text": "ü"})
    assert before <= event.at <= time.time()
    assert await bus.events(await bus.last_id("events"), block_ms=1) == []


async def test_an_event_may_be_told_later_than_it_happened(bus: Bus, name: str) -> None:
    after = await bus.last_id("events")
    await bus.emit("turn", name, at=12.5)
    assert [event.at for _, event in await bus.events(after) if event.call == name] == [12.5]


async def test_a_call_has_the_last_lines_of_the_chat_that_it_was(bus: Bus) -> None:
    for place in range(30):
        await bus.add_history("chat-1", "user", f"line {place}")
    await bus.commands().go_on_from("chat-1", "made-1")
    await bus.open_call("made-1", agent="shop")
    await bus.add_history("made-1", "assistant", "Hello.")
    lines = [line["text"] for line in await bus.history("made-1")]
    assert lines == [*(f"line {place}" for place in range(6, 30)), "Hello."]
    await bus.commands().go_on_from("nothing", "made-2")
    assert await bus.history("made-2") == []
