"""What a server understands of the chat completions API, learned from what it refuses. Pure.

OpenAI's newer models want `max_completion_tokens` and refuse a `temperature`; strict servers refuse `stream_options`;
each server that can switch reasoning off has a way of its own. A dialect is asked for in order of likelihood, and kept
once a request in it was answered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

Body = dict[str, Any]
"""A request's JSON, or a part of it."""
OPTIONAL = ("temperature", "stream_options")
"""What an answer can do without."""
LIMITS = ("max_tokens", "max_completion_tokens")
"""Names of the longest answer, the newer one last."""
QUIET: tuple[Body, ...] = (
    {},
    # Templates of open models: llama.cpp, vLLM, SGLang.
    {"chat_template_kwargs": {"enable_thinking": False, "thinking": False}},
    # Ollama and OpenAI from GPT-5.1 on, then OpenAI's models before it.
    {"reasoning_effort": "none"},
    {"reasoning_effort": "minimal"},
    {"reasoning_effort": "low"},
)
"""Ways to ask for no reasoning, or little; the first says nothing, since most servers refuse what they do not know."""
THOUGHT_TOKENS = 1024
"""Room for the thoughts of a model that cannot be kept from them: they count into the longest answer."""
REFUSED = (400, 422)
"""Statuses of a request that is not understood."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one model on one server is asked."""

    limit: str = LIMITS[0]
    left_out: frozenset[str] = frozenset()
    quiet: int = 0
    """Number of the way to ask for no reasoning."""
    thinks: bool = False
    """Whether no way keeps it from reasoning."""
    steps: int = 0
    """How much has been learned: of two dialects the one with more is right."""

    def body(self, request: Body, max_tokens: int) -> Body:
        """Return a request as this server understands it."""
        kept = {name: value for name, value in request.items() if name not in self.left_out}
        return kept | {self.limit: max_tokens + (THOUGHT_TOKENS if self.thinks else 0)} | QUIET[self.quiet]

    def without(self, refusal: str) -> "Dialect | None":
        """Return what to try after a refusal that says why; None when nothing of it is for choice."""
        if (way := next(iter(QUIET[self.quiet]), "")) and _names(refusal, [way]):
            return self._quieter() or self._with(quiet=0, thinks=True)
        if self.limit == LIMITS[0] and _names(refusal, LIMITS):
            return self._with(limit=LIMITS[1])
        if found := _names(refusal, [name for name in OPTIONAL if name not in self.left_out]):
            return self._with(left_out=self.left_out | {found})
        if not self.thinks and _names(refusal, LIMITS):
            # The limit was too small for the thoughts.
            return self._with(thinks=True)
        return None

    def reasoned(self) -> "Dialect":
        """Return what to try after an answer with reasoning."""
        return self if self.thinks else self._quieter() or self._with(thinks=True)

    def _quieter(self) -> "Dialect | None":
        return self._with(quiet=self.quiet + 1) if self.quiet + 1 < len(QUIET) else None

    def _with(self, **learned: Any) -> "Dialect":
        return replace(self, steps=self.steps + 1, **learned)


def _names(refusal: str, names: Sequence[str]) -> str:
    """The first of the names that a refusal has; empty when it has none."""
    return next((name for name in names if re.search(rf"\b{name}\b", refusal)), "")
