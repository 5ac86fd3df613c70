"""Questions about opening hours, answered from the agent's `hours` by reckoning: no model, no file. Pure.

Only what the company itself is asked ("Are you open on Sunday?"): a part of it may have hours of its own, which stand
in the facts.
"""

import datetime
import re
from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from agent.knowledge import answer_types
from agent.knowledge.answers.moments import Moment, moment_of
from agent.knowledge.answers.opening_words import (
    ABOUT_HOURS,
    CLOSES,
    LEFTOVERS,
    MONTHS,
    OPENS,
    SAID,
    UNTIL,
    WE,
    WEEKDAYS,
)
from agent.knowledge.terms import terms
from parley.agents.hours import days_of, next_opening, open_at, spans_on
from parley.agents.schema import Hours

_Span = tuple[datetime.datetime, datetime.datetime]
_MINUTE_S = 60


def answer(
    hours: Hours | None, text: str, now: datetime.datetime, language: str, others: Collection[str]
) -> str:
    """A sentence that answers a question about the hours; empty for anything else.

    `others`: words of the knowledge that are about something else than the company as a whole.
    """
    if hours is None or language not in SAID or not _is_asked(text, language, others):
        return ""
    local = now.astimezone(ZoneInfo(hours.timezone))
    moment = moment_of(text, local, language)
    says = _Saying(hours, local, language)
    lowered = text.lower()
    if re.search(UNTIL[language], lowered):
        return says.left()
    if moment is None:
        return "" if answer_types.is_yes_or_no(text, language) else says.week()
    if moment.now:
        return says.now()
    return says.day(moment, text)


def _is_asked(text: str, language: str, others: Collection[str]) -> bool:
    lowered = text.lower().replace("’", "'")
    if not re.search(ABOUT_HOURS[language], lowered):
        return False
    allowed = set(terms(LEFTOVERS[language], language))
    rest = [t for t in terms(text, language) if t not in allowed and not t.isdigit()]
    return not any(term in others for term in rest) if re.search(WE[language], lowered) else not rest


class _Saying:
    """Puts hours into words."""

    _by_weekday = False

    def __init__(self, hours: Hours, now: datetime.datetime, language: str) -> None:
        self._hours = hours
        self._now = now
        self._language = language
        self._said = SAID[language]

    def now(self) -> str:
        if open_at(self._hours, self._now):
            return self._say("yes", self._now.date(), self._open_span()[1])
        again = next_opening(self._hours, self._now)
        return _ended(self._said["no_again"].format(again=self._at(again))) if again else ""

    def left(self) -> str:
        """How long it is still open."""
        if not open_at(self._hours, self._now):
            return self.now()
        end = self._open_span()[1]
        minutes = round((end - self._now).total_seconds() / _MINUTE_S)
        return self._said["left"].format(end=self._time(end), left=self._duration(minutes))

    def day(self, moment: Moment, text: str) -> str:
        assert moment.day is not None
        self._by_weekday = moment.weekday
        spans = self._spans(moment.day)
        wants_yes = answer_types.is_yes_or_no(text, self._language) or not answer_types.asked(
            text, self._language
        ) - {"time"}
        lowered = text.lower()
        if not spans:
            return self._say(
                "no_closed" if wants_yes and not _asks_when(lowered, self._language) else "closed", moment.day
            )
        if moment.named and moment.day not in self._hours.closed_dates and moment.day.month in (12, 1):
            return ""  # A feast that nobody has entered: the facts may know more.
        if moment.clock is not None:
            return self._at_clock(moment.day, moment.clock, spans)
        if re.search(CLOSES[self._language], lowered):
            return self._say("closes", moment.day, spans[-1][1])
        if re.search(OPENS[self._language], lowered):
            return self._say("opens", moment.day, start=spans[0][0])
        name = "hours" if _asks_when(lowered, self._language) else "yes_hours"
        return self._say(name, moment.day, spans=spans)

    def _at_clock(self, day: datetime.date, clock: datetime.time, spans: Sequence[_Span]) -> str:
        asked = datetime.datetime.combine(day, clock, self._now.tzinfo)
        for start, end in spans:
            if start <= asked < end:
                return self._say("yes", day, end)
        if asked >= spans[-1][1]:
            return self._say("no_closes", day, spans[-1][1])
        if asked < spans[0][0]:
            return self._say("no_opens", day, start=spans[0][0])
        return self._say("no_between", day, spans=spans)

    def week(self) -> str:
        parts = []
        for days, spans in self._hours.week.items():
            numbers = days_of(days)
            first, last = (WEEKDAYS[self._language][n].capitalize() for n in (numbers[0], numbers[-1]))
            named = first if len(numbers) == 1 else self._said["to"].format(first=first, last=last)
            ends = (span.partition("-") for span in spans)
            times = [
                self._said["span"].format(start=self._clock(a[:5]), end=self._clock(b[:5]))
                for a, _, b in ends
            ]
            parts.append(f"{named} {self._joined(times)}")
        return _ended(self._said["week"].format(days=self._joined(parts)))

    def _say(
        self,
        name: str,
        day: datetime.date,
        end: datetime.datetime | None = None,
        start: datetime.datetime | None = None,
        spans: Sequence[_Span] = (),
    ) -> str:
        words = self._day(day)
        times = [self._said["span"].format(start=self._time(a), end=self._time(b)) for a, b in spans]
        said = self._said[name].format(
            day=words,
            Day=words[0].upper() + words[1:],
            end=self._time(end) if end else "",
            start=self._time(start) if start else "",
            spans=self._joined(times),
        )
        return _ended(said)

    def _spans(self, day: datetime.date) -> list[_Span]:
        zone = ZoneInfo(self._hours.timezone)
        return sorted((a.astimezone(zone), b.astimezone(zone)) for a, b in spans_on(self._hours, day))

    def _open_span(self) -> _Span:
        today = self._now.date()
        days = (today - datetime.timedelta(days=1), today)
        return next((a, b) for day in days for a, b in self._spans(day) if a <= self._now < b)

    def _day(self, day: datetime.date) -> str:
        ahead = (day - self._now.date()).days
        weekday = WEEKDAYS[self._language][day.weekday()].capitalize()
        if ahead in (0, 1) and not self._by_weekday:
            return self._said["tomorrow" if ahead else "today"]
        if ahead < 7:
            return self._said["on"].format(weekday=weekday)
        month = MONTHS[self._language][day.month - 1]
        return self._said["on_date"].format(weekday=weekday, month=month, number=day.day)

    def _at(self, moment: datetime.datetime) -> str:
        return self._said["at"].format(day=self._day(moment.date()), start=self._time(moment))

    def _time(self, moment: datetime.datetime) -> str:
        return self._clock(f"{moment:%H:%M}")

    def _clock(self, clock: str) -> str:
        """A time as 18:30, as it is said."""
        hour, minute = int(clock[:2]) % 24, clock[3:]
        if self._language == "de":
            return f"{hour} Uhr" if minute == "00" else f"{hour} Uhr {minute}"
        if (hour, minute) == (12, "00"):
            return "noon"
        shown = f"{(hour - 1) % 12 + 1}" if minute == "00" else f"{(hour - 1) % 12 + 1}:{minute}"
        return f"{shown} {'p.m.' if hour >= 12 else 'a.m.'}"

    def _duration(self, minutes: int) -> str:
        parts = []
        for count, one, many in ((minutes // 60, "hour", "hours_n"), (minutes % 60, "minute", "minutes_n")):
            if count:
                parts.append(self._said[one if count == 1 else many].format(n=count))
        return self._joined(parts)

    def _joined(self, parts: Sequence[str]) -> str:
        *first, last = parts or [""]
        return f"{', '.join(first)} {self._said['and']} {last}" if first else last


def _ended(said: str) -> str:
    """A sentence whose last word ends with a point of its own: "p.m."."""
    return said.replace("m..", "m.")


def _asks_when(lowered: str, language: str) -> bool:
    words = {
        "en": r"\b(?:when|what time|which hours|how late|how long|until what|hours)\b",
        "de": r"\bwann\b|\bwie lange\b|zeiten\b",
    }
    return bool(re.search(words[language], lowered))
