"""When somebody wants to be called back, as they say it when they ask for that: "call me back tomorrow at ten".

Pure.
"""

import datetime
import re
from dataclasses import dataclass, replace

from gateway.values.dates import Date
from gateway.values.day_words import Told, told
from gateway.values.hours.times import Time
from gateway.values.numbers import figures
from parley import languages
from parley.languages.said import clauses, plain

AHEAD = datetime.timedelta(days=8)
"""Nobody is called back later: a weekday names one of the days until then, so that no date has to be understood."""
_WEEK = 7
_AT = "@"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was said of when."""

    at: datetime.datetime | None = None
    """In the zone of now; None: at once, or it was not understood."""
    told: bool = False
    """Whether anything was."""


def wanted(text: str, language: str, now: datetime.datetime) -> Wanted:
    """When whoever says this wants to be called; `now` is in their time zone."""
    known = languages.get(language).callback
    text = languages.get(language).turn.greetings.left_out(text)  # "Guten Morgen" tells of no time
    parts = clauses(text)
    asked = next((n for n, part in enumerate(parts) if known.asking.within(part)), None)
    if asked is None or not any(known.when.within(part) for part in parts):
        return Wanted()
    at = _moment(text, language, now)
    # What they said before they asked may be when something was; with an hour it is when they want to be called.
    later = any(known.when.within(part) for part in parts[asked:])
    return Wanted(at, told=later or at is not None)


def spoken(at: datetime.datetime, language: str) -> str:
    """A moment, as it is read back."""
    day = Date("any", at.date(), language).spoken(at.date().isoformat())
    return languages.get(language).callback.moment.format(day=day, time=Time(language).spoken(f"{at:%H:%M}"))


def named(target: str, at: datetime.datetime) -> str:
    """A target whose people call back at a moment, as actions name it."""
    return f"{target}{_AT}{at.isoformat()}"


def parted(name: str) -> tuple[str, datetime.datetime | None]:
    """The target that an action names, and the moment, if it has one."""
    target, _, moment = name.partition(_AT)
    return target, datetime.datetime.fromisoformat(moment) if moment else None


def _moment(text: str, language: str, now: datetime.datetime) -> datetime.datetime | None:
    """None: it tells no hour, or one that is over, or too far away, or a date."""
    # "Can one of you call me back at ten": of several numbers, those behind what asks for it are of the hour.
    parts = languages.get(language).callback.asking.left_out(text, "\n").split("\n")
    hours = (Time(language).said("", part).value for part in (*reversed(parts), text))
    clock = next(filter(None, hours), "")
    # Numbers are of the hour ("on Monday at ten"), unless days are counted ("in two days at ten").
    new = told(_NUMBER.sub(" ", figures(plain(text), language)), language)
    if new.ahead is None and new.weekday is None:
        new = replace(new, ahead=told(text, language).ahead)
    if not clock or new.month is not None or None not in (new.ahead, new.weekday):
        return None
    day = _day(new, now.date())
    at = datetime.datetime.combine(day or now.date(), datetime.time.fromisoformat(clock), now.tzinfo)
    if day is None and at <= now:
        at += datetime.timedelta(days=1)
    return at if now < at <= now + AHEAD else None


def _day(new: Told, today: datetime.date) -> datetime.date | None:
    if new.weekday is None:
        return None if new.ahead is None else today + datetime.timedelta(days=new.ahead)
    ahead = new.weekday - today.weekday()
    return today + datetime.timedelta(days=ahead + _WEEK if new.next else (ahead - 1) % _WEEK + 1)
