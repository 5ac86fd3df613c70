"""How long callers lately waited for answers that had to be made, and when words that bridge a wait begin. Pure."""

from collections import deque

MOST = 16
"""Waits of an agent's that are remembered, the latest."""
FEWEST = 4
"""From fewer nothing is concluded."""
SOONEST_S = 0.5
"""What is there by then was not waited for, and would be there before anybody had begun to speak."""
LATEST_S = 4.0
"""Nobody is left in silence for longer."""
_STEP_S = 0.1
_STARTS = tuple(LATEST_S - _STEP_S * step for step in range(round((LATEST_S - SOONEST_S) / _STEP_S) + 1))


class Waits:
    """Those of a gateway's calls, by agent: each may have a language model of its own."""

    def __init__(self) -> None:
        self._latest: dict[str, deque[float]] = {}
        self._best: dict[tuple[str, float], float] = {}
        """What was found since the last wait, by agent and words: it is asked for at every event of a call."""

    def note(self, agent: str, wait_s: float) -> None:
        """The first words of an answer were there so many seconds after the end of the caller's turn."""
        if wait_s > SOONEST_S:
            self._latest.setdefault(agent, deque(maxlen=MOST)).append(wait_s)
            self._best.clear()

    def bridge_after_s(self, agent: str, words_s: float) -> float:
        """Seconds after the end of the turn at which words of `words_s` seconds had best begin.

        The answer waits for their end: where most answers come after two seconds, words that begin then hold up nearly
        all of them. So they begin where the latest callers would have spent the least time in silence and behind such
        words, both together; of moments that are as good at the latest.
        """
        waits = self._latest.get(agent, ())
        if len(waits) < FEWEST:
            return LATEST_S
        if (agent, words_s) not in self._best:
            self._best[agent, words_s] = min(
                _STARTS, key=lambda start: round(sum(_lost_s(wait, start, words_s) for wait in waits), 6)
            )
        return self._best[agent, words_s]


def _lost_s(wait_s: float, start_s: float, words_s: float) -> float:
    """Seconds that a caller hears nothing, and seconds that the answer waits for words that have begun."""
    if wait_s <= start_s:
        return wait_s
    return start_s + max(0.0, start_s + words_s - wait_s)
