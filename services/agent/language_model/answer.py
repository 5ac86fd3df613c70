"""The language model's answer as pieces that can be spoken, with the functions that the model has called meanwhile."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from agent.knowledge.grounding import Grounding
from agent.language_model.confidential import Confidential
from agent.language_model.llm import Llm
from agent.language_model.prompt import ChatMessage
from agent.tools.call import ToolCall
from agent.tools.claims import Claims
from agent.tools.tools import Toolbox
from agent.voice.sentences import Sentences, sentences_of
from parley import languages
from parley.errors import EngineError
from parley.messages import ReplyAction

ROUNDS = 3
"""How often the model may write: a function's result makes it write again."""
CALLS = 3
"""Most functions that it may call at a time: who is talked into calling one a hundred times does it three times."""


class Answer:
    """One answer; the model is read on while a piece of it is being spoken."""

    def __init__(
        self,
        llm: Llm,
        messages: list[ChatMessage],
        started: float,
        toolbox: Toolbox | None = None,
        grounding: Grounding | None = None,
        *,
        confidential: Confidential | None = None,
        claims: Claims | None = None,
        language: str = languages.DEFAULT,
    ) -> None:
        """`started`: monotonic time of the job; `toolbox`: what the model may call, if anything.

        With `grounding` the answer ends before the first sentence that does not hold; pieces are whole sentences then.
        It ends likewise before one that completes what is `confidential`, or tells of something as done that is not
        behind the `claims`.
        """
        self._llm, self._messages = llm, list(messages)
        self._started = started
        self._toolbox = toolbox
        self._grounding, self._confidential, self._claims = grounding, confidential, claims
        self._language = language
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._held = ""
        """The beginning of a sentence that is spoken, or not, when the rest is there."""
        self.said = ""
        """All of it that may be spoken, so far."""
        self._foreign = False
        """Whether the model has read what a service answered."""
        self.first_token_s: float | None = None
        self.failure: EngineError | None = None
        self.refused = ""
        """The sentence that did not hold, or is nobody's business."""
        self.claimed = False
        """Whether it told of something as done that was not."""
        self.action: ReplyAction = "none"
        """What is to be done when the answer has been spoken."""
        self.target = ""
        """With `transfer`: the name of one of the agent's targets."""

    async def pieces(self) -> AsyncGenerator[str]:
        """Give out what can be spoken, until the answer's end or failure."""
        reader = asyncio.create_task(self._read(), name="read the language model")
        try:
            while (piece := await self._pieces.get()) is not None:
                yield piece
            await reader
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _read(self) -> None:
        try:
            for _ in range(ROUNDS):
                calls = await self._write()
                if not calls or self.refused or not await self._use(calls):
                    break
            if not self.said and not self.refused and self.action == "none":
                self.failure = EngineError("protocol", "the answer has no words")
        except EngineError as error:
            self.failure = error
        finally:
            self._pieces.put_nowait(None)

    async def _write(self) -> tuple[ToolCall, ...]:
        """Have the model write once; return what it wants to have called."""
        sentences = Sentences(early=not self.said and self._grounding is None, language=self._language)
        truncated = False
        calls: tuple[ToolCall, ...] = ()
        tools = self._toolbox.definitions if self._toolbox else ()
        async with aclosing(self._llm.stream(self._messages, tools=tools)) as tokens:
            async for token in tokens:
                if self.first_token_s is None and (token.text or token.calls):
                    self.first_token_s = time.monotonic() - self._started
                truncated = token.truncated
                calls = token.calls or calls
                self._put(sentences.feed(token.text))
                if self.refused:
                    return ()
        self._put(sentences.end(truncated=truncated))
        self._put_held()
        return calls

    async def _use(self, calls: tuple[ToolCall, ...]) -> bool:
        """Do what the model has called; return whether it is to write again, with the results."""
        assert self._toolbox is not None
        self._grounding = None  # What a function returns is as good a source.
        self._messages.append(
            {"role": "assistant", "content": None, "tool_calls": [_as_asked(c) for c in calls[:CALLS]]}
        )
        again, only_look = True, self._foreign
        for call in calls[:CALLS]:
            outcome = await self._toolbox.use(call, self._bridge, only_look=only_look)
            self._foreign = self._foreign or outcome.foreign
            if self._claims is not None and outcome.deed is not None:
                self._claims.happened(outcome.deed)
            self._messages.append({"role": "tool", "tool_call_id": call.id, "content": outcome.result})
            if outcome.action != "none":
                self.action, self.target, again = outcome.action, outcome.target, False
            if outcome.say and not (self.said and outcome.action == "hangup"):
                self._say(outcome.say)
                again = False
        return again

    def _bridge(self, line: str) -> None:
        """Say something, unless something is being said, so that the caller does not wait in silence."""
        if not self.said:
            self._say(line)

    def _say(self, line: str) -> None:
        """Have the company's own words spoken as they stand."""
        for piece in sentences_of(line):
            self._speak(piece)

    def _put(self, pieces: list[str]) -> None:
        """Have the model's words spoken, as far as that may be done."""
        for piece in pieces:
            if self.refused:
                return
            self._held = f"{self._held} {piece}".strip()
            if self._claims is None or not self._claims.waits(self._held):
                self._put_held()

    def _put_held(self) -> None:
        piece, self._held = self._held, ""
        if not piece or self.refused:
            return
        if self._refuses(piece):
            self.refused = piece
        else:
            self._speak(piece)

    def _speak(self, piece: str) -> None:
        self._pieces.put_nowait(piece)
        self.said = f"{self.said} {piece.strip()}".strip()

    def _refuses(self, piece: str) -> bool:
        if self._grounding is not None and not self._grounding.holds(piece):
            return True
        self.claimed = self._claims is not None and not self._claims.holds(piece)
        return self.claimed or (self._confidential is not None and self._confidential.reveals(piece))


def _as_asked(call: ToolCall) -> dict[str, object]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}
