"""One time of day in a language's words: "half past two", "Viertel vor neun", "14 Uhr 30"."""

import re
from functools import cache

from gateway.values.kind import NOTHING, Reading
from gateway.values.numbers import figures
from parley import languages
from parley.languages.said import plain
from parley.languages.schema import Language
from parley.languages.types import any_of

_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.h]([0-5]\d)(?!\d)")
_HOURS = re.compile(r"(?<=\d)\s?h(?=\d|\b)")
"""Behind an hour, as French is written."""
_TOGETHER = re.compile(r"\D*(\d{1,2})([0-5]\d)\D*")
"""As some recognisers write "three thirty"."""
_HALF = re.compile(r"(?<![^\W\d.])([ap])\.?\s?m\b\.?", re.IGNORECASE)
_DOTTED = re.compile(r"(?<![^\W\d.])([ap])\.\s?m\b\.?", re.IGNORECASE)
"""The same in a language that has a word "am"."""
_NOON, _DAY, _HOUR = 12, 24, 60
_EARLIEST = 7
"""The hour from which on one that may be in the morning or in the afternoon is in the morning: who calls a company
means the hours at which people are awake."""


def clock_time(hour: int, minute: int) -> Reading:
    """A time, if there is one of this hour and minute."""
    good = 0 <= hour < _DAY and 0 <= minute < _HOUR
    return Reading(f"{hour:02}:{minute:02}") if good else NOTHING


@cache
def reader(language: str) -> "Reader":
    """What reads the times of a language."""
    return Reader(languages.get(language))


class Reader:
    """Reads the times of one language."""

    def __init__(self, language: Language) -> None:
        self._code = language.code
        self._hours = hours = language.hours
        clock = language.telling.clock
        self._names = hours.names | clock.names
        is_word = "am" in language.knowledge.stop_words and not hours.early.within("am")
        self._half = _DOTTED if is_word else _HALF
        hour = rf"(?P<hour>\d{{1,2}}|{any_of(self._names)})"
        # "Un quarto" is found in figures, too: in those the words are read.
        self._before, self._after = (
            {figures(name, language.code): minutes for name, minutes in table.items()}
            for table in (hours.before, hours.after)
        )
        before, after = any_of(self._before), any_of(self._after)
        between = f"(?: (?:{any_of(clock.o_clock)}))*"
        minutes = r"(?P<minutes>\d{1,2})"
        past, to = clock.past.pattern, clock.to.pattern
        self._forms = [re.compile(rf"(?<!\S)(?:{form})(?!\S)") for form in (
            rf"{minutes} (?:{past}|(?P<to>{to})) (?P<before>{before}) {hour}",
            rf"(?P<before>{before}) {hour}",
            rf"{hour}{between} (?P<after>{after})",
            rf"{minutes}(?: {_MINUTES})? (?:{past}|(?P<to>{to})) {hour}" if clock.minutes_first
            else rf"{hour}{between} (?P<to>{to}) {minutes}",
            rf"{hour}{between} (?:{past} )?(?:0 )?{minutes}" if not clock.minutes_first
            else rf"{hour}{between} (?:0 )?{minutes}",
            rf"{hour}{between}",
        )]  # fmt: skip

    def reading(self, text: str) -> Reading:
        """The time that a text names, if one."""
        if match := _CLOCK.search(text) or _TOGETHER.fullmatch(text):
            return self.at(int(match[1]), int(match[2]), text)
        return self.of(self.in_figures(text), text)

    def in_figures(self, text: str) -> str:
        """The plain words of a text without its a.m. and p.m., with numbers in figures."""
        return figures(plain(_HOURS.sub(" h ", self._half.sub(" ", text))), self._code)

    def of(self, said: str, text: str) -> Reading:
        """The time that plain words name; what stands around them, `text`, tells the half of the day."""
        matches = (form.search(said) for form in self._forms)
        match = next((m for m in matches if m and not self._is_duration(said, m.end())), None)
        if match is None:
            return NOTHING
        groups = match.groupdict()
        named = match["hour"]
        hour = self._names[named] if named in self._names else int(named)
        part = self._before.get(groups.get("before") or "", self._after.get(groups.get("after") or "", 0))
        minutes = part + int(groups.get("minutes") or 0) * (-1 if groups.get("to") else 1)
        guessed = self.at(hour, 0, text)
        if not guessed.value:
            return NOTHING
        total = (int(guessed.value[:2]) * _HOUR + minutes) % (_DAY * _HOUR)
        return clock_time(*divmod(total, _HOUR))

    def half(self, said: str, text: str) -> bool | None:
        """Whether it is after noon; None: not told."""
        if match := self._half.search(text):
            return match[1].lower() == "p"
        if self._hours.early.within(said):
            return False
        return True if self._hours.late.within(said) else None

    def at(self, hour: int, minute: int, text: str) -> Reading:
        """An hour and a minute; whether in the morning or in the afternoon tells `text`, or is guessed."""
        late = self.half(plain(text), text)
        exact = re.search(r"(?<!\d)(?:0\d|1[3-9]|2[0-4])[:.h]", text) is not None
        if hour > _DAY:
            return NOTHING
        if hour > _NOON or hour == 0 or exact:
            return clock_time(hour % _DAY, minute)
        if late is None:
            late = hour < _EARLIEST or hour == _NOON
        return clock_time(hour % _NOON + late * _NOON, minute)

    def _is_duration(self, said: str, end: int) -> bool:
        return self._hours.durations.begin(said[end:].strip()) is not None


_MINUTES = r"(?:minutes?|minuten?|minutos?|minuti?)"
