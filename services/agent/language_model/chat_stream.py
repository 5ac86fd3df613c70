"""A model's answer as it comes in server-sent events: its words, without its thoughts, and the calls that it makes."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import msgspec
from prometheus_client import Counter

from agent.language_model.thinking import Thinking
from agent.tools.call import ToolCall
from parley import remote
from parley.errors import EngineError

MAX_BYTES = 8_000_000
"""Longest answer that is read: of the longest, 4096 tokens and the thoughts before it, each comes in 300 bytes."""

_tokens = Counter(
    "parley_llm_tokens_total", "Tokens that the language model wrote, as counted by the server."
)
_prompt_tokens = Counter(
    "parley_llm_prompt_tokens_total",
    "Tokens of prompts, by whether the server had them in its cache.",
    ["cached"],
)


class _Function(msgspec.Struct, frozen=True):
    name: str | None = None
    arguments: str | None = None


class _CallDelta(msgspec.Struct, frozen=True):
    index: int = 0
    id: str | None = None
    function: _Function = _Function()


class _Delta(msgspec.Struct, frozen=True):
    content: str | list[dict[str, Any]] | None = None
    reasoning_content: Any = None
    reasoning: Any = None
    """The other name of it."""
    tool_calls: list[_CallDelta] | None = None


class _Choice(msgspec.Struct, frozen=True):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _PromptDetails(msgspec.Struct, frozen=True):
    cached_tokens: int | None = None


class _CompletionDetails(msgspec.Struct, frozen=True):
    reasoning_tokens: int | None = None


class _Usage(msgspec.Struct, frozen=True):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _PromptDetails | None = None
    completion_tokens_details: _CompletionDetails | None = None


class _Event(msgspec.Struct, frozen=True):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: Any = None


_events = msgspec.json.Decoder(_Event)


class Counted(msgspec.Struct, frozen=True):
    """Tokens of a request, as the server counts them."""

    read: int
    cached: int
    written: int


class Token(msgspec.Struct, frozen=True):
    """A stretch of the answer as it arrives."""

    text: str
    truncated: bool = False
    """On the last one: whether the answer was cut at its maximum length."""
    calls: tuple[ToolCall, ...] = ()
    """On the last one: what the model wants to have called before it goes on."""
    counted: Counted | None = None
    """On one without anything else: what the server counted."""


class Calls:
    """Puts together the calls that arrive in pieces; some servers give all of them the same index, or no id."""

    def __init__(self) -> None:
        self._calls: list[list[str]] = []
        self._newest: dict[int, list[str]] = {}

    def add(self, index: int, call_id: str | None, name: str | None, arguments: str | None) -> None:
        """Take in a piece of a call: of the one with this id, or else of the newest with this index."""
        call = next((known for known in self._calls if call_id and known[0] == call_id), None)
        call = call or self._newest.get(index)
        if call is None or (call_id and call[0] not in ("", call_id)) or (name and _is_whole(call[2])):
            call = ["", "", ""]
            self._calls.append(call)
        self._newest[index] = call
        call[0] = call[0] or call_id or ""
        call[1] = call[1] or name or ""
        call[2] += arguments or ""

    def whole(self) -> tuple[ToolCall, ...]:
        """All calls, in their order."""
        return tuple(ToolCall(c[0] or f"call_{number}", c[1], c[2]) for number, c in enumerate(self._calls))


def _is_whole(arguments: str) -> bool:
    """Whether no more arguments can follow."""
    try:
        msgspec.json.decode(arguments)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


class Reading:
    """One answer while it is read."""

    def __init__(self, thinking: Thinking) -> None:
        self.thinking = thinking
        self._thought = False
        self._truncated = False
        self._calls = Calls()
        self._counted: Counted | None = None

    @property
    def reasoned(self) -> bool:
        """Whether the model has thought, aloud or not."""
        return self._thought or self.thinking.thought

    async def tokens(self, response: httpx.Response) -> AsyncGenerator[Token]:
        """Give out what may be spoken, then calls; EngineError when it breaks off or is no such stream."""
        finished = False
        async for line in remote.lines(response, MAX_BYTES):
            if not line.startswith("data:"):
                continue  # comments, event names and blank lines of the event stream format
            data = line[5:].strip()
            if data == "[DONE]":
                finished = True
                break
            event = _event(data)
            self._count(event.usage)
            for choice in event.choices[:1]:
                finished = finished or choice.finish_reason is not None
                yield self._token(choice)
        if not finished:
            raise EngineError("protocol", "the answer broke off")
        if rest := self.thinking.end(truncated=self._truncated):
            yield Token(rest, self._truncated)
        if whole := self._calls.whole():
            yield Token("", calls=whole)
        if self._counted is not None:
            yield Token("", counted=self._counted)

    def _token(self, choice: _Choice) -> Token:
        delta = choice.delta
        for call in delta.tool_calls or ():
            self._calls.add(call.index, call.id, call.function.name, call.function.arguments)
        self._thought = self._thought or bool(delta.reasoning_content or delta.reasoning)
        self._truncated = choice.finish_reason == "length"
        return Token(self.thinking.feed(_text(delta.content)), self._truncated)

    def _count(self, usage: _Usage | None) -> None:
        if usage is None:
            return
        _tokens.inc(max(0, usage.completion_tokens))
        cached = (usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else None) or 0
        _prompt_tokens.labels("yes").inc(max(0, cached))
        _prompt_tokens.labels("no").inc(max(0, usage.prompt_tokens - cached))
        self._counted = Counted(max(0, usage.prompt_tokens), max(0, cached), max(0, usage.completion_tokens))
        details = usage.completion_tokens_details
        self._thought = self._thought or bool(details and details.reasoning_tokens)


def _text(content: str | list[dict[str, Any]] | None) -> str:
    """What is to be said of a content, which some servers give in parts of several kinds."""
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if part.get("type") == "text")
    return content or ""


def _event(data: str) -> _Event:
    try:
        event = _events.decode(data)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise EngineError("protocol", f"{error}: {data[:100]!r}") from error
    if event.error is not None:
        raise EngineError("http", str(event.error)[:200])
    return event
