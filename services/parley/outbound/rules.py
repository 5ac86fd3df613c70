"""Whether a call may be made: what the operator, the law and whoever is called allow. Pure: no clock, no Redis.

Numbers of the house are asked about nothing but the number that is shown: whoever has a telephone there can be told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number

from parley.outbound.verdict import Asked, Known, Refused, Verdict
from parley.outbound.week import Week

_ORDINARY = {
    PhoneNumberType.FIXED_LINE: "fixed_line",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_line_or_mobile",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.TOLL_FREE: "toll_free",
}
"""Numbers whose calls cost what a call costs."""
_DAY_S = 86_400.0
_STEP = timedelta(minutes=15)
_AHEAD = timedelta(days=8)
"""Whatever the hours of a week are, they have come once by then."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator has set; see .env.example."""

    prefixes: tuple[str, ...]
    """Beginnings of the numbers that may be called."""
    caller_ids: tuple[str, ...]
    """Numbers that may be shown; none: the agents' own alone."""
    hours: Week
    attempts: int
    """Calls to a number within so many days; 0: any number."""
    attempts_days: int
    distance_s: float
    """From one call to a number to the next, at least."""
    budget: int
    """Calls within 24 hours; 0: any number."""
    reserve: int = 0
    """Places that campaigns leave to callers."""

    def shown(self, to: str, caller_id: str) -> str:
        """The number to show to somebody, where one is asked for or (empty) not; empty: the agent's own."""
        return self.caller_ids[0] if self.caller_ids and not caller_id and is_outside(to) else caller_id


@dataclass(frozen=True, slots=True)
class _Case:
    rules: Rules
    asked: Asked
    known: Known
    kind: str
    """The number's, in words; empty: it is none that may be called."""
    there: Mapping[str, datetime]
    """Time zones where it may be, and what clocks show there; empty: it is not known where it is."""


def is_outside(number: str) -> bool:
    """Whether a number is one of the world's (E.164), not of the house."""
    return number.startswith("+")


def judge_inside(rules: Rules, asked: Asked) -> Refused | None:
    """Whether a telephone of the house may not be called so: it is asked for consent and the number shown alone."""
    return _consent(asked) or _caller_id(rules, asked)


def judge(rules: Rules, asked: Asked, known: Known) -> Verdict:
    """Whether a number outside may be called now; the first rule that does not allow it is told."""
    kind, zones = looked_up(asked.to)
    now = datetime.fromtimestamp(known.at, UTC)
    case = _Case(rules, asked, known, kind, {zone: now.astimezone(ZoneInfo(zone)) for zone in zones})
    refused = judge_inside(rules, asked) or next((found for check in _CHECKS if (found := check(case))), None)
    return Verdict(refused, _evidence(case))


def looked_up(to: str) -> tuple[str, tuple[str, ...]]:
    """The kind of a number and the time zones where it may be, as `phonenumbers` knows the world's."""
    try:
        parsed = phonenumbers.parse(to, None)
    except NumberParseException:
        return "", ()
    if phonenumbers.format_number(parsed, PhoneNumberFormat.E164) != to:
        # As +49030123456: it would ring the same telephone, and stand on no list.
        return "", ()
    zones = tuple(zone for zone in time_zones_for_number(parsed) if zone != UNKNOWN_TIMEZONE)
    return _ORDINARY.get(phonenumbers.number_type(parsed), ""), zones


def next_allowed(rules: Rules, to: str, at: datetime) -> datetime | None:
    """The first moment from `at` on, to a quarter of an hour, in which the hours allow a call; None: there is none.
    `at` has a time zone, and what is returned has the same one.
    """
    if not is_outside(to):
        return at
    zones = [ZoneInfo(zone) for zone in looked_up(to)[1]]
    moment, end = at.astimezone(UTC), at.astimezone(UTC) + _AHEAD
    while zones and moment < end:
        if all(rules.hours.has(moment.astimezone(zone)) for zone in zones):
            return moment.astimezone(at.tzinfo)
        moment += _STEP - timedelta(
            minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond
        )
    return None


def _consent(asked: Asked) -> Refused | None:
    if not asked.campaign or asked.consent.strip():
        return None
    return Refused("consent", "the campaign's list does not say by what they have agreed to be called")


def _caller_id(rules: Rules, asked: Asked) -> Refused | None:
    if not asked.caller_id or asked.caller_id in rules.caller_ids:
        return None
    return Refused("caller_id", "DIAL_CALLER_IDS does not allow this caller_id")


def _prefix(case: _Case) -> Refused | None:
    if case.asked.to.startswith(case.rules.prefixes):
        return None
    return Refused("prefix", "DIAL_PREFIXES does not allow this number")


def _number_type(case: _Case) -> Refused | None:
    if case.kind:
        return None
    return Refused(
        "number_type", "it is no number in E.164 of a fixed line or a mobile telephone: others may cost more"
    )


def _do_not_call(case: _Case) -> Refused | None:
    since = case.known.unwanted_since
    if since is None:
        return None
    return Refused("do_not_call", f"this number is on the do-not-call list since {_iso(since)}")


def _hours(case: _Case) -> Refused | None:
    if not case.there:
        return Refused("hours", "it is not known what time it is there")
    hours = case.rules.hours
    for zone, there in case.there.items():
        if not hours.has(there):
            return Refused("hours", f"it is {there:%a %H:%M} in {zone}; DIAL_HOURS are {hours.text}")
    return None


def _budget(case: _Case) -> Refused | None:
    if not case.rules.budget or case.known.made < case.rules.budget:
        return None
    return Refused("budget", f"DIAL_BUDGET is used up: {case.known.made} calls within 24 hours")


def _attempts(case: _Case) -> Refused | None:
    most, days = case.rules.attempts, case.rules.attempts_days
    counted = sum(case.known.at - at < days * _DAY_S for at in case.known.attempts)
    if not most or counted < most:
        return None
    return Refused("attempts", f"DIAL_ATTEMPTS: it was called {counted} times within {days} days")


def _distance(case: _Case) -> Refused | None:
    ago = case.known.at - max(case.known.attempts, default=float("-inf"))
    if ago >= case.rules.distance_s:
        return None
    return Refused("distance", f"DIAL_DISTANCE_S: it was called {max(0, round(ago))} s ago")


_CHECKS: tuple[Callable[[_Case], Refused | None], ...] = (
    *(_prefix, _number_type, _do_not_call),
    *(_hours, _budget, _attempts, _distance),
)


def _evidence(case: _Case) -> dict[str, Any]:
    agreed = {"campaign": case.asked.campaign, "consent": case.asked.consent} if case.asked.campaign else {}
    return agreed | {
        "number_type": case.kind,
        "local_time": {zone: there.isoformat(timespec="seconds") for zone, there in case.there.items()},
        "allowed_hours": case.rules.hours.text,
        "lists_read_at": _iso(case.known.at),
        "calls_before": len(case.known.attempts),
        "calls_in_24_h": case.known.made,
    }


def _iso(at: float) -> str:
    """Unix time in seconds as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
