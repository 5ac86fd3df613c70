"""Clocks that are set while calls go on, as if somebody had set the machine's: containers cannot have one of their own.

compose.clock.yml has what calls need ask a library of ours what time it is (set_clock.c), which looks into a file. The
monotonic clock goes on as it is, and who waits until a point in time waits as long as without it. Containers with and
without it are made anew before and after. Redis keeps the true time, and its keys have so much more or less of it left.
"""

import asyncio
import os
import subprocess
import time
from pathlib import Path

from bench.faults.harm import Harm
from bench.instruments.engine import EngineRefused

CLOCKED = ("asterisk", "gateway", "gateway-2", "stt", "agent", "records")
"""Whose clocks are set."""
FOLDER = Path(os.environ.get("CLOCK_DIR") or "/clock")
SOURCE = Path(__file__).with_name("set_clock.c")
"""What is put before libc."""
_COMPILED = ("gcc", "-std=gnu11", "-O2", "-Wall", "-fPIC", "-shared")
_LOOKED_AGAIN_S = 2.0
"""The file is looked into once a second."""
_NEAR_S = 5.0
_LEFT = """
for _, key in ipairs(redis.call('KEYS', '*')) do
    local left = redis.call('TTL', key)
    if left >= 0 then redis.call('EXPIRE', key, left - (SECONDS)) end
end
"""
"""What is over by then is deleted."""


def true_time() -> None:
    """Have all clocks be right, for now; the library is put where containers find it. Raises EngineRefused."""
    build(FOLDER / "set_clock.so")
    _say(0)


def build(library: Path, source: Path = SOURCE) -> None:
    """Compile the library; EngineRefused tells what the compiler says, or that there is none."""
    try:
        done = subprocess.run(
            [*_COMPILED, "-o", library, source], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise EngineRefused("there is no compiler in this image") from None
    if done.returncode:
        raise EngineRefused(f"the clock's library was not compiled: {done.stderr.strip()}")
    library.chmod(0o644)


async def step(engine: Harm, seconds: int) -> None:
    """Set all clocks by so many seconds and see that they are; EngineRefused names a container whose clock is not."""
    _say(seconds)
    await asyncio.sleep(_LOOKED_AGAIN_S)
    for service in CLOCKED:
        for container in await asyncio.to_thread(engine.containers, service):
            told = await asyncio.to_thread(engine.run, container, "date +%s")
            if not is_set(told, seconds, time.time()):
                raise EngineRefused(f"{container.name}: its clock was not set by {seconds} s: {told.strip()}")
    (redis,) = await asyncio.to_thread(engine.containers, "redis")
    script = _LEFT.replace("SECONDS", str(seconds))
    await asyncio.to_thread(
        engine.run, redis, f'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli -e eval "{script}" 0'
    )


def is_set(told: str, seconds: int, now: float) -> bool:
    """Whether what `date +%s` has told at the Unix time `now` is so many seconds beside it."""
    try:
        return abs(int(told) - seconds - now) < _NEAR_S
    except ValueError:
        return False


def _say(seconds: int) -> None:
    # In place: a container has mounted the folder, and the library has the file open.
    (FOLDER / "offset").write_text(f"{seconds:+d}\n", encoding="ascii")
