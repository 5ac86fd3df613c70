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
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.conversation import capacity, pictures
from bench.conversation.callers import Line, one_caller
from bench.conversation.levels import Level, cores, figures, samples, settings, show
from bench.conversation.utterances import Saying, Set, Utterance, asked_the_model, calls, read, round_of
from bench.instruments import load, report
from bench.instruments.corpus import DATA
from bench.instruments.desk import desk
from bench.instruments.stats import finite
from bench.instruments.voices import Voices, speaker
from caller.sound.clip import Clip
from parley.agents import Agent, load_agents
from parley.errors import ParleyError

ROUNDS = 6
"""Calls of a caller that is alone, in a capacity curve."""
FEWEST_ROUNDS = 2


class Phrases:
    """What is said in the calls, made before the first one."""

    def __init__(self, voices: Voices, keep: Path | None) -> None:
        self._voices = voices
        self._keep = keep
        self._made: dict[tuple[int, str], Clip] = {}

    def lines(self, sayings: Sequence[Saying]) -> list[Line]:
        """Give sayings their sound."""
        return [Line(saying, speaker(saying.number).name, self._clip(saying)) for saying in sayings]

    def _clip(self, saying: Saying) -> Clip:
        key = (saying.number, saying.text)
        if key not in self._made:
            self._made[key] = self._voices.say(speaker(saying.number), saying.text)
            if self._keep:
                self._made[key].write(self._keep / clip_name(saying))
        return self._made[key]


def clip_name(saying: Saying) -> str:
    """Name of the file in CLIPS_DIR that keeps the sound."""
    return f"{saying.number:02d}{'' if saying.measured else '-before'}.wav"


Calls = Sequence[tuple[Agent, Sequence[Line]]]


async def measure(callers: Sequence[Calls], title: str) -> Level:
    """Have so many callers at a time, each with calls of its own."""
    level = Level(len(callers))
    wanted = sum(line.saying.measured for own in callers for _, lines in own for line in lines)
    async with desk() as at:
        before = await load.read()
        waiting = asyncio.gather(*(one_caller(at, own, level) for own in callers))
        with report.progress() as bar:
            task = bar.add_task(f"{title}, {len(callers)} at a time", total=wanted)
            while not waiting.done():
                await asyncio.wait([waiting], timeout=0.5)
                bar.update(task, completed=len(level.turns))
        await waiting
        level.used = load.between(before, await load.read())
    return level


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


def read_agents(folder: str = "") -> dict[str, Agent]:
    """The agents of a folder, or of the stack; raise AgentFileError for one that is wrong."""
    found, wrong = load_agents(Path(folder or os.environ.get("AGENTS_DIR") or "agents"))
    for error in wrong:
        raise error
    return found


def read_utterances() -> list[Utterance]:
    """What is asked in the calls."""
    return read((DATA / "conversation_second.yaml").read_text(encoding="utf-8"))


def known_callers(number: int) -> list[Calls]:
    """So many callers who ask the stack's agents what is known."""
    phrases = Phrases(Voices(Path(os.environ.get("MODELS_DIR") or "/models")), None)
    return callers_of("known", number, read_agents(), read_utterances(), phrases)


def callers_of(
    of: Set, number: int, agents: Mapping[str, Agent], utterances: Sequence[Utterance], phrases: Phrases
) -> list[Calls]:
    """So many callers, who call the agents in turn, each call with other questions while there are any."""
    for_model = asked_the_model(utterances, _earlier())
    rounds = max(FEWEST_ROUNDS, round(ROUNDS / number))
    names = list(dict.fromkeys(utterance.agent for utterance in utterances))
    made = []
    for turn in range(number * rounds):
        name = names[turn % len(names)]
        made.append(
            (agents[name], phrases.lines(round_of(utterances, of, name, turn // len(names), for_model)))
        )
    return [made[caller::number] for caller in range(number)]


def _earlier() -> Sequence[Mapping[str, Any]]:
    """Turns of the last run without CALLS."""
    path = report.RESULTS / "conversation.json"
    found: list[dict[str, Any]] = (
        json.loads(path.read_text(encoding="utf-8"))["samples"] if path.is_file() else []
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
