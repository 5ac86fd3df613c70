"""Questions about opening hours, answered from the agent's `hours` by reckoning: no model, no file. Pure.

Only what the company itself is asked ("Are you open on Sunday?"): a part of it may have hours of its own, which stand
in the facts.
"""

import datetime
from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from agent.knowledge import answer_types
from agent.knowledge.answers.moments import Moment, moment_of
from agent.knowledge.terms import terms
from parley import languages
from parley.agents.hours import days_of, next_opening, open_at, spans_on
from parley.agents.schema import Hours
from parley.languages.answers import HoursText

_Span = tuple[datetime.datetime, datetime.datetime]
_MINUTE_S = 60
_NOON = 12


def answer(
    hours: Hours | None, text: str, now: datetime.datetime, language: str, others: Collection[str]
) -> str:
    """A sentence that answers a question about the hours; empty for anything else.

    `others`: words of the knowledge that are about something else than the company as a whole.
    """
    if hours is None or language not in languages.codes() or not _is_asked(text, language, others):
        return ""
    local = now.astimezone(ZoneInfo(hours.timezone))
    moment = moment_of(text, local, language)
    says = _Saying(hours, local, language)
    if languages.get(language).hours.until.within(text):
        return says.left()
    if moment is None:
        return "" if answer_types.is_yes_or_no(text, language) else says.week()
    if moment.now:
        return says.now()
    return says.day(moment, text)


def _is_asked(text: str, language: str, others: Collection[str]) -> bool:
    known = languages.get(language).hours
    if not known.about.within(text):
        return False
    allowed = set(terms(known.leftovers, language))
    rest = [t for t in terms(text, language) if t not in allowed and not t.isdigit()]
    return not any(term in others for term in rest) if known.we.within(text) else not rest


class _Saying:
    """Puts hours into words."""

    _by_weekday = False

    def __init__(self, hours: Hours, now: datetime.datetime, language: str) -> None:
        self._hours = hours
        self._now = now
        self._language = language
        self._known = languages.get(language).hours
        self._said = self._known.said
        self._dates = languages.get(language).spoken.dates

    def now(self) -> str:
        if open_at(self._hours, self._now):
            return self._say("yes", self._now.date(), self._open_span()[1])
        again = next_opening(self._hours, self._now)
        return self._joint(self._said["no_again"].format(again=self._at(again))) if again else ""

    def left(self) -> str:
        """How long it is still open."""
        if not open_at(self._hours, self._now):
            return self.now()
        end = self._open_span()[1]
        minutes = round((end - self._now).total_seconds() / _MINUTE_S)
        return self._joint(self._said["left"].format(end=self._time(end), left=self._duration(minutes)))

    def day(self, moment: Moment, text: str) -> str:
        assert moment.day is not None
        self._by_weekday = moment.weekday
        spans = self._spans(moment.day)
        wants_yes = answer_types.is_yes_or_no(text, self._language) or not answer_types.asked(
            text, self._language
        ) - {"time"}
        when = self._known.when.within(text)
        if not spans:
            return self._say("no_closed" if wants_yes and not when else "closed", moment.day)
        if moment.named and moment.day not in self._hours.closed_dates and moment.day.month in (12, 1):
            return ""  # A feast that nobody has entered: the facts may know more.
        if moment.clock is not None:
            return self._at_clock(moment.day, moment.clock, spans)
        if self._known.closes.within(text):
            return self._say("closes", moment.day, spans[-1][1])
        if self._known.opens.within(text):
            return self._say("opens", moment.day, start=spans[0][0])
        return self._say("hours" if when else "yes_hours", moment.day, spans=spans)

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
            first, last = (self._dates.weekdays[n] for n in (numbers[0], numbers[-1]))
            named = first if len(numbers) == 1 else self._said["to"].format(first=first, last=last)
            ends = (span.partition("-") for span in spans)
            times = [
                self._said["span"].format(start=self._clock(a[:5]), end=self._clock(b[:5]))
                for a, _, b in ends
            ]
            parts.append(f"{named} {self._joined(times)}")
        return self._joint(self._said["week"].format(days=self._joined(parts)))

    def _say(
        self,
        name: HoursText,
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
        return self._joint(said)

    def _spans(self, day: datetime.date) -> list[_Span]:
        zone = ZoneInfo(self._hours.timezone)
        return sorted((a.astimezone(zone), b.astimezone(zone)) for a, b in spans_on(self._hours, day))

    def _open_span(self) -> _Span:
        today = self._now.date()
        days = (today - datetime.timedelta(days=1), today)
        return next((a, b) for day in days for a, b in self._spans(day) if a <= self._now < b)

    def _day(self, day: datetime.date) -> str:
        ahead = (day - self._now.date()).days
        weekday = self._dates.weekdays[day.weekday()]
        if ahead in (0, 1) and not self._by_weekday:
            return self._said["tomorrow" if ahead else "today"]
        if ahead < 7:
            return self._said["on"].format(weekday=weekday)
        month = self._dates.months[day.month - 1]
        return self._said["on_date"].format(weekday=weekday, month=month, number=day.day)

    def _at(self, moment: datetime.datetime) -> str:
        return self._said["at"].format(day=self._day(moment.date()), start=self._time(moment))

    def _time(self, moment: datetime.datetime) -> str:
        return self._clock(f"{moment:%H:%M}")

    def _clock(self, clock: str) -> str:
        """A time as 18:30, as it is said."""
        hour, minute = int(clock[:2]) % 24, clock[3:]
        if (hour, minute) == (_NOON, "00") and self._said["noon"]:
            return self._said["noon"]
        said = self._said["full" if minute == "00" else "time"]
        half = self._said["afternoon" if hour >= _NOON else "forenoon"]
        return said.format(hour=hour, hour12=(hour - 1) % _NOON + 1, minute=minute, half=half)

    def _duration(self, minutes: int) -> str:
        hours, rest = divmod(minutes, 60)
        parts = [
            self._said["hour" if hours == 1 else "several_hours"].format(n=hours) if hours else "",
            self._said["minute" if rest == 1 else "several_minutes"].format(n=rest)
            if rest or not hours
            else "",
        ]
        return self._joined([part for part in parts if part])

    def _joined(self, parts: Sequence[str]) -> str:
        *first, last = parts or [""]
        return f"{', '.join(first)} {self._said['and']} {last}" if first else last

    def _joint(self, said: str) -> str:
        for parts, joint in self._known.joints.items():
            said = said.replace(parts, joint)
        return said
