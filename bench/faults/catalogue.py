"""Every fault there is, by name: `<part>_<kind>`. Each one breaks something, and mends it before it returns."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.faults import clock
from bench.faults.harm import HANG_S, Harm, one_of
from parley.bus import AGENT_JOBS, STT_JOBS, Bus
from parley.messages import ReplyJob, TranscribeJob

PARTS = ("asterisk", "gateway", "stt", "agent", "llm", "redis", "records", "prometheus", "canary", "api")
KINDS = {
    "kill": "kill -9",
    "hang": f"SIGSTOP for {HANG_S:.0f} s",
    "restart": "made anew by `compose up`",
    "oom": "out of memory",
    "cut": f"its network cut off for {HANG_S:.0f} s",
}
OTHERS = {
    "gateway_upgrade": "all gateways made anew, one after the other",
    "workers_upgrade": "all stt and agent workers made anew, one after the other",
    "redis_full": f"Redis takes nothing more for {HANG_S:.0f} s",
    "redis_disk": f"the disk of Redis's data is full for {HANG_S:.0f} s",
    "stt_poison": "jobs for stt that cannot be done",
    "agent_poison": "jobs for agent that cannot be done",
    "caller_loss5": "5 % of the caller's packets are lost, both ways",
    "caller_loss20": "20 % of the caller's packets are lost, both ways",
    "caller_jitter": "the caller's packets come up to 200 ms late, both ways",
    "clock_hour": "the clocks of all that calls need are set an hour ahead",
    "clock_days": "they are set 90 days ahead",
    "clock_back": "they are set back by an hour",
    "dns_gone": f"no container can look a name up for {HANG_S:.0f} s",
    "nothing": "nothing: what the same calls are like without a fault",
}
STEPS = {"clock_hour": 3600, "clock_days": 90 * 86_400, "clock_back": -3600}
"""By how many seconds clocks are set."""
LINES = {"caller_loss5": (0.05, 0.0), "caller_loss20": (0.20, 0.0), "caller_jitter": (0.0, 0.2)}
"""What is done to the callers' own line: share of packets lost, seconds of jitter."""
_HANDS = Path(os.environ.get("HANDS_DIR") or "/hands")
_HANDS_S = 900.0
_POISONED = 6


@dataclass(frozen=True)
class Fault:
    """`inflict` breaks and mends; calls go on meanwhile."""

    name: str
    what: str
    inflict: Callable[[Harm, Bus], Awaitable[None]]

    @property
    def part(self) -> str:
        """The service that it is about, or `caller`."""
        return self.name.partition("_")[0]

    @property
    def waits_for_calls(self) -> bool:
        """Whether it is over only when calls are: a gateway that is replaced serves those that it has to their end."""
        return self.name in ("gateway_restart", "gateway_upgrade")


def everything() -> dict[str, Fault]:
    """All faults by their names, those of one part together."""
    found = [Fault(f"{part}_{kind}", what, _of(part, kind)) for part in PARTS for kind, what in KINDS.items()]
    found += [Fault(name, what, _OTHERS.get(name, _nothing)) for name, what in OTHERS.items()]
    return {fault.name: fault for fault in found}


def chosen(names: Sequence[str]) -> list[Fault]:
    """The faults of these names, parts or kinds; ValueError for what is none of them; all when there is no name."""
    known = everything()
    wanted: dict[str, Fault] = {}
    for name in names:
        matching = {key: fault for key, fault in known.items() if name in (key, *key.split("_", 1))}
        if not matching:
            raise ValueError(f"there is no fault {name!r}; there are: {', '.join(known)}")
        wanted |= matching
    return list((wanted or known).values())


def _of(part: str, kind: str) -> Callable[[Harm, Bus], Awaitable[None]]:
    async def inflict(engine: Harm, _: Bus) -> None:
        match kind:
            case "kill":
                await one_of(engine, part, engine.signal, "KILL")
            case "hang":
                await _hang(engine, part)
            case "oom":
                await one_of(engine, part, engine.starve)
            case "cut":
                await one_of(engine, part, engine.cut_off, HANG_S)
            case _:
                await ask_hands(part)

    return inflict


async def _hang(engine: Harm, part: str) -> None:
    await one_of(engine, part, engine.signal, "STOP")
    await asyncio.sleep(HANG_S)
    # What was ended meanwhile for hanging has nothing to go on with; those that did not hang go on as they do.
    for container in await asyncio.to_thread(engine.containers, part):
        await asyncio.to_thread(engine.signal, container, "CONT")


async def ask_hands(what: str) -> None:
    """Have scripts/bench.sh do what only Compose can, on the machine itself: make a service anew."""
    request = _HANDS / what
    request.touch()
    deadline = time.monotonic() + _HANDS_S
    while request.exists():  # another process takes it away
        if time.monotonic() > deadline:
            request.unlink(missing_ok=True)
            raise TimeoutError(f"nobody made {what} anew within {_HANDS_S:g} s")
        await asyncio.sleep(0.2)


async def _redis_full(engine: Harm, _: Bus) -> None:
    client = 'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli'
    (redis,) = await asyncio.to_thread(engine.containers, "redis")
    before = await asyncio.to_thread(engine.run, redis, f"{client} config get maxmemory | tail -n 1")
    await asyncio.to_thread(engine.run, redis, f"{client} config set maxmemory 1mb")
    await asyncio.sleep(HANG_S)
    await asyncio.to_thread(engine.run, redis, f"{client} config set maxmemory {before.strip()}")


async def _redis_disk(engine: Harm, _: Bus) -> None:
    (redis,) = await asyncio.to_thread(engine.containers, "redis")
    await asyncio.to_thread(engine.run, redis, "cat /dev/zero >/data/filler 2>/dev/null; :")
    await asyncio.sleep(HANG_S)
    await asyncio.to_thread(engine.run, redis, "rm /data/filler")


async def _stt_poison(_: Harm, bus: Bus) -> None:
    """Jobs whose audio would be longer than any memory, and one that is of another kind."""
    for number in range(_POISONED):
        job = TranscribeJob(
            call=f"poison-{number}",
            gateway="nobody",
            agent="techstore",
            turn=1,
            revision=1,
            start_sample=0,
            end_sample=1 << 50,
            queued_at=time.time(),
        )
        await bus.publish(STT_JOBS, job)
    await bus.publish(STT_JOBS, _reply("?"))


async def _agent_poison(_: Harm, bus: Bus) -> None:
    """Jobs with a megabyte of words, for an agent that is not there, and with no words at all."""
    for text, agent in (("opening hours " * 80_000, "techstore"), ("hello", "nobody"), ("", "techstore")):
        await bus.publish(AGENT_JOBS, _reply(text, agent))


def _reply(text: str, agent: str = "techstore") -> ReplyJob:
    return ReplyJob(
        call="poison", gateway="nobody", agent=agent, turn=1, revision=1, queued_at=time.time(), text=text
    )


async def _nothing(_: Harm, __: Bus) -> None:
    await asyncio.sleep(0)


async def _dns_gone(engine: Harm, _: Bus) -> None:
    await asyncio.to_thread(engine.forget_names, HANG_S)


def _clock(seconds: int) -> Callable[[Harm, Bus], Awaitable[None]]:
    async def inflict(engine: Harm, _: Bus) -> None:
        await clock.step(engine, seconds)

    return inflict


def _upgrade(whom: str) -> Callable[[Harm, Bus], Awaitable[None]]:
    async def inflict(_: Harm, __: Bus) -> None:
        await ask_hands(whom)

    return inflict


_OTHERS: dict[str, Callable[[Harm, Bus], Awaitable[None]]] = {
    "gateway_upgrade": _upgrade("gateways"),
    "workers_upgrade": _upgrade("workers"),
    "redis_full": _redis_full,
    "redis_disk": _redis_disk,
    "stt_poison": _stt_poison,
    "agent_poison": _agent_poison,
    "dns_gone": _dns_gone,
    **{name: _clock(seconds) for name, seconds in STEPS.items()},
}


async def prepare(fault: Fault) -> None:
    """Give Redis a small disk before it is filled, nobody's own is; and clocks that can be set before they are."""
    if fault.name == "redis_disk":
        await ask_hands("small-redis")
    elif fault.name in STEPS:
        clock.true_time()
        await ask_hands("set-clocks")


async def clear_away(fault: Fault) -> None:
    """Undo what `prepare` did."""
    if fault.name == "redis_disk":
        await ask_hands("redis")
    elif fault.name in STEPS:
        await ask_hands("true-clocks")
