"""Who asks to hear again what was said gets just that: no search, no language model."""

from collections.abc import Awaitable, Callable

import msgspec

from agent.knowledge.library import earlier_words, last_heard
from parley import languages
from parley.languages.said import only, plain
from parley.messages import ReplyJob

History = Callable[[str], Awaitable[list[dict[str, str]]]]
"""Everything said so far in a call, as Bus.history."""


def asks_again(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether the caller asks to hear the last words again, and for nothing else: "Repeat my order" does not."""
    known, said = languages.get(language).again, plain(text)
    if only(said, known.asking, known.around):
        return True
    return text.rstrip().endswith("?") and only(said, known.echoes, known.around)


async def meant(job: ReplyJob, language: str, history: History) -> ReplyJob:
    """What a job asks for: to be said again becomes the line itself, or the question whose answer was cut short.

    A job that asks for something else, or before anything was said, stays as it is.
    """
    if job.kind != "reply" or not asks_again(job.text, language):
        return job
    said = await history(job.call)
    earlier = [text for text in earlier_words(said, job.text) if not asks_again(text, language)]
    if job.heard.strip() and earlier:
        return msgspec.structs.replace(job, text=earlier[-1], heard="")
    heard = last_heard(said).strip()
    return msgspec.structs.replace(job, kind="line", text=heard) if heard else job
