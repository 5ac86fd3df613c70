"""When somebody wants to be called back, as they say it when they ask for that: "call me back tomorrow at ten".

Pure.
"""

import datetime
import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from gateway.values.choices import named as named_in
from gateway.values.dates import Date
from gateway.values.day_words import Told, told
from gateway.values.hours.times import Time
from gateway.values.meant import beside_yes, meant
from gateway.values.numbers import figures
from parley import languages
from parley.languages.said import clauses, plain

AHEAD = datetime.timedelta(days=8)
"""Nobody is called back later: a weekday names one of the days until then, so that no date has to be understood."""
_WEEK = 7
_AT = "@"
_FEW_WORDS = 3
"""Of an answer that is only an hour: "half past two"."""
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
    chosen = {"callback": languages.get(language).choices.callback}
    text = languages.get(language).turn.greetings.left_out(text)  # "Guten Morgen" tells of no time
    parts = clauses(text)
    asked = next(
        (n for n, part in enumerate(parts) if known.asking.within(part) or named_in(part, chosen, language)),
        None,
    )
    if asked is None or not any(known.when.within(part) for part in parts):
        return Wanted()
    at = _moment(text, language, now)
    # What they said before they asked may be when something was; with an hour it is when they want to be called.
    later = any(known.when.within(part) for part in parts[asked:])
    return Wanted(at, told=later or at is not None)


def moved(text: str, language: str, now: datetime.datetime, before: datetime.datetime) -> Wanted:
    """Another moment, or part of it, that is told by whoever is asked about one: "yes, at eleven", "no, on Friday".

    Nothing is told of one where the same is said again, or something else. `now` is in their time zone.
    """
    known = languages.get(language)
    rest = beside_yes(known.turn.greetings.left_out(text), language)
    words = meant(rest, language).text
    new = _told(words, language)
    timed = known.callback.when.within(plain(words))
    if new.month is not None:
        return Wanted(told=True)
    value = f"{before:%H:%M}"
    # "There are two of us" tells of no hour.
    of_hour = timed or len(rest.split()) <= _FEW_WORDS
    clock = (of_hour and Time(language).beside(value, rest).value) or value
    same = new.weekday == before.weekday() and not new.next
    day = None if same else _day(new, now.date())
    at = datetime.datetime.combine(day or before.date(), datetime.time.fromisoformat(clock), before.tzinfo)
    if at == before:
        known_hour = new != Told() or Time(language).corrected(value, rest).value
        return Wanted(told=timed and not known_hour)
    if day is None and at <= now:
        at += datetime.timedelta(days=1)
    return Wanted(at if now < at <= now + AHEAD else None, told=True)


def spoken(at: datetime.datetime, language: str) -> str:
    """A moment, as it is read back."""
    day = Date("any", at.date(), language).spoken(at.date().isoformat())
    return languages.get(language).callback.moment.format(day=day, time=Time(language).spoken(f"{at:%H:%M}"))


def named(target: str, at: datetime.datetime) -> str:
    """A target whose people call back at a moment, as actions name it: in RFC 9557, with its time zone if that is
    known.
    """
    zone = f"[{at.tzinfo.key}]" if isinstance(at.tzinfo, ZoneInfo) else ""
    return f"{target}{_AT}{at.isoformat()}{zone}"


def parted(name: str) -> tuple[str, datetime.datetime | None]:
    """The target that an action names, and the moment, if it has one."""
    target, _, moment = name.partition(_AT)
    moment, _, zone = moment.partition("[")
    if not moment:
        return target, None
    at = datetime.datetime.fromisoformat(moment)
    return target, at.astimezone(ZoneInfo(zone.removesuffix("]"))) if zone else at


def _moment(text: str, language: str, now: datetime.datetime) -> datetime.datetime | None:
    """None: it tells no hour, or one that is over, or too far away, or a date."""
    # "Can one of you call me back at ten": of several numbers, those behind what asks for it are of the hour.
    parts = languages.get(language).callback.asking.left_out(text, "\n").split("\n")
    hours = (Time(language).said("", part).value for part in (*reversed(parts), text))
    clock = next(filter(None, hours), "")
    new = _told(text, language)
    if not clock or new.month is not None or None not in (new.ahead, new.weekday):
        return None
    day = _day(new, now.date())
    at = datetime.datetime.combine(day or now.date(), datetime.time.fromisoformat(clock), now.tzinfo)
    if day is None and at <= now:
        at += datetime.timedelta(days=1)
    return at if now < at <= now + AHEAD else None


def _told(text: str, language: str) -> Told:
    """The day that is told: numbers are of the hour ("on Monday at ten"), unless days are counted ("in two days")."""
    new = told(_NUMBER.sub(" ", figures(plain(text), language)), language)
    if new.ahead is None and new.weekday is None:
        new = replace(new, ahead=told(text, language).ahead)
    return new


def _day(new: Told, today: datetime.date) -> datetime.date | None:
    if new.weekday is None:
        return None if new.ahead is None else today + datetime.timedelta(days=new.ahead)
    ahead = new.weekday - today.weekday()
    return today + datetime.timedelta(days=ahead + _WEEK if new.next else (ahead - 1) % _WEEK + 1)
