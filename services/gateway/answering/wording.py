"""What machines say when they answer, in the words that a recogniser makes of it. Pure.

The phrases stand in the languages' files, and examples of what is said as a whole. Over a telephone a recogniser takes
one word for another ("Anruhen" for "Anruf"), and parts words as it likes ("Konzudrücken Sie"): a long phrase counts
also where some letters are wrong, and a whole text that is like the examples of one kind needs no phrase at all. Who
asks for a name may mean a message, and who takes messages may ask for a name: what speaks for each is added up.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from gateway.answering.likeness import Likeness, chances
from parley import languages
from parley.languages.said import plain
from parley.languages.types import Phrases

Machine = Literal["unobtainable", "screening", "voicemail", "menu"]
"""In the order in which they count where as much speaks for one as for another."""

_ORDER: tuple[Machine, ...] = ("unobtainable", "screening", "voicemail", "menu")
_Kind = Literal[Machine, "person"]
_KINDS: tuple[_Kind, ...] = ("person", *_ORDER)
_SHORTEST = 10
"""Letters of a phrase that is looked for with wrong ones."""
_LETTERS_AN_ERROR = 8
_FIRST_HIT, _OTHER_HITS = 1.5, 1.0
"""What the first phrase of a kind adds to how likely it is (natural logarithms), and each other one."""
_LEAST_PHRASED = 0.0
"""By so much more likely than a person a machine must be, with a phrase..."""
_LEAST, _LONGER, _LONGEST = 3.0, 0.2, 0.6
"""... and without one in `_FEWEST_WORDS`, for each word more by so much less, down to this: people say little."""
_FEWEST_WORDS = 5
"""In fewer anybody may say anything."""
_WORDS_PER_S = 4.5
"""Nobody speaks faster: a recogniser that understands nothing may write down more."""
_ECHO_WORDS = 8
"""What stands in the hint and is as long may have been said, if there was the time for it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A machine, and how likely it is that one, from 0 to 1."""

    machine: Machine
    weight: float


@dataclass(frozen=True, slots=True)
class _Phrase:
    exact: Phrases
    letters: str
    """Without spaces; empty: it is only found as it stands."""

    def is_in(self, words: str, letters: str) -> bool:
        return self.exact.within(words) or (bool(self.letters) and is_nearly_in(self.letters, letters))


class Wording:
    """What machines say in one language, and what people do."""

    def __init__(self, language: str) -> None:
        spoken = languages.get(language)
        known, waiting = spoken.answering, spoken.waiting
        self._hint = plain(known.hint)
        self._mailbox = _phrases(waiting.voicemail.phrases)
        self._phrases: dict[Machine, tuple[_Phrase, ...]] = {
            "unobtainable": _phrases(known.unobtainable.phrases),
            "screening": _phrases(known.screening.phrases),
            "voicemail": _phrases((*waiting.voicemail.phrases, *known.voicemail.phrases)),
            "menu": _phrases((*known.menu.phrases, *waiting.queue.phrases)),
        }
        examples: dict[_Kind, list[str]] = {
            kind: [plain(text) for text in getattr(known.examples, kind)] for kind in _KINDS
        }
        self._likeness = Likeness(examples)

    def found(self, words: str, *, answering: bool, spoken_s: float = math.inf) -> Found | None:
        """Who says these plain words in so many seconds; None: they may be a person's. `answering`: they are no answer
        to the agent yet, who may be told that somebody is not available, or that a number has changed.
        """
        count = len(words.split())
        hasty = count > _WORDS_PER_S * spoken_s
        if not words or (words in self._hint and (hasty or count < _ECHO_WORDS)):
            return None  # what a recogniser says that has understood nothing but what it was told to expect
        letters = words.replace(" ", "")
        hits = {
            machine: sum(phrase.is_in(words, letters) for phrase in self._of(machine, answering=answering))
            for machine in _ORDER
        }
        scores = self._likeness.of(words)
        for machine in _ORDER:
            scores[machine] += _counted(hits[machine])
        able = _ORDER if answering else tuple(machine for machine in _ORDER if hits[machine])
        if not able:
            return None
        kinds: tuple[_Kind, ...] = ("person", *able)
        likely = chances({kind: scores[kind] for kind in kinds})
        best = max(able, key=lambda machine: likely[machine])  # of equals the first
        surely = math.log(sum(likely[machine] for machine in able) / likely["person"])
        if any(hits.values()):
            is_machine = surely >= _LEAST_PHRASED
        elif hasty or count < _FEWEST_WORDS:
            is_machine = False
        else:
            is_machine = surely >= max(_LONGEST, _LEAST - _LONGER * (count - _FEWEST_WORDS))
        return Found(best, likely[best]) if is_machine else None

    def speaks_of_beep(self, words: str) -> bool:
        """Whether plain words tell to wait for a tone, as voicemails do."""
        return any(phrase.exact.within(words) for phrase in self._mailbox)

    def _of(self, machine: Machine, *, answering: bool) -> tuple[_Phrase, ...]:
        if answering or machine in ("screening", "menu"):
            return self._phrases[machine]
        return self._mailbox if machine == "voicemail" else ()


@cache
def wording(language: str) -> Wording:
    """What is said in a language, made ready once."""
    return Wording(language)


def is_nearly_in(phrase: str, text: str) -> bool:
    """Whether a phrase stands somewhere in a text with at most one letter of eight wrong, missing or too many.

    The search is P. H. Sellers', "The theory and computation of evolutionary distances: pattern recognition",
    J. Algorithms 1(4), 1980: a row of distances for each letter of the text.
    """
    errors = len(phrase) // _LETTERS_AN_ERROR
    # Of one piece more than there are errors, one is whole: most texts have none, and need no search.
    size = len(phrase) // (errors + 1)
    if not any(phrase[at : at + size] in text for at in range(0, size * (errors + 1), size)):
        return False
    row = list(range(len(phrase) + 1))
    for letter in text:
        before, row = row, [0]
        for at, wanted in enumerate(phrase):
            row.append(min(before[at] + (letter != wanted), before[at + 1] + 1, row[at] + 1))
        if row[-1] <= errors:
            return True
    return False


def _counted(hits: int) -> float:
    return _FIRST_HIT + _OTHER_HITS * (hits - 1) if hits else 0.0


def _phrases(phrases: Iterable[str]) -> tuple[_Phrase, ...]:
    found = tuple(_Phrase(Phrases((phrase,)), _letters(phrase)) for phrase in dict.fromkeys(phrases))
    for phrase in found:
        phrase.exact.within("")  # compiles it: not when somebody has answered
    return found


def _letters(phrase: str) -> str:
    letters = "" if "…" in phrase else phrase.lower().replace(" ", "").rstrip("*")
    return letters if len(letters) >= _SHORTEST and "*" not in letters else ""
