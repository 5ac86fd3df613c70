"""Lines of the agents' own whose speech is kept from before: those of every call at once, those of menus meanwhile."""

import time
from collections.abc import Callable, Iterable

from agent.voice.sentences import sentences_of
from agent.voice.tts import Distant, Speaker
from parley import log
from parley.agents import Agent
from parley.errors import EngineError
from parley.languages import LineName

_LATER_S = 3600.0
"""Speech that somebody waits for goes before."""

_FIXED: tuple[LineName, ...] = (
    "no_person", "wrong_key", "go_on", "anything_else", "declined", "interrupted", "say_again",
)  # fmt: skip

_log = log.get("kept")


def in_all_languages(agents: Iterable[Agent]) -> list[Agent]:
    """Return every agent in every language that it speaks."""
    return [spoken for agent in agents for spoken in (agent, *in_other_languages(agent))]


def in_other_languages(agent: Agent) -> list[Agent]:
    """Return an agent in every language but its first."""
    return [agent.in_language(code) for code in agent.file.languages if code != agent.file.language]


def calls_lines(agent: Agent) -> list[str]:
    """What is said in any call."""
    file = agent.file
    announcement = [file.recording.announcement] if file.recording.enabled else []
    return [
        *announcement,
        file.greeting,
        *file.fillers,
        file.prompt,
        file.apology,
        file.farewell,
        agent.line("busy"),
        agent.line("overflow"),
    ]


def guiding_lines(agent: Agent) -> list[str]:
    """What keys, menus and handing over say: a caller who presses a key does not wait for speech."""
    names = [target.name for target in agent.file.targets.values()]
    return [
        *(menu.say for menu in agent.file.menus.values()),
        *(step.say for step in agent.file.collect.values()),
        *(agent.line("connecting", target=name) for name in names),
        *(agent.line(line, target=name) for line in ("offer_person", "unavailable") for name in names),
        *(agent.line(line) for line in _FIXED),
    ]


async def keep_lines(
    speaker: Speaker,
    agents: Iterable[Agent],
    default_voice: str,
    lines_of: Callable[[Agent], list[str]],
    distant_of: Callable[[Agent], Distant | None] = lambda _: None,
) -> None:
    """Have the lines of the agents spoken and kept, behind all speech that a caller waits for."""
    for agent in agents:
        voice = speaker.voice_of(agent, default_voice)
        for sentence in (sentence for line in lines_of(agent) for sentence in sentences_of(line)):
            try:
                await speaker.keep(voice, sentence, time.monotonic() + _LATER_S, distant_of(agent))
            except EngineError as error:
                _log.warning("a line cannot be spoken", agent=agent.name, line=sentence, error=str(error))
