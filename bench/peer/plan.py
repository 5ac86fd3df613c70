"""What the peer is told: prompts with the companies' facts, and what is said to it, in which recordings."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.knowledge.reading.shelf import Shelf
from bench.barge_in.sounds import Sound
from bench.conversation.utterances import Saying
from bench.instruments.corpus import RATE, voice_end_s, voice_start_s
from caller.sound.clip import Clip
from parley.agents import Agent

RULES = (
    "Answer in one short sentence, which is spoken on the telephone: no lists, no marks. Only the facts below are "
    "true; say that you do not know what they do not tell."
)


def prompt(agent: Agent, facts: Sequence[str]) -> str:
    """What the peer's language model is told before a call: who it is, how to answer, and every fact."""
    # What leads to somebody else is no fact.
    known = [*facts, *(curated.answer for curated in agent.file.curated if curated.then == "none")]
    return "\n".join(
        [agent.file.persona, RULES, f"Facts of {agent.file.company}:", *(f"- {f}" for f in known)]
    )


def facts_of(agent: Agent) -> list[str]:
    """All that stands in an agent's files, a line each."""
    read, _ = Shelf().read([agent])
    return [passage.text for passage in read[agent.name, agent.file.language]]


def recording(clip: Clip, folder: Path, name: str) -> dict[str, Any]:
    """Keep a recording as the peer takes it, and say where in it there is voice (seconds, by the caller's own rule)."""
    clip = clip.at(RATE)
    clip.write(folder / name)
    return {"clip": name, "voice_start_s": voice_start_s(clip), "voice_end_s": voice_end_s(clip)}


def call(told: str, turns: Sequence[tuple[Saying, dict[str, Any]]]) -> dict[str, Any]:
    """One call of the plan: the prompt, and what is said with its recordings."""
    return {
        "prompt": told,
        "turns": [
            {"number": saying.number if saying.measured else None, "text": saying.text, **clip}
            for saying, clip in turns
        ],
    }


def interruption(sound: Sound, moment_s: float, clip: dict[str, Any]) -> dict[str, Any]:
    """One interruption of the plan, so long after the first word that is interrupted."""
    return {"label": sound.label, "moment_s": moment_s, **clip}
