"""Parley beside pipecat-ai: `make bench-peer` runs both, one after the other, and these steps between.

    python -m bench.peer plan      after bench.conversation: interrupts the agent that speaks at length, and writes what
                                   bot.py is to say
    python -m bench.peer result    after bot.py: writes results/peer.json and prints the ratios

What passes between the steps is in CLIPS_DIR: the recordings, plan.json, parley.json (Parley's interruptions), and
heard.jsonl (what bot.py prints).
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from bench.barge_in.calls import Caller
from bench.barge_in.plans import Plan
from bench.barge_in.progress import Progress
from bench.barge_in.sounds import Sound, Sounds
from bench.conversation.measuring import clip_name, read_agents, read_utterances
from bench.conversation.utterances import calls
from bench.instruments import report
from bench.instruments.desk import desk
from bench.instruments.stats import finite
from bench.instruments.telephone import over_the_line
from bench.peer import figures, plan
from bench.peer.figures import Reply, Stop
from caller.errors import CallerError
from caller.sound.clip import from_wav
from caller.sound.voice import PiperVoice
from parley.errors import ParleyError

INTERRUPTIONS = 12
CLIPS = Path(os.environ.get("CLIPS_DIR") or ".cache/bench")


def sounds(models: Path) -> list[Sound]:
    """Interruptions by people and by synthetic voices, by turns, as they come over a telephone line."""
    voice = PiperVoice(models / "tts" / (os.environ.get("CALLER_VOICE") or "en_US-joe-medium"))
    made = Sounds(voice)
    chosen = [made.human(n) if n % 2 else made.synthetic(n) for n in range(INTERRUPTIONS)]
    return [replace(s, clip=over_the_line(s.clip)) for s in chosen]


async def interrupted(chosen: list[Sound]) -> Progress:
    """Interrupt Parley with each sound in a call of its own."""
    progress = Progress(len(chosen))
    async with desk() as at:
        caller = Caller(at, progress, 0)
        for sound in report.progress().track(chosen, description="interruptions"):
            try:
                await caller.call(Plan(((sound,),)))
            except CallerError as error:
                progress.failures.append(str(error))
    return progress


def write_plan() -> None:
    """Write plan.json and parley.json."""
    chosen = sounds(Path(os.environ.get("MODELS_DIR") or "/models"))
    progress = asyncio.run(interrupted(chosen))
    for failure in progress.failures:
        print(f"  ! {failure}", file=sys.stderr)
    known = read_agents()
    prompts = {name: plan.prompt(agent, plan.facts_of(agent)) for name, agent in known.items()}
    told = []
    for sayings in calls(read_utterances()):
        # A quick look leaves calls out.
        if not all((CLIPS / clip_name(saying)).is_file() for saying in sayings):
            continue
        turns = [
            (s, plan.recording(from_wav(CLIPS / clip_name(s)), CLIPS, f"peer-{clip_name(s)}"))
            for s in sayings
        ]
        told.append(plan.call(prompts[sayings[0].utterance.agent], turns))
    by_label = {sound.label: sound for sound in chosen}
    interruptions = []
    for number, result in enumerate(progress.results):
        sound = by_label[result.label]
        clip = plan.recording(sound.clip, CLIPS, f"peer-interruption-{number:02d}.wav")
        interruptions.append(plan.interruption(sound, result.moment_s, clip))
    monologue = read_agents("bench/agents")["lecturer"].file.greeting
    body = {"calls": told, "interruptions": interruptions, "monologue": monologue}
    (CLIPS / "plan.json").write_text(json.dumps(body, indent=1), encoding="utf-8")
    stops = [Stop(label=r.label, stop_s=r.stop_s, missed=r.missed) for r in progress.results]
    (CLIPS / "parley.json").write_bytes(msgspec.json.encode(stops))


def write_result() -> None:
    """Write peer.json and print the ratios."""
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in (CLIPS / "heard.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    conversation = json.loads((report.RESULTS / "conversation.json").read_text(encoding="utf-8"))
    parley = figures.parleys(conversation["samples"])
    peer = figures.peers(lines, read_utterances())
    stops = figures.stops(lines)
    parley_stops = msgspec.json.decode((CLIPS / "parley.json").read_bytes(), type=list[Stop])
    found = finite(figures.compared(parley, peer, parley_stops, stops))
    settings = {
        "peer": next(line for line in lines if line["kind"] == "peer"),
        "parley": conversation["settings"]["stack"],
        "when_parley": conversation["machine"]["when"],
        "load_1m_parley": conversation["machine"]["load_1m"],
    }
    samples = [
        _sample(name, reply) for name, replies in (("parley", parley), ("peer", peer)) for reply in replies
    ]
    samples += [
        {"who": name} | msgspec.to_builtins(s)
        for name, some in (("parley", parley_stops), ("peer", stops))
        for s in some
    ]
    report.write("peer", settings, found, samples)
    show(found)


def _sample(who: str, reply: Reply) -> dict[str, Any]:
    return {"who": who} | msgspec.to_builtins(reply)


def show(found: Mapping[str, float]) -> None:
    """Print the table."""
    columns = (
        "parley_{}_p50_s",
        "peer_{}_p50_s",
        "ratio_{}",
        "parley_{}_p95_s",
        "peer_{}_p95_s",
        "ratio_{}_p95",
    )
    rows = [
        (what, *(found.get(column.format(what), float("nan")) for column in columns))
        for what in ("all", "model", "barge_in")
    ]
    report.table(
        "Parley beside the peer (s)",
        ["turns", "Parley p50", "peer p50", "ratio", "Parley p95", "peer p95", "ratio"],
        rows,
    )
    for name in ("parley", "peer"):
        told = ", ".join(
            f"{found[f'{name}_{v}_pct']:.0f} % {v}" for v in ("right", "wrong", "unknown", "open")
        )
        print(f"{name}: {told}")


def main() -> int:
    """Run a step; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.peer", description="Parley beside a peer.")
    parser.add_argument("step", choices=["plan", "result"])
    step = parser.parse_args().step
    try:
        write_plan() if step == "plan" else write_result()
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
