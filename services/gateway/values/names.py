"""Names of people, said or spelled."""

import re
from difflib import SequenceMatcher

from gateway.values import letters
from gateway.values.codes import hint_alone, put_right, stripped, without_hint
from gateway.values.kind import NOTHING, Kind, Reading
from gateway.values.letters import Token
from gateway.values.meant import meant
from parley import languages
from parley.languages.said import plain
from parley.languages.types import any_of

_MOST_WORDS = 5
_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DOUBLE = 2
"""Letters that are said at once: "double T"."""
_ALIKE = 0.5
"""Words that are as similar are the same name, heard in two ways."""
_SAME = 0.8
"""From here on a name that is said again is the same, heard in another way."""
_MORE = 4
"""Letters at most with which a spelling goes on after it was read back too soon."""
_SOUNDS = (
    *(("ai", "ei", "ay", "ey"), ("i", "y", "ie", "ee"), ("f", "ff", "ph", "v"), ("c", "k", "ck", "ch")),
    *(("d", "t", "tt", "dt", "th"), ("s", "ss", "ß", "z", "tz", "sz"), ("ü", "ue"), ("ö", "oe"), ("ä", "ae")),
    *(("b", "bb"), ("g", "gg"), ("l", "ll"), ("m", "mm"), ("n", "nn"), ("p", "pp"), ("r", "rr")),
)
"""Ways to write what sounds alike in a name."""
_PAUSE = re.compile(r"(?<![^\W\d_])([^\W\d_])\s*(?:\.{2,}|…)\s*(?=[^\W\d_](?![^\W\d_]))")
"""Between two letters that are spelled."""


class Name(Kind):
    """As it is written, with capitals."""

    spelled = loose = True

    def said(self, so_far: str, text: str) -> Reading:
        """A name; what is spelled behind it is how it is written."""
        names = self._told(text)
        return Reading(" ".join(names)) if names else NOTHING

    def corrected(self, value: str, text: str) -> Reading:
        """Another name, the part of it that sounds like this, how it is written, or the rest of its spelling."""
        if hint := hint_alone(text, self._language):
            return _hinted(value, hint)
        if better := put_right(value, text, self._language, among=str.isalpha):
            return Reading(_capital(better))
        names, before = self._told(text), value.split()
        if not names:
            return NOTHING
        if self._goes_on(before, names, text):
            return Reading(_capital(value + names[0].lower()))
        if len(names) > 1 or len(before) == 1:
            return Reading(" ".join(names))
        # One word for a name of several is in the place of the one that is most like it.
        likest = max(range(len(before)), key=lambda n: _likeness(before[n], names[0]))
        if _likeness(before[likest], names[0]) >= _ALIKE:
            before[likest] = names[0]
            names = before
        return Reading(" ".join(names))

    def beside(self, value: str, text: str) -> Reading:
        """Another name, which has its capitals or is spelled; one that sounds the same is, unless it is spelled."""
        spelled = any(
            token.spelled for token in letters.tokens(stripped(text, self._language), self._language)
        )
        if not spelled and text == text.lower():
            return NOTHING
        new = self.corrected(value, text)
        same = _sound(new.value) == _sound(value) or _likeness(new.value, value) >= _SAME
        return NOTHING if same and not spelled else new

    def spoken(self, value: str) -> str:
        """The name, and how it is spelled: what sounds alike is written in many ways."""
        built_in = languages.get(self._language).lines["spelled"]
        parts = ". ".join(letters.spoken(word, self._language) for word in value.split())
        return built_in.format(words=value, letters=parts)

    def secrets(self, value: str) -> tuple[str, ...]:
        """Each word of it is as telling."""
        return (*super().secrets(value), *value.split())

    def _told(self, text: str) -> list[str]:
        """The words of a name; none when something else is said."""
        known = languages.get(self._language)
        text = meant(_PAUSE.sub(r"\1-", text), self._language).text
        text, hint = without_hint(stripped(text, self._language), self._language)
        announced = known.telling.spelling.announcing.left_out(text, ", ")
        words = _merged(_fluent(letters.tokens(announced, self._language), known.telling.none))
        talk = any(w in known.telling.none for w in words)
        if (
            not 0 < len(words) <= _MOST_WORDS
            or talk
            or len("".join(words)) == 1
            or not all(_NAME.fullmatch(w) for w in words)
        ):
            return []
        if self._is_talk(text, words):
            return []
        *others, last = (_written(w, text, known.telling.particles) for w in words)
        return [*others, _rewritten(last, last, hint) if hint else last]

    def _goes_on(self, before: list[str], names: list[str], text: str) -> bool:
        """Whether the letters of a name that was read back while it was being spelled are gone on with."""
        known = languages.get(self._language)
        found = letters.tokens(stripped(text, self._language), self._language)
        spelled = len(names) == len(before) == 1 and all(token.spelled and not token.sign for token in found)
        short = spelled and len(names[0]) <= _MORE and _likeness(before[0], names[0]) < _ALIKE
        return short and not (known.no.begin(plain(text)) or known.numerals.wrong.begin(plain(text)))

    def _is_talk(self, text: str, words: list[str]) -> bool:
        """Whether it is no name but a sentence: recognisers write names with capitals, most other words without."""
        known = languages.get(self._language)
        stop = known.knowledge.stop_words - known.telling.particles
        in_small = [w for w in words if w in re.findall(r"[\w'’-]+", text)]
        particles = known.telling.particles
        return bool(any(w in stop for w in in_small) or (text != text.lower() and set(in_small) - particles))


def _fluent(found: list[Token], fillers: frozenset[str]) -> list[Token]:
    """What was said without "um" between two letters."""

    def letter(at: int) -> bool:
        return 0 <= at < len(found) and found[at].spelled and len(found[at].text) == 1

    return [
        token
        for at, token in enumerate(found)
        if token.text not in fillers or token.spelled or not (letter(at - 1) and letter(at + 1))
    ]


def _merged(found: list[Token]) -> list[str]:
    """Words, with what is spelled in the place of the one before that it is the spelling of."""
    words: list[str] = []
    free: list[int] = []
    for spelled, run in _runs(found):
        likest = max(free, key=lambda n: _likeness(words[n], run), default=None) if spelled else None
        if likest is not None and _likeness(words[likest], run) >= _ALIKE:
            words[likest] = run
            free.remove(likest)
            continue
        if not spelled and words and len(free) < len(words) and words[-1] == run:
            continue  # "S-M-I-T-H, Smith"
        words.append(run)
        free += [] if spelled else [len(words) - 1]
    return words


def _runs(found: list[Token]) -> list[tuple[bool, str]]:
    """Words, and letters one after another as one, each with whether it is spelled: "J-O-N S-M-Y-T-H" are two."""
    runs: list[tuple[bool, str]] = []
    alone = False
    for token in found:
        if token.sign:
            continue
        single = token.spelled and len(token.text) <= _DOUBLE
        if single and alone:
            runs[-1] = (True, runs[-1][1] + token.text)
        else:
            runs.append((token.spelled, token.text))
        alone = single
    return runs


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio()


def _sound(name: str) -> str:
    """A name with one way to write what sounds alike."""
    ways = {way: group[0] for group in _SOUNDS for way in group}
    return re.sub(any_of(ways), lambda m: ways[m[0]], name.lower())


def _written(word: str, text: str, particles: frozenset[str]) -> str:
    """A word as it stands in the text, or with a capital where it was spelled or has none."""
    there = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
    if there and there[0] != word and not there[0].isupper():
        return there[0]
    return word if word in particles else _capital(word)


def _capital(name: str) -> str:
    return re.sub(r"(?:^|(?<=[\s'’-]))[^\W\d_]", lambda m: m[0].upper(), name)


def _hinted(name: str, hint: str) -> Reading:
    """A name of which one word is written with these letters."""
    ways = {_rewritten(name, word, hint) for word in name.split()} - {name}
    return Reading(ways.pop()) if len(ways) == 1 else NOTHING


def _rewritten(name: str, word: str, hint: str) -> str:
    """A name with these letters in one of its words: Meier with "ay" is Mayer; as it was where that is unclear."""
    group = next((ways for ways in _SOUNDS if hint in ways), ())
    spots = list(re.finditer(any_of(group), word.lower()))
    if len(spots) == 1 and spots[0][0] != hint:
        better = f"{word[: spots[0].start()]}{hint}{word[spots[0].end() :]}"
    elif hint == "e" and "e" not in word.lower():  # "Brown with an E"
        better = f"{word}e"
    else:
        better = word
    return name.replace(word, _capital(better))
