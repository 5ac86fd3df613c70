"""Questions that were not surely answered, kept with the records of their calls."""

from collections.abc import Awaitable, Callable

from parley import languages, log
from parley.agents import Agent
from parley.bus import BusError
from parley.experiment import choice
from parley.languages.said import plain, sentences
from parley.messages import ReplyJob

Emit = Callable[..., Awaitable[None]]
"""Tells that something happened in a call, as Bus.emit."""
_UNSURE = ("likely", "unsure", "unknown", "refused")
"""How sure answers are (see decide.Kind) whose questions are kept; `refused`: what the language model said was."""
_log = log.get("reply")


async def note_admitted(emit: Emit | None, job: ReplyJob, agent: Agent, said: str) -> None:
    """Have the question kept where the language model said that it does not know; `said`: its answer."""
    if admits(said, agent):
        await note(emit, job, "unknown", said)


def admits(said: str, agent: Agent) -> bool:
    """Whether an answer says that what was asked is not known, in the agent's words or in other usual ones."""
    words, own = plain(said), plain(sentences(agent.file.unknown)[0])
    usual = languages.get(agent.file.language).registers.admits
    return (bool(own) and f" {own} " in f" {words} ") or usual.within(words)


async def note(emit: Emit | None, job: ReplyJob, register: str, line: str) -> None:
    """Have the question of a job kept with what was said, if that was not sure; without Redis it is not."""
    if emit is None or register not in _UNSURE:
        return
    told = {"agent": choice.name_of(job.agent), "question": job.text, "register": register, "said": line}
    try:
        await emit("open_question", job.call, **told)
    except BusError as error:
        _log.warning("a question that was not surely answered is not kept", error=str(error))
