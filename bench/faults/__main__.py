"""Faults under live calls: `make bench-faults`, FAULTS="stt_kill agent_hang" for some of them.

    python -m bench.faults [--calls N] [FAULT…]

A FAULT is a name (`stt_kill`), a part (`stt`) or a kind (`kill`). For each one, callers converse over real SIP with
known answers; then the fault comes, one more caller calls anew until it is greeted, and everybody goes on for a while.
What is counted, the callers count: see `turns.py`. Writes results/faults.json; what it has of other faults stays.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.faults import catalogue, kept
from bench.faults.bad_line import BadLine, Weather
from bench.faults.callers import QUESTIONS, Caller, Speech, call_anew
from bench.faults.catalogue import LINES, Fault
from bench.faults.harm import Harm
from bench.faults.turns import Account, Probe, figures
from bench.instruments import report
from bench.instruments.users import identity
from caller.phone.phone import Softphone
from caller.phone.stack import local_address
from caller.sound.clip import joined, silence
from caller.sound.ears import Ears
from caller.sound.voice import PiperVoice
from parley.bus import Bus
from parley.errors import ParleyError
from simulate.voice.witness import unix_time

CALLS_PER_CORE, MOST_CALLS = 2, 20
WINDOW_S = 40.0
"""How long calls go on after the fault: a hang takes half of it."""
_APART_S = 1.5
_BEGUN_S = 60.0
_BROKEN_S = 1.5
"""By then a fault has come about: the engine needs a moment for it."""
_PROBE_S = 150.0
_ENDING_S = 60.0
_HEALTHY_S = 300.0
_JITTER_BUFFER = 1.2
"""A caller's own jitter buffer, by how late packets are: any telephone has one, and hears nothing sensible without."""
USERS = ("1000", "1002")
"""Who converses, and who calls anew."""


@dataclass(frozen=True)
class Bench:
    """What a run needs."""

    engine: Harm
    bus: Bus
    speech: Speech
    calls: int
    window_s: float


async def healthy(engine: Harm, within: float = _HEALTHY_S) -> None:
    """Wait until every container is what it should be; TimeoutError names those that are not."""
    deadline = time.monotonic() + within
    while found := await asyncio.to_thread(engine.unhealthy):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not healthy after {within:g} s: {', '.join(found)}")
        await asyncio.sleep(1)


async def suffer(bench: Bench, fault: Fault) -> tuple[dict[str, float | None], list[dict[str, Any]]]:
    """Have calls meet a fault; return its figures, and what each caller noticed."""
    try:
        await catalogue.prepare(fault)
        await healthy(bench.engine)
        async with AsyncExitStack() as exits:
            phones = await _phones(fault, exits)
            callers = [Caller(phones[0], bench.speech, number) for number in range(bench.calls)]
            at, probe = await _live_through(bench, fault, callers, phones[1])
        calls = [caller.account for caller in callers]
        began = [(account, unix_time(account.began)) for account in calls]
        # Before anything is cleared away: a fault may have given the records a volume of its own.
        await healthy(bench.engine)
        lost = await kept.words_lost(bench.engine, began, USERS[0])
    finally:
        await catalogue.clear_away(fault)
    await healthy(bench.engine)
    for account in calls:
        account.turns = [turn for turn in account.turns if turn.until > at]
    return figures(calls, probe, lost), [_told(account, at) for account in calls]


async def _phones(fault: Fault, exits: AsyncExitStack) -> list[Softphone]:
    server, jitter_ms = "", 0
    if fault.name in LINES:
        lost, jitter_s = LINES[fault.name]
        jitter_ms = round(jitter_s * 1000 * _JITTER_BUFFER)
        asterisk = identity("1000")
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(asterisk.host, asterisk.port)
        address = str(found[0][4][0]), asterisk.port
        line = BadLine(address, local_address(address[0]), Weather(lost, jitter_s))
        server = (await exits.enter_async_context(line)).server
    phones = [Softphone(identity(user, server), wire=False, jitter_ms=jitter_ms) for user in USERS]
    return [await exits.enter_async_context(phone) for phone in phones]


async def _live_through(
    bench: Bench, fault: Fault, callers: list[Caller], other: Softphone
) -> tuple[float, Probe | None]:
    """Let all converse, break, let them go on, end; return when the fault came, and what new callers met."""
    running = []
    for caller in callers:
        running.append(asyncio.create_task(caller.run()))
        await asyncio.sleep(_APART_S)
    try:
        async with asyncio.timeout(_BEGUN_S):
            await asyncio.gather(*(caller.conversing.wait() for caller in callers))
    except TimeoutError:
        report.console.print("    some calls had no answer before the fault")
    at = time.monotonic()
    breaking = asyncio.create_task(fault.inflict(bench.engine, bench.bus))
    await asyncio.sleep(_BROKEN_S)
    probing = asyncio.create_task(call_anew(other, bench.speech, at, _PROBE_S, _say))
    await asyncio.sleep(bench.window_s - _BROKEN_S)
    if not fault.waits_for_calls:
        await breaking
    for caller in callers:
        caller.stopping = True
    await asyncio.wait(running, timeout=_ENDING_S)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await breaking
    return at, await probing


def _say(text: str) -> None:
    report.console.print(f"    a new call was {text}")


def _told(account: Account, at: float) -> dict[str, Any]:
    """What one caller noticed, for the file; times in seconds after the fault."""
    return {
        "dropped": account.dropped,
        "why": account.why,
        "turns": [
            {
                "said": turn.question.text,
                "at": round(turn.said_end - at, 2),
                "silence_s": round(turn.longest_silence_s, 2),
                "answered": turn.answered,
                "repeats": turn.repeats,
                "heard": turn.heard,
            }
            for turn in account.turns
        ],
    }


def _before() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Figures and samples that earlier runs left."""
    path = report.RESULTS / f"{'-'.join(filter(None, ('faults', os.environ.get('BENCH_VARIANT'))))}.json"
    if not path.is_file():
        return {}, []
    found = json.loads(path.read_text(encoding="utf-8"))
    return found["figures"], found["samples"]


def _keep(bench: Bench, fault: Fault, found: dict[str, float | None], calls: list[dict[str, Any]]) -> None:
    """Put a fault's figures among those of the others."""
    everything, samples = _before()
    everything = {k: v for k, v in everything.items() if not k.startswith(f"{fault.name}_")}
    everything |= {f"{fault.name}_{key}": value for key, value in found.items() if value is not None}
    sample = {"fault": fault.name, "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    sample |= {"live_calls": bench.calls, "load_1m": round(os.getloadavg()[0], 2), "calls": calls}
    samples = [s for s in samples if s["fault"] != fault.name] + [sample]
    order = list(catalogue.everything())
    settings = {
        "window_s": bench.window_s,
        "what": {name: f.what for name, f in catalogue.everything().items()},
    }
    figures_in_order = dict(sorted(everything.items()))
    report.write("faults", settings, figures_in_order, sorted(samples, key=lambda s: order.index(s["fault"])))


async def _run(faults: list[Fault], calls: int) -> int:
    models = Path(os.environ.get("MODELS_DIR") or "/models")
    voice = PiperVoice(models / "tts" / (os.environ.get("CALLER_VOICE") or "en_US-joe-medium"))
    quiet = silence(0.2, 16_000)
    clips = {q.text: joined([quiet, voice.speak(q.text).at(16_000), quiet]) for q in QUESTIONS}
    ears = Ears(models, os.environ.get("STT_MODEL") or "base")
    bus = Bus.connect(os.environ["REDIS_URL"])
    engine = Harm(os.environ.get("COMPOSE_PROJECT_NAME", "parley"))
    bench = Bench(engine, bus, Speech(clips, ears), calls, WINDOW_S)
    failed = 0
    try:
        for fault in faults:
            report.console.print(f"{fault.name}: {fault.what}, {calls} calls")
            try:
                found, told = await suffer(bench, fault)
            except (ParleyError, TimeoutError) as error:
                report.console.print(f"    not measured: {error}")
                failed += 1
                continue
            report.table(fault.name, ("", "figure"), [(k, "–" if v is None else v) for k, v in found.items()])
            _keep(bench, fault, found, told)
    finally:
        await bus.close()
        ears.close()
    return 1 if failed else 0


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.faults", description="Faults under live calls.")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help="a name, a part or a kind; all of them")
    parser.add_argument("--calls", type=int, default=min(MOST_CALLS, CALLS_PER_CORE * (os.cpu_count() or 1)))
    options = parser.parse_args()
    try:
        faults = catalogue.chosen(options.faults)
    except ValueError as error:
        parser.error(str(error))
    return asyncio.run(_run(faults, options.calls))


if __name__ == "__main__":
    sys.exit(main())
