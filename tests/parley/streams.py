"""What the tests of the bus, of its jobs and of its failures share."""

from parley.bus import Bus
from parley.messages import Cancel, TranscribeJob

GROUP = "stt"


def job(revision: int = 1) -> TranscribeJob:
    return TranscribeJob(
        call="c",
        gateway="g",
        agent="a",
        turn=1,
        revision=revision,
        start_sample=0,
        end_sample=100,
        queued_at=0.0,
    )


async def listen(bus: Bus, into: list[Cancel]) -> None:
    async for cancel in bus.cancellations():
        into.append(cancel)  # noqa: PERF401  # it never ends: what has come so far is looked at meanwhile


async def known(bus: Bus, call: str) -> dict[bytes, bytes]:
    return dict(await bus._redis.hgetall(f"call:{call}"))
