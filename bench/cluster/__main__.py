"""Whole calls over an edge and cells: `make bench-cluster`, ARGS="drain upgrade" for some of the steps.

    python -m bench.cluster [--calls N] [STEP…]

Callers with telephones at the edge ask the sample company's agent question after question, whose answers are known. One
step after the other something is done to the cells or the edge meanwhile (`steps.py`), and what callers notice is
counted; who is to be called registered before it all and is rung after each. The containers are those of
scripts/lib/cluster.sh, which also does what only Compose can. All of it, and the callers, share the cores of one
machine. Writes results/cluster.json; what it has of other steps stays.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bench.cluster import steps
from bench.cluster.cells import Cell
from bench.cluster.figures import Call
from bench.cluster.steps import STEPS, WHAT, Cluster
from bench.cluster.telephones import Telephone
from bench.faults.callers import QUESTIONS, Speech
from bench.instruments import report
from bench.instruments.stats import finite
from bench.instruments.users import identity
from caller.phone.phone import Softphone
from caller.sound.clip import joined, silence
from caller.sound.ears import Ears
from caller.sound.voice import PiperVoice
from parley.errors import ParleyError

CALLS = 6
_NEW = 4
"""So many call when something has been done: too many for the edge to give none to a cell that has just died."""


def read_users(text: str) -> dict[str, str]:
    """Passwords by number, of a file like users.env."""
    lines = (line.partition("=") for line in text.splitlines() if line.startswith("SIP_PASSWORD_"))
    return {name.removeprefix("SIP_PASSWORD_"): password for name, _, password in lines}


def _speech() -> Speech:
    models = Path(os.environ.get("MODELS_DIR") or "/models")
    voice = PiperVoice(models / "tts" / (os.environ.get("CALLER_VOICE") or "en_US-joe-medium"))
    quiet = silence(0.2, 16_000)
    clips = {q.text: joined([quiet, voice.speak(q.text).at(16_000), quiet]) for q in QUESTIONS}
    return Speech(clips, Ears(models, os.environ.get("STT_MODEL") or "base"))


@asynccontextmanager
async def _cluster(calls: int, numbers: Sequence[str]) -> AsyncIterator[Cluster]:
    """Register everybody at the edge, and wait until both cells answer."""
    speech = _speech()
    async with AsyncExitStack() as exits:
        exits.callback(speech.ears.close)

        async def phone(number: str) -> Softphone:
            return await exits.enter_async_context(Softphone(identity(number), wire=False))

        cluster = Cluster(
            Cell("a"),
            Cell("b"),
            Cell("c"),
            telephones=[
                Telephone(n, await phone(n), speech, first) for first, n in enumerate(numbers[_NEW:])
            ],
            calls=calls,
            new=[await phone(number) for number in numbers[:_NEW]],
            phone=await phone(steps.PHONE),
            speech=speech,
        )
        for cell in cluster.cells:
            await steps.well(cluster, cell)
        yield cluster


def _told(call: Call, at: float) -> dict[str, Any]:
    """One call for the file; times in seconds after the step began."""
    return {
        "number": call.number,
        "dialled": round(call.dialled - at, 2),
        "seconds": None if call.answered is None else round(call.over - call.answered, 2),
        "lost": call.lost,
        "why": call.why,
        "turns": len(call.turns),
    }


def _keep(step: str, found: dict[str, float | None], sample: dict[str, Any], on: dict[str, Any]) -> None:
    """Put a step's figures among those of the others."""
    path = report.RESULTS / f"{'-'.join(filter(None, ('cluster', os.environ.get('BENCH_VARIANT'))))}.json"
    before = (
        json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"figures": {}, "samples": []}
    )
    everything = {k: v for k, v in before["figures"].items() if not k.startswith(f"{step}_")}
    everything |= {f"{step}_{name}": value for name, value in finite(found).items()}
    samples = [one for one in before["samples"] if one["step"] != step] + [sample]
    order = list(STEPS)
    settings = {"window_s": steps.WINDOW_S, "short_s": steps.SHORT_S, "limit_s": steps.LIMIT_S, "what": WHAT}
    samples.sort(key=lambda one: order.index(one["step"]))
    report.write("cluster", settings, dict(sorted(everything.items())), samples, on=on)


async def _step(cluster: Cluster, step: str, on: dict[str, Any]) -> None:
    report.console.print(f"{step}: {WHAT[step]}")
    load, at = round(os.getloadavg()[0], 2), time.monotonic()
    found = await STEPS[step](cluster)
    seconds = time.monotonic() - at
    calls = [call for telephone in cluster.telephones for call in telephone.calls]
    found |= await steps.right(cluster)
    report.table(step, ("", "figure"), [(name, "–" if v is None else v) for name, v in found.items()])
    sample = {"step": step, "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    sample |= {"live_calls": cluster.calls, "load_1m": load, "seconds": round(seconds)}
    _keep(step, found, sample | {"calls": [_told(call, at) for call in calls]}, on)


async def _run(chosen: Sequence[str], calls: int, numbers: Sequence[str]) -> int:
    failed, on = 0, report.machine()
    async with _cluster(calls, numbers) as cluster:
        for step in chosen:
            try:
                await _step(cluster, step, on)
            except (ParleyError, TimeoutError) as error:
                report.console.print(f"    not measured: {error}")
                failed += 1
                await steps.as_it_was(cluster)
    return 1 if failed else 0


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.cluster", description="Whole calls over several cells.")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"{', '.join(STEPS)}; all of them")
    parser.add_argument("--calls", type=int, default=CALLS, help="at a time")
    options = parser.parse_args()
    if unknown := set(options.steps) - STEPS.keys():
        parser.error(f"there is no step {', '.join(sorted(unknown))}; there are: {', '.join(STEPS)}")
    if not 2 <= options.calls <= steps.LADDER[-1]:
        parser.error(
            f"--calls must be 2 to {steps.LADDER[-1]}: a cell that dies needs some, and another one, too"
        )
    users = read_users(Path(os.environ["USERS_FILE"]).read_text(encoding="utf-8"))
    os.environ.update({f"SIP_PASSWORD_{number}": password for number, password in users.items()})
    chosen = [step for step in STEPS if step in (options.steps or STEPS)]
    try:
        return asyncio.run(_run(chosen, options.calls, list(users)))
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
