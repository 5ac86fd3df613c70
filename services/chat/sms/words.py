"""Words by which somebody wants no texts any more, wants them again, or asks for help: whole messages only. Pure."""

from collections.abc import Iterator
from typing import Literal, get_args

from parley import languages
from parley.agents import Agent
from parley.languages.said import plain

Word = Literal["stop", "start", "help"]


def meant(text: str, agent: Agent) -> tuple[Word, str] | None:
    """Which of them a text is, and the code of its language; None: none of them.

    Those of every language count, whatever the agent speaks: who wants nothing more must not have to find out how that
    is said.
    """
    said = plain(text)
    for language in _all(agent):
        for word in get_args(Word):
            if getattr(language.texting, word).are(said):
                return word, language.code
    return None


def resumes(text: str) -> bool:
    """Whether a text counts as START from somebody who wants no texts, and is an ordinary one from anybody else."""
    return any(language.texting.resume.are(plain(text)) for language in languages.every())


def _all(agent: Agent) -> Iterator[languages.Language]:
    """The agent's own languages first: in those it answers."""
    yield from map(languages.get, agent.file.all_languages)
    yield from languages.every()
