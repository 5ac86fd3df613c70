"""Real telephone calls to the running stack: how long answers take, by two clocks and split into stages, and how right
they are.

    python -m bench.conversation [CALLS] [--every N]

Without CALLS, one call at a time: callers ask the 60 utterances of data/conversation_second.yaml over G.711, up to
three of one agent in a call, each in another of six synthetic voices. Of a number, or of a list such as `1,2,4,8,16`,
a capacity curve with so many calls at a time is drawn: once of questions whose answers are known, once with one
question in three that the language model answered in the last run without CALLS. The turns' stages come from the
gateway (stream `events`), the caller measures the same turns on its own wire, and the words that were heard are judged.
Writes results/conversation.json and conversation.png, of a curve capacity.json and capacity.png. CLIPS_DIR keeps what
was said for bench/peer.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.conversation import capacity, pictures
from bench.conversation.levels import Level, cores, figures, samples, settings, show
from bench.conversation.measuring import Phrases, callers_of, measure, read_agents, read_utterances
from bench.conversation.utterances import Set, Utterance, calls
from bench.instruments import load, report
from bench.instruments.stats import finite
from bench.instruments.voices import Voices
from parley.agents import Agent
from parley.errors import ParleyError


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="bench.conversation", description="Latency and answers of real calls."
    )
    parser.add_argument("calls", nargs="?", help="calls at a time, e.g. 4 or 1,2,4,8,16: a capacity curve")
    parser.add_argument("--every", type=int, default=1, help="only every N-th call, for a quick look")
    options = parser.parse_args()
    try:
        wanted = [int(number) for number in options.calls.split(",")] if options.calls else []
    except ValueError:
        parser.error("CALLS must be a number or numbers with commas")
    try:
        return asyncio.run(_run(wanted, options.every))
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


async def _run(wanted: Sequence[int], every: int) -> int:
    agents, utterances = read_agents(), read_utterances()
    keep = Path(os.environ["CLIPS_DIR"]) if os.environ.get("CLIPS_DIR") else None
    phrases = Phrases(Voices(Path(os.environ.get("MODELS_DIR") or "/models")), keep)
    if wanted:
        return await _curve(wanted, agents, utterances, phrases)
    on = report.machine()
    chosen = calls(utterances)[::every]
    level = await measure(
        [[(agents[sayings[0].utterance.agent], phrases.lines(sayings)) for sayings in chosen]], "utterances"
    )
    show(level)
    if not level.of("all"):
        print("bench: no turn was measured", file=sys.stderr)
        return 1
    told = settings([1]) | {"limit": load.limit(level.used, cores()) if level.used else ""}
    path = report.write(
        "conversation", told | {"failures": level.failures}, finite(figures(level)), samples(level), on=on
    )
    pictures.waterfall(level, path.with_suffix(".png"))
    return 0


async def _curve(
    wanted: Sequence[int], agents: Mapping[str, Agent], utterances: Sequence[Utterance], phrases: Phrases
) -> int:
    on = report.machine()
    curves: dict[Set, list[Level]] = {"known": [], "mixed": []}
    for of, levels in curves.items():
        for number in wanted:
            levels.append(await measure(callers_of(of, number, agents, utterances, phrases), of))
            show(levels[-1], f"{of}, ")
    if not all(level.of("all") for level in (curves["known"][0], curves["mixed"][0])):
        print("bench: no turn was measured", file=sys.stderr)
        return 1
    told = settings(wanted) | {"limits": capacity.limits(curves), "verdict": capacity.verdict(curves)}
    told["failures"] = {
        of: {level.calls: level.failures for level in levels} for of, levels in curves.items()
    }
    every = [sample for of, levels in curves.items() for level in levels for sample in samples(level, set=of)]
    path = report.write("capacity", told, finite(capacity.curve(curves)), every, on=on)
    pictures.capacity(curves, path.with_suffix(".png"), cores())
    print(capacity.verdict(curves))
    return 0


if __name__ == "__main__":
    sys.exit(main())
