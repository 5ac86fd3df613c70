"""Calls that are measured: who asks what in them, and what comes of it."""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.conversation.callers import Line, one_caller
from bench.conversation.levels import Level
from bench.conversation.utterances import Saying, Set, Utterance, asked_the_model, read, round_of
from bench.instruments import load, report
from bench.instruments.corpus import DATA
from bench.instruments.desk import desk
from bench.instruments.voices import Voices, speaker
from caller.sound.clip import Clip
from parley.agents import Agent, load_agents

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
