"""A call in one sentence, for the person who is to take it; where no model tells it, in the caller's last words."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing

from agent.language_model.llm import Llm
from agent.language_model.prompt import ChatMessage
from agent.voice.sentences import sentences_of
from parley import languages, log
from parley.errors import EngineError

TIMEOUT_S = 6.0
"""The person's telephone rings for longer than that."""
MAX_TOKENS = 60
_LONGEST = 300
"""Characters of a sentence that can be listened to."""
_LAST = 12
"""Messages of the history that are told to the model."""

_log = log.get("summary")


async def summary(llm: Llm, history: Sequence[Mapping[str, str]], caller: str, language: str) -> str:
    """Return what is told: who calls, and a sentence on what was said; within TIMEOUT_S."""
    words = languages.get(language).summary
    call = words.call.format(caller=" ".join(caller) if caller else words.nobody)
    said = [h["text"] for h in history if h["role"] == "user" and h["text"].strip()]
    if not said:
        return call
    sentence = await _sentence(llm, history, words.ask)
    return f"{call} {sentence or words.said.format(words=said[-1][:_LONGEST])}"


async def _sentence(llm: Llm, history: Sequence[Mapping[str, str]], ask: str) -> str:
    """The model's sentence; empty when there is none in time."""
    names = {"user": "Caller", "assistant": "Agent"}
    said = [h for h in history if h["role"] in names]
    talk = "\n".join(f"{names[h['role']]}: {h['text']}" for h in said[-_LAST:])
    messages: list[ChatMessage] = [
        {"role": "system", "content": ask},
        {"role": "user", "content": talk},
    ]
    text = ""
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            aclosing(llm.stream(messages, MAX_TOKENS, TIMEOUT_S)) as tokens,
        ):
            async for token in tokens:
                text += token.text
    except (EngineError, TimeoutError) as error:
        _log.warning("no summary by the language model", error=str(error) or type(error).__name__)
        return ""
    sentences = sentences_of(text.strip())
    return sentences[0][:_LONGEST] if sentences else ""
