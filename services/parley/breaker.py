"""A circuit breaker: a dead engine is not asked, so that it does not cost every turn its wait. Pure."""

FAILURES = 2
"""In a row, until an engine counts as down."""
LONGEST_S = 600.0
"""Longest rest that a server may ask for."""


class Breaker:
    """Whether an engine may be asked; times are monotonic seconds."""

    def __init__(self, cool_down_s: float) -> None:
        """`cool_down_s`: how long an engine that is down is left alone before it is tried once more."""
        self._cool_down_s = cool_down_s
        self._failures = 0
        self._closed_until = 0.0

    def allows(self, now: float) -> bool:
        """Whether to ask now. After the cool-down one request may; the others wait for what becomes of it."""
        if self._failures < FAILURES and self._closed_until <= now:
            return True
        if now < self._closed_until:
            return False
        self._closed_until = now + self._cool_down_s
        return True

    def succeeded(self) -> None:
        """It answered."""
        self._failures = 0
        self._closed_until = 0.0

    def failed(self, now: float, retry_after_s: float | None = None) -> None:
        """It did not; `retry_after_s` is the rest that it asks for."""
        self._failures += 1
        if retry_after_s is not None:
            self._closed_until = now + min(LONGEST_S, retry_after_s)
        elif self._failures >= FAILURES:
            self._closed_until = now + self._cool_down_s

    def is_open(self, now: float) -> bool:
        """Whether the engine counts as down."""
        return now < self._closed_until
