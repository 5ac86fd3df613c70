"""The tokens of one request to a language model: as its server counts them, else estimated."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import msgspec

from parley.usage import tally

CHARACTERS = 4
"""Of a token that is estimated: of English text so many are one; in other languages it is a little less."""


class Tokens:
    """Counts a request when it is over, however that comes.

    Servers tell at an answer's end what they have counted. Of one that is called off they tell nothing, and it is paid
    for: the question has been read, and each stretch that has come was about a token. Nobody pays for one that failed
    before its first word.
    """

    def __init__(
        self, engine: str, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        self._engine = engine
        self._messages = messages
        self._tools = tools
        self._written = 0
        self._told: tuple[int, int, int] | None = None

    def wrote(self, stretch: object) -> None:
        """Another stretch of the answer has come, if there is anything in it."""
        self._written += bool(stretch)

    def told(self, read: int, cached: int, written: int) -> None:
        """The server has counted: `cached` of the tokens that it read it had read before."""
        self._told = read, cached, written

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._told is None and isinstance(error, Exception) and not self._written:
            return
        read, cached, written = self._told or (self._estimate(), 0, self._written)
        tally.count(
            tally.Use(
                part="llm",
                engine=self._engine,
                requests=1,
                read=read,
                cached=cached,
                written=written,
                estimated=int(self._told is None),
            )
        )

    def _estimate(self) -> int:
        said = sum(len(message.get("content") or "") for message in self._messages)
        return (said + sum(len(msgspec.json.encode(tool)) for tool in self._tools)) // CHARACTERS
