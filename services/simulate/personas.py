"""What a persona writes next: by rules and a seed, so that the same answers are followed by the same words. Pure."""

import random
import re
from collections.abc import Collection

from parley import languages
from parley.languages.machines import Simulated
from parley.simulation.schema import Persona, Want

Messages = tuple[str, ...]
"""Written one after the other, without waiting in between; none: the caller leaves without a word."""
_LONG = 5
"""Letters of a word in which two are exchanged."""
_WORD = re.compile(r"[^\W\d_]{5,}")
_ANY_WORD = re.compile(r"[\w$€£.,:'-]*\w")


class Caller:
    """One persona in one conversation."""

    def __init__(self, persona: Persona, language: str) -> None:
        self._persona = persona
        self._language = languages.get(language)
        self._words: Simulated = self._language.simulated
        self._random = random.Random(f"{persona.style} {persona.seed}")
        self._open = list(range(len(persona.wants)))
        self._tries = [0] * len(persona.wants)
        self._asked: tuple[int, ...] = ()
        self._written = 0
        self._had_enough = False
        """Whether an answer was heard that is to be said again."""
        self._gone = False

    @property
    def gone(self) -> bool:
        """Whether it has taken leave."""
        return self._gone

    @property
    def missing(self) -> list[Want]:
        """What was not answered yet."""
        return [self._persona.wants[number] for number in self._open]

    def heard(self, answered: Collection[Want]) -> None:
        """Take in an answer, and which of the missing wants it satisfies."""
        if self._persona.goal and self._written == 1:
            self._had_enough = True  # whatever it was: it is said again once
        # What a model has asked for its goal's sake is not known here.
        if self._persona.style == "changes_mind" and self._written == 1 and not self._persona.goal:
            return  # it was asked, but is not what is wanted to know first
        before = len(self._open)
        self._open = [number for number in self._open if self._persona.wants[number] not in answered]
        self._had_enough = len(self._open) < before or (self._had_enough and bool(self._persona.goal))

    @property
    def missing_by_turn(self) -> list[Want]:
        """What was not answered yet, in the order in which it is asked for."""
        if self._persona.style == "changes_mind" and self._written == 1:
            return [*self.missing[1:], *self.missing[:1]]
        return self.missing

    def next(self) -> Messages:
        """What is written now; nothing once it has taken leave."""
        if self._gone:
            return ()
        if own := self.own():
            return own
        wanted = self._turn()
        if not wanted:
            return self.leave()
        return self._wrote(*(self._ask(number) for number in wanted))

    def own(self) -> Messages:
        """What it says of its own accord, before it asks for anything; nothing: that is not due."""
        if self._persona.style == "hard_of_hearing" and self._had_enough:
            self._had_enough = False
            return self._wrote(self._random.choice(self._words.again))
        if self._persona.style in ("tricky", "silent") and self._written == 0:
            kinds = {"tricky": self._words.tricky, "silent": self._words.silent}
            return self._wrote(self._random.choice(kinds[self._persona.style]))
        return ()

    def played(self, text: str) -> Messages:
        """What becomes of words that a model has written: those of small ones have no style."""
        if self._persona.style == "interrupts" and self._written == 0 and len(self._open) > 1:
            return self._wrote(text, self._ask(self._open[1]))
        if self._persona.style == "hurried":
            return self._wrote(text)  # as it was told to be
        return self._wrote(self._styled(text, again=False))

    def leave(self) -> Messages:
        """The last that is written; nothing where the caller just goes."""
        gone, self._gone = self._gone, True
        return () if gone or self._persona.style == "hurried" else self._wrote(self._words.goodbye)

    def _wrote(self, *texts: str) -> Messages:
        self._written += 1
        return texts

    def _turn(self) -> list[int]:
        """What is asked for now; who asked in vain for one thing with all words there are gives it up."""
        able = [n for n in self._open if self._tries[n] < max(2, len(self._persona.wants[n].ask))]
        if self._persona.style == "changes_mind" and self._written:
            able.sort(key=lambda number: (number == 0, number))  # the first one comes last
        return able[: 2 if self._persona.style == "interrupts" else 1]

    def _ask(self, number: int) -> str:
        asks = self._persona.wants[number].ask
        text = asks[self._tries[number] % len(asks)]
        if self._persona.goal and text.rstrip()[-1] not in ".?!":  # named for a model: "what delivery costs"
            text = self._words.wanting.format(what=text.strip())
        again = self._tries[number] > 0
        self._tries[number] += 1
        return self._styled(text, again=again)

    def _styled(self, text: str, *, again: bool) -> str:
        match self._persona.style:
            case "hurried":
                return (
                    f"{self._random.choice(self._words.hurried)} {text[:1].lower()}{text[1:].rstrip('?!. ')}"
                )
            case "changes_mind" if self._written == 1:
                return f"{self._random.choice(self._words.otherwise)} {text}"
            case "mistypes" if not again:  # who was not understood looks at what they type
                return self._mistyped(text)
            case "silent":
                return self._fewest(text)
            case "abusive":
                return f"{self._random.choice(self._words.abusive)} {text}"
            case _:
                return text

    def _mistyped(self, text: str) -> str:
        """The text with two letters within a long word exchanged."""
        found = list(_WORD.finditer(text))
        if not found:
            return text
        word = self._random.choice(found)
        place = word.start() + self._random.randrange(1, _LONG - 2)
        return f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"

    def _fewest(self, text: str) -> str:
        """Its telling words alone."""
        idle = self._language.knowledge.stop_words
        telling = [word for word in _ANY_WORD.findall(text) if word.casefold() not in idle]
        return " ".join(telling) or text
