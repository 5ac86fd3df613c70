"""Whether a call may be made: the one place that every call which is made goes through, whoever asks for it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client import Counter

from parley import log
from parley.bus import BusError
from parley.outbound.ledger import Judge, Ledger
from parley.outbound.rules import Rules, is_outside, judge, judge_inside
from parley.outbound.verdict import Asked, Refused, Rule, Verdict
from parley.outside.dialling import Dial

NOT_MADE = Counter(
    "parley_calls_not_made_total",
    "Calls that were asked for and a rule did not allow, by the rule.",
    ["rule"],
)
_READ_S = 5.0

_log = log.get("permission")


class NotRung(Exception):
    """Nobody is rung; its text says why."""

    def __init__(self, reason: str, rule: Rule | None = None, *, tried: bool = False) -> None:
        """`rule`: the one that does not allow it, if one does; `tried`: whether the call has a record all the same."""
        super().__init__(reason)
        self.rule = rule
        self.tried = tried


@dataclass(frozen=True, slots=True)
class Permitted:
    """A call that may be made."""

    caller_id: str
    """The number to show; empty: the agent's own."""
    evidence: Mapping[str, Any]
    """What was looked at; empty for a telephone of the house, which no rule is about."""


class Permission:
    """Asks the rules."""

    def __init__(self, rules: Rules, ledger: Ledger) -> None:
        self._rules = rules
        self._ledger = ledger

    async def ask(self, dial: Dial) -> Permitted:
        """Whether a call may be made now: it counts then as made. Raise NotRung where it may not, or nobody knows."""
        caller_id = self._rules.shown(dial.to, dial.caller_id)
        asked = Asked(dial.to, caller_id, dial.campaign, dial.consent)
        if not is_outside(dial.to):
            _refuse_for(judge_inside(self._rules, asked), dial)
            return Permitted(caller_id, {})
        try:
            async with asyncio.timeout(_READ_S):
                verdict = await self._verdict(dial, lambda known: judge(self._rules, asked, known))
        except (BusError, TimeoutError) as error:
            _log.warning("nobody is rung", call=dial.id, error=str(error))
            raise NotRung("whether it may be called cannot be looked up now") from error
        _refuse_for(verdict.refused, dial)
        return Permitted(caller_id, verdict.evidence)

    async def _verdict(self, dial: Dial, judged: Judge) -> Verdict:
        if dial.dry_run:
            return judged(await self._ledger.look(dial.to))
        return await self._ledger.claim(dial.id, dial.to, judged)


def _refuse_for(refused: Refused | None, dial: Dial) -> None:
    if refused is None:
        return
    if not dial.dry_run:
        NOT_MADE.labels(refused.rule).inc()
        _log.info("a rule does not allow a call", call=dial.id, rule=refused.rule, by=dial.by)
    raise NotRung(refused.reason, refused.rule)
