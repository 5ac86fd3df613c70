"""A language model that has just failed is left alone for a moment: not every caller shall wait for its time-out."""

import time

from agent.language_model.llm import Llm
from parley.breaker import Breaker
from parley.errors import EngineError

REST_S = 10.0
"""How long it is left alone after a failure; then one answer tries."""
_AWAY = ("refused", "timeout", "http")
"""Failures of a server that is not there; an answer of no use is another matter."""


class Rest:
    """Which models rest, of those that a worker asks."""

    def __init__(self, seconds: float = REST_S) -> None:
        self._seconds = seconds
        self._breakers: dict[Llm, Breaker] = {}

    def allows(self, llm: Llm) -> bool:
        """Whether to ask it now."""
        breaker = self._breakers.get(llm)
        return breaker is None or breaker.allows(time.monotonic())

    def failed(self, llm: Llm, error: EngineError) -> None:
        """It gave no answer: one failure is enough, since each has cost a caller its time-out."""
        if error.kind not in _AWAY:
            return
        breaker = self._breakers.setdefault(llm, Breaker(self._seconds))
        breaker.failed(time.monotonic(), self._seconds)

    def succeeded(self, llm: Llm) -> None:
        """It answered."""
        self._breakers.pop(llm, None)
