"""Decisions on words that were still being spoken, kept for the transcript: the same words need no second search."""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import Counter

from agent.knowledge.answers.between import sounds_asked
from agent.knowledge.decide import Decision
from parley.agents import Agent
from parley.messages import letters

KEPT = 64
"""Decisions at a time: some of every call that a worker serves."""
LATEST_S = 10.0
"""A decision that is older is made again: the agent's files, or the time of day, may have changed."""

_decisions = Counter(
    "parley_partial_decisions_total",
    "Times that the knowledge was asked for an answer, by whether it had decided on the same words before (hit, miss).",
    ["result"],
)
for _result in ("hit", "miss"):
    _decisions.labels(_result)

_Key = tuple[str, str, str, tuple[str, ...], str]


class Decides(Protocol):
    """What is known of all agents, as a KnowledgeBase."""

    def ask(self, agent: Agent, text: str, earlier: Sequence[str], *, heard: str = "") -> Decision:
        """Decide what answers a caller's words; `earlier` are those before, `heard` the agent's."""


@dataclass(frozen=True, slots=True)
class _Kept:
    decision: Decision
    at: float


class Prepared:
    """Stands before the knowledge; its methods may be called from any thread."""

    def __init__(self, base: Decides) -> None:
        self._base = base
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self, agent: Agent, text: str, earlier: Sequence[str], heard: str = "") -> Decision:
        """Decide on words that may not be all, and keep it."""
        key = _key(agent, text, earlier, heard)
        if (kept := self._recall(key)) is not None:
            return kept
        decision = self._base.ask(agent, text, list(earlier), heard=heard)
        with self._lock:
            self._kept[key] = _Kept(decision, time.monotonic())
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return decision

    def ask(self, agent: Agent, text: str, earlier: Sequence[str], heard: str = "") -> Decision:
        """Decide on a transcript; at once where it has the words that were prepared."""
        kept = self._recall(_key(agent, text, earlier, heard))
        _decisions.labels("miss" if kept is None else "hit").inc()
        return kept if kept is not None else self._base.ask(agent, text, list(earlier), heard=heard)

    def _recall(self, key: _Key) -> Decision | None:
        with self._lock:
            kept = self._kept.get(key)
        return kept.decision if kept is not None and time.monotonic() - kept.at < LATEST_S else None


def _key(agent: Agent, text: str, earlier: Sequence[str], heard: str) -> _Key:
    # What is asked is not what is told, in the same words.
    mark = "?" if text.rstrip().endswith("?") else ""
    # What the agent said counts where it may have asked back: it may be written down in more than one way.
    back = heard if sounds_asked(heard, agent.file.language) else ""
    return agent.key, agent.file.language, letters(text) + mark, tuple(earlier), back
