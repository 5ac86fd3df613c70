"""Times of day as callers say them: "half past two", "Viertel vor neun", "14 Uhr 30", "3 pm". As a value 14:30."""

import re

from gateway.values.hours.reader import clock_time, reader
from gateway.values.hours.spans import several, without_spaces
from gateway.values.kind import NOTHING, Kind, Reading
from gateway.values.meant import meant
from gateway.values.numbers import figures
from parley import languages
from parley.languages.said import plain

_NOON, _DAY = 12, 24


class Time(Kind):
    """A time of day."""

    keys = 4

    @property
    def expected(self) -> tuple[str, ...]:
        """Parts of an hour and of the day, and hours that have a name."""
        known = languages.get(self._language)
        hours = known.hours
        halves = (hours.late.phrases[0], hours.early.phrases[0])
        return (*hours.before, *hours.after, *known.telling.clock.names, *halves)

    def typed(self, keys: str) -> Reading:
        """Hour and minutes: 0930, 930, 14."""
        hour, minute = (keys, "0") if len(keys) < 3 else (keys[:-2], keys[-2:])
        return clock_time(int(hour or _DAY), int(minute))

    def said(self, so_far: str, text: str) -> Reading:
        """A time, or several of which one is meant; whether in the morning or in the afternoon is guessed where it was
        not said.
        """
        told = meant(without_spaces(text, self._language), self._language).text
        found = several(told, self._language)
        if not found:
            return reader(self._language).reading(told)
        return Reading(found[0], len(found) == 1, found if len(found) > 1 else ())

    def picked(self, either: tuple[str, ...], text: str) -> Reading:
        """By its place ("the first one"), or said again, in the half of the day in which it was."""
        known, said = languages.get(self._language), plain(text)
        for value, place in zip(either, known.numerals.ordinals, strict=False):
            if place.within(said):
                return Reading(value)
        new = self.said("", text)
        if new.either or not new.value or self._half(text) is not None:
            return new
        return next(
            (Reading(value) for value in either if _on_the_dial(value) == _on_the_dial(new.value)), new
        )

    def corrected(self, value: str, text: str) -> Reading:
        """Another time, or the other half of the day: "no, in the morning"."""
        told = meant(text, self._language).text
        if (whole := self.said("", text)).value:
            return whole
        late = self._half(told)
        hour, minute = int(value[:2]) % _NOON, int(value[3:])
        return NOTHING if late is None else clock_time(hour + late * _NOON, minute)

    def beside(self, value: str, text: str) -> Reading:
        """Another time, unless a number in it counts something else ("yes, for four people", "yes, that one")."""
        new = self.corrected(value, text)
        if not new.value or self._counts_else(text):
            return NOTHING
        told = self._half(text) is not None or new.value[:2] in figures(text, self._language).split()
        return new if told or _on_the_dial(new.value) != _on_the_dial(value) else NOTHING

    def spoken(self, value: str) -> str:
        """As opening hours are said."""
        if value.isdecimal():
            return " ".join(value)
        said = languages.get(self._language).hours.said
        hour, minute = int(value[:2]), int(value[3:])
        half = said["afternoon"] if hour >= _NOON else said["forenoon"]
        form = said["time"] if minute else said["full"]
        hour12 = (hour - 1) % _NOON + 1
        return form.format(hour=hour, hour12=hour12, minute=f"{minute:02}", half=half).rstrip(".")

    def secrets(self, value: str) -> tuple[str, ...]:
        """As it is said and as it is kept."""
        return (self.spoken(value), value)

    def _half(self, text: str) -> bool | None:
        return reader(self._language).half(plain(text), text)

    def _counts_else(self, text: str) -> bool:
        """Whether the only number of some words is none of the clock: nothing tells so, and what it counts follows."""
        known = languages.get(self._language)
        words = reader(self._language).in_figures(text).split()
        places = [at for at, word in enumerate(words) if word.isdecimal()]
        if len(places) != 1 or re.search(r"\d[:.h]\d", text):
            return False
        before, behind = " ".join(words[: places[0]]), " ".join(words[places[0] + 1 :])
        clock = known.telling.clock
        if known.hours.clock.end(before) or any(clock.names.keys() & set(words)):
            return False
        if words[places[0]] == "1" and before:
            return True
        follows = behind.partition(" ")[0]
        fits = follows in clock.o_clock or follows in known.knowledge.stop_words
        parts = (known.hours.early, known.hours.late, known.telling.around, known.numerals.around, known.yes)
        return bool(follows) and not fits and not any(group.begin(behind) for group in parts)


def _on_the_dial(value: str) -> tuple[int, str]:
    """What a clock with twelve hours shows of a time."""
    return int(value[:2]) % _NOON, value[3:]
