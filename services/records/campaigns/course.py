"""What follows an attempt, and when a campaign has to stop: pure, time is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from parley.messages import Event
from parley.outbound.verdict import Rule
from records.campaigns.plan import MACHINES, Again, Plan

BREAKER_S = 120.0
BREAKER_LEAST = 5
"""So many calls tell something..."""
BREAKER_PART = 0.5
"""... when such a part of them went wrong."""
SHORT_S = 5.0
"""Who hangs up sooner did not want it, or heard nothing."""
_WRONG = {"failed", "lost", "refused", "no_such_number", "unacknowledged", "unknown"}
_POSTPONED_S: dict[Rule, float] = {"hours": 900.0, "distance": 600.0, "budget": 900.0, "attempts": 6 * 3600.0}
"""Rules that allow it some other time; the others never do."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An attempt that is over."""

    outcome: str
    """As of the call's record: `busy`, `no_answer`, `caller_hung_up`...; `unknown`: it has none."""
    at: float
    """Unix time in seconds."""
    lasted_s: float | None = None
    """From the answer to the end; None: nobody has answered."""

    @property
    def wrong(self) -> bool:
        """Whether it is one that should not have been made so."""
        short = self.lasted_s is not None and self.lasted_s < SHORT_S
        return self.outcome in _WRONG or (short and self.outcome == "caller_hung_up")


def ended(events: Iterable[Event]) -> Ended | None:
    """What came of a call, by its events; None: it goes on, or nothing is known of it."""
    answered: float | None = None
    end: Event | None = None
    for event in events:
        if event.kind == "call_started":
            answered = event.at
        elif event.kind == "call_ended":
            end = event
    if end is None:
        return None
    lasted = None if answered is None else max(0.0, end.at - answered)
    return Ended(str(end.data.get("outcome", "unknown")), end.at, lasted)


def again_at(plan: Plan, end: Ended, before: Iterable[str]) -> float | None:
    """When somebody is tried again (Unix time), after attempts with these outcomes and this one's; None: never."""
    retry = plan.retries.get(cast("Again", end.outcome))
    if retry is None or (end.lasted_s is not None and end.outcome not in MACHINES):
        return None
    done = sum(outcome == end.outcome for outcome in before)
    return end.at + retry.after_s if done <= retry.times else None


def postponed_s(rule: str) -> float | None:
    """How long to wait before a rule may allow what it did not; None: it never will."""
    return _POSTPONED_S.get(cast("Any", rule))


def is_broken(ends: Iterable[Ended], now: float) -> bool:
    """Whether so many of the last calls went wrong that no more are to be made."""
    last = [end for end in ends if now - end.at <= BREAKER_S]
    wrong = sum(end.wrong for end in last)
    return len(last) >= BREAKER_LEAST and wrong >= BREAKER_PART * len(last)
