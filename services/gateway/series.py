"""Series that are there before anything has happened.

A counter that begins with its first event has no increase to show: an alert would miss that event, and a panel would be
empty where it should say nought.
"""

from collections.abc import Iterable
from typing import get_args

from gateway.answering import judging, reception
from gateway.calls import tally, turning_away
from gateway.conversation import clock
from gateway.people import permission, supervision
from parley.messages import SupervisionMode
from parley.outbound.verdict import Rule

_OUTCOMES = ("completed", "caller_hung_up", "silent", "too_long", "stopped", "failed", "lost", "moved")
_REASONS = ("unknown_extension", "busy", "no_room", "stopping")
_BARGE_INS = ("interrupted", "resumed")


def begin(agents: Iterable[str]) -> None:
    """Begin the series of these agents, and those without one."""
    for reason in _REASONS:
        turning_away.REJECTED.labels(reason)
    for rule in get_args(Rule):
        permission.NOT_MADE.labels(rule)
    for kind in get_args(judging.Kind):
        reception.ANSWERED_BY.labels(kind)
    for mode in get_args(SupervisionMode):
        supervision.STARTED.labels(mode)
    for agent in agents:
        for metric in (tally.ACTIVE, tally.STARTED, tally.RESUMED, tally.DURATION):
            metric.labels(agent)
        for metric in (clock.VOICE_TO_VOICE, clock.OVER_BUDGET, clock.WORDLESS, clock.BARGE_IN_STOP):
            metric.labels(agent)
        for outcome in _OUTCOMES:
            tally.ENDED.labels(agent, outcome)
        for outcome in _BARGE_INS:
            clock.BARGE_INS.labels(agent, outcome)
        for reason in get_args(clock.EndpointReason):
            clock.ENDPOINTS.labels(agent, reason)
