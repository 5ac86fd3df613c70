"""Does anything leak? `make soak HOURS=8 CALLS_PER_HOUR=250`.

    python -m bench.soak [--hours H] [--calls-per-hour N]

Short calls follow each other evenly: one hangs up while it is greeted, one takes leave and is hung up on, one asks
something first; meanwhile one long call follows the other, of half an hour each. Before them and after them, when all
calls are over and what follows them is done, what the stack holds is read. Writes results/soak.json; the exit status
is 1 when channels, bridges, open files or keys that stay have not returned to what they were.
"""

import argparse
import asyncio
import itertools
import os
import sys
import time
from pathlib import Path

from bench.instruments import report
from bench.instruments.engine import Engine
from bench.soak import readings
from caller.errors import CallEnded, CallerError
from caller.phone.phone import Identity, Softphone
from caller.sound.clip import Clip, joined, silence
from caller.sound.voice import PiperVoice

EXTENSION = "100"
WARM_UP, AT_A_TIME = 6, 3
"""Rounds of calls before the first reading, and calls of either phone in each, more than there are later: what is
loaded and opened once, or once for calls at a time, is no leak."""
REST_S = 20.0
"""After the last call, until what it left has been cleared away."""
SETTLED_S = 300.0
"""... at the longest: calls that are over are read by a model, one after the other."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
QUESTIONS = (
    *(f"What are your opening hours on {day}?" for day in _DAYS),
    *(f"Are you open on {day}?" for day in _DAYS),
    "How long is the warranty?",
    "Is there parking near the shop?",
    "How much does express delivery cost?",
    "What does it cost to replace a phone battery?",
)
"""So many that none is asked a third time while the agent remembers it: who says the same again and again is taken for
a machine, and left."""
_QUESTION, _BYE = QUESTIONS[5], "Thank you, goodbye."
_LONG_S = 1800.0
"""A call that lasts for longer is ended by the agent: MAX_CALL_S, and its limit of answers."""
_KINDS = ("hangs up", "goodbye", "asks")
_LONG_EVERY_S = 10.0
EXACT = ("_channels_grown", "_bridges_grown", "_fds_grown", "_keys_that_stay_grown")
"""What must be as it was; memory is told, and judged by whoever reads it."""


async def short_call(phone: Softphone, clips: dict[str, Clip], kind: str) -> bool:
    """Make a call of a kind; return whether it went as it should."""
    try:
        call = await phone.dial(EXTENSION, within=20)
    except CallerError:
        return False
    try:
        if kind == "hangs up":
            return await call.listen(since=call.answered_at, at_most=0.5, within=10) is not None
        greeted = await call.listen(since=call.answered_at, silence=0.8)
        if kind == "asks":
            said = await call.say(clips[_QUESTION])
            greeted = await call.listen(since=said.end, silence=1.2)
        await call.say(clips[_BYE])
        return await call.ended(20) and greeted is not None
    except CallEnded:
        return False
    finally:
        await call.hangup()


async def long_calls(phone: Softphone, clips: dict[str, Clip], until: float) -> list[bool]:
    """One long call after the other; return whether each was there to its end."""
    found = []
    while time.monotonic() < until:
        found.append(await long_call(phone, clips, min(until, time.monotonic() + _LONG_S)))
        if not found[-1]:
            await asyncio.sleep(_LONG_EVERY_S)
    return found


async def long_call(phone: Softphone, clips: dict[str, Clip], until: float) -> bool:
    """One call that goes on and on; return whether it was there to the end."""
    try:
        call = await phone.dial(EXTENSION, within=20)
    except CallerError:
        return False
    try:
        for question in itertools.cycle(QUESTIONS):
            if time.monotonic() >= until:
                break
            await call.say(clips[question])
            await call.listen(silence=1.2)
            await call.ended(_LONG_EVERY_S)
        return not call.is_over
    except CallEnded:
        return False
    finally:
        await call.hangup()


async def soak(
    phones: list[Softphone], clips: dict[str, Clip], hours: float, per_hour: float
) -> dict[str, int]:
    """Have calls come for so long; return how many there were, and how many went wrong."""
    until, apart = time.monotonic() + hours * 3600, 3600 / per_hour
    long = asyncio.create_task(long_calls(phones[1], clips, until))
    running: list[asyncio.Task[bool]] = []
    with report.progress() as bar:
        task = bar.add_task("calls", total=max(1, round(hours * per_hour)))
        for kind in itertools.cycle(_KINDS):
            if time.monotonic() >= until:
                break
            running.append(asyncio.create_task(short_call(phones[0], clips, kind)))
            await asyncio.sleep(apart)
            bar.update(task, advance=1)
    done = await asyncio.gather(*running)
    lasted = await long
    return {
        "calls": len(done),
        "calls_wrong": done.count(False),
        "long_calls": len(lasted),
        "long_calls_lost": lasted.count(False),
    }


async def _settled(engine: Engine, before: dict[str, float]) -> dict[str, float]:
    """What the stack holds once it holds no more than before, or has not been cleared up in time."""
    deadline = time.monotonic() + SETTLED_S
    while True:
        await asyncio.sleep(REST_S)
        found = await asyncio.to_thread(readings.read, engine)
        if not leaks(readings.growth(before, found)) or time.monotonic() > deadline:
            return found


def leaks(grown: dict[str, float]) -> dict[str, float]:
    """What of that which grew must not have."""
    return {name: value for name, value in grown.items() if name.endswith(EXACT) and value > 0}


def _identity(user: str) -> Identity:
    server = f"{os.environ.get('SIP_SERVER', 'asterisk')}:{os.environ.get('SIP_PORT') or 5060}"
    return Identity(server=server, user=user, password=os.environ.get(f"SIP_PASSWORD_{user}", ""))


async def _run(hours: float, per_hour: float) -> int:
    models = Path(os.environ.get("MODELS_DIR") or "/models")
    voice = PiperVoice(models / "tts" / (os.environ.get("CALLER_VOICE") or "en_US-joe-medium"))
    quiet = silence(0.2, 16_000)
    clips = {text: joined([quiet, voice.speak(text).at(16_000), quiet]) for text in (*QUESTIONS, _BYE)}
    engine = Engine(os.environ.get("COMPOSE_PROJECT_NAME", "parley"))
    on = report.machine()
    async with (
        Softphone(_identity("1000"), wire=False) as one,
        Softphone(_identity("1002"), wire=False) as two,
    ):
        for kind in itertools.islice(itertools.cycle(_KINDS), WARM_UP):
            together = (one, two) * AT_A_TIME
            await asyncio.gather(*(short_call(phone, clips, kind) for phone in together))
        await asyncio.sleep(REST_S)
        before = await asyncio.to_thread(readings.read, engine)
        counted = await soak([one, two], clips, hours, per_hour)
        after = await _settled(engine, before)
    grown = readings.growth(before, after)
    report.table(
        "soak",
        ("", "before", "after"),
        [(name, value, after.get(name, "–")) for name, value in before.items()],
    )
    report.write(
        "soak", {"hours": hours, "calls_per_hour": per_hour}, counted | grown, [before, after], on=on
    )
    leaked = leaks(grown)
    for name, value in leaked.items():
        print(f"soak: {name.removesuffix('_grown')}: {value:g} more than before", file=sys.stderr)
    return 1 if leaked else 0


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.soak", description="Does anything leak?")
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--calls-per-hour", type=float, default=240.0)
    options = parser.parse_args()
    return asyncio.run(_run(options.hours, options.calls_per_hour))


if __name__ == "__main__":
    sys.exit(main())
