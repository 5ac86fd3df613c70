"""Two facts that say the same of different things: the caller is asked back which is meant, and chooses. Pure.

"The Nova 5 or the Nova 5 Pro?" Names are what stands in front of the first words that both facts share after they have
differed; so no list of names is needed, and none are found where two facts are built differently.
"""

import difflib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from agent.knowledge.terms import adapted, terms
from parley import languages
from parley.languages.said import clauses, only, plain
from parley.languages.types import Phrases

Pick = Literal["first", "second", "both", "neither"]

_LONGEST_NAME = 7
"""In words."""
_LONGEST_ASIDE = 3
"""Words before the first comma that name nothing yet: "Article 20485, the Braemar Grand"."""
_LONGEST_GAP = 2
"""Words in which names differ once more: "a phone screen", "a phone battery"."""
_MARKS = '.,;:!?()"“”„'


@dataclass(frozen=True, slots=True)
class Two:
    """What two facts are about, as each of them names it."""

    first: str
    second: str
    kind: frozenset[str]
    """Terms of what both are: "Nova", "phone"."""
    language: str

    @property
    def own(self) -> tuple[frozenset[str], frozenset[str]]:
        """Terms of each name that the other has not; "the Nova 5" has none beside "the Nova 5 Pro"."""
        first, second = (frozenset(terms(name, self.language)) for name in (self.first, self.second))
        return first - second, second - first

    @property
    def question(self) -> str:
        """Asks which of the two is meant."""
        first, second = self.first, _inside(self.second, self.language)
        line = languages.get(self.language).between.ask
        return line.format(first=first[0].upper() + first[1:], second=second)

    def is_open(self, asked: str) -> bool:
        """Whether words are about what both are, and leave open which: who names one plainly is not asked back."""
        said = self.said(asked)
        whole = [frozenset(terms(name, self.language)) for name in (self.first, self.second)]
        told = any(name <= said for name in whole) or any(not own.isdisjoint(said) for own in self.own)
        return not told and not self.kind.isdisjoint(said)

    def is_about(self, fact: str) -> bool:
        """Whether another fact is about one of the two."""
        return any(name.casefold() in fact.casefold() for name in (self.first, self.second))

    def said(self, text: str) -> frozenset[str]:
        """Terms of a text, in the words of the names where they are nearly these."""
        names = self.kind | frozenset(terms(f"{self.first} {self.second}", self.language))
        return frozenset(adapted(text, self.language, names))


def two_of(facts: Sequence[str], language: str) -> Two | None:
    """What two facts are about, where they say the same of two things; else None."""
    for first, second in itertools.product(*map(_begun, facts)):
        if found := _two_of(first, second, language):
            return found
    return None


def sounds_asked(heard: str, language: str) -> bool:
    """Whether what was heard may be such a question, or the beginning of one: enough to look more closely."""
    ask = languages.get(language).between.ask
    return f" {ask.partition('{first}')[2].partition('{second}')[0].strip()} " in f"{heard} "


def asks_for_other(text: str, language: str) -> bool:
    """Whether the words ask for nothing but the other of two: "And the other one?"."""
    known = languages.get(language)
    around = (known.between.around, known.choices.around, known.knowledge.follow_ups)
    return only(plain(text), known.between.other, *around)


def picked(text: str, two: Two) -> Pick | None:
    """Which of the two a caller chooses; None where the words choose nothing."""
    known = languages.get(two.language)
    said = plain(text)
    around = (known.between.around, known.choices.around)
    first, second = known.numerals.ordinals[:2]
    ways: tuple[tuple[Pick, Phrases], ...] = (
        ("both", known.between.both),
        ("neither", known.between.neither),
        ("first", first),
        ("first", known.between.former),
        ("second", second),
        ("second", known.between.latter),
    )
    for pick, phrases in ways:
        if only(said, phrases, *around):
            return pick
    return _by_name(text, two)


def _by_name(text: str, two: Two) -> Pick | None:
    """Who is chosen by name, and is not refused: "not the Pro"."""
    refusing = languages.get(two.language).choices.refusing
    wanted, refused = set[Pick](), set[Pick]()
    for clause in _pieces(text, two.language):
        (refused if refusing.within(clause) else wanted).update(_named(clause, two))
    left = wanted - refused
    if len(left) == 1:
        return left.pop()
    if left:
        return "both"
    if len(refused) == 1:
        return "second" if "first" in refused else "first"
    return "neither" if refused else None


def _pieces(text: str, language: str) -> Iterator[str]:
    """The clauses of a text, and what "and" joins in them."""
    for clause in clauses(text):
        words = itertools.groupby(clause.split(), languages.get(language).knowledge.joins.__contains__)
        yield from (" ".join(group) for joins, group in words if not joins)


def _named(clause: str, two: Two) -> Iterator[Pick]:
    """Which of the two a clause names; where one's name is a part of the other's, "the normal one" names it, too."""
    said, (first, second) = two.said(clause), two.own
    shared = frozenset(terms(two.first, two.language)) - first
    short = shared <= said or languages.get(two.language).between.plain.within(clause)
    if not first.isdisjoint(said) or (not first and short and second.isdisjoint(said)):
        yield "first"
    if not second.isdisjoint(said) or (not second and short and first.isdisjoint(said)):
        yield "second"


def _inside(name: str, language: str) -> str:
    """A name in the midst of a sentence: articles have no capital there."""
    small = name.partition(" ")[0].lower() in languages.get(language).knowledge.stop_words
    return name[0].lower() + name[1:] if small else name


def _begun(fact: str) -> list[list[str]]:
    """The words of a fact, and those without what stands before its first comma."""
    words = fact.split()
    aside = next((n for n, word in enumerate(words[:_LONGEST_ASIDE], 1) if word.endswith(",")), 0)
    return [words, words[aside:]] if aside else [words]


def _two_of(first: list[str], second: list[str], language: str) -> Two | None:
    bare = [[word.strip(_MARKS).casefold() for word in fact] for fact in (first, second)]
    ends = _ends(bare[0], bare[1], language)
    if ends is None or not _same_said(bare[0][ends[0] :], bare[1][ends[1] :], language):
        return None
    start = _lead(bare[0][: ends[0]], bare[1][: ends[1]], language)
    names = [" ".join(fact[start:end]) for fact, end in zip((first, second), ends, strict=True)]
    own, other = (frozenset(terms(name, language)) for name in names)
    long = max(ends) - start > _LONGEST_NAME
    if long or not own or not other or own == other or any(mark in "".join(names) for mark in _MARKS):
        return None
    behind = itertools.takewhile(lambda word: not _states(word, language), bare[0][ends[0] :])
    both = frozenset(terms(" ".join(behind), language)) & frozenset(
        terms(" ".join(bare[1][ends[1] :]), language)
    )
    return Two(names[0], names[1], (own & other) | both, language)


def _ends(first: Sequence[str], second: Sequence[str], language: str) -> tuple[int, int] | None:
    """How many words of each fact name what it is about; None where they share nothing behind it."""
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    blocks = [b for b in matcher.get_matching_blocks() if b.size and (b.a, b.b) != (0, 0)]
    for number, block in enumerate(blocks, 1):
        a, b, left = block.a, block.b, block.size
        while left > 1 and not all(terms(" ".join(w), language) for w in (first[:a], second[:b])):
            a, b, left = a + 1, b + 1, left - 1  # "Delivery" and "express delivery"
        if any(_states(word, language) for word in (*first[:a], *second[:b])):
            return None
        states = any(_states(word, language) for word in first[a : a + left])
        if states or not any(_goes_on(first, second, block, b) for b in blocks[number : number + 1]):
            return a, b
    return None


def _goes_on(
    first: Sequence[str], second: Sequence[str], block: difflib.Match, following: difflib.Match
) -> bool:
    """Whether what differs behind shared words still belongs to the names: "a phone screen", "a phone battery"."""
    gaps = (first[block.a + block.size : following.a], second[block.b + block.size : following.b])
    return all(0 < len(gap) <= _LONGEST_GAP and not any(c.isdigit() for c in "".join(gap)) for gap in gaps)


def _same_said(first: Sequence[str], second: Sequence[str], language: str) -> bool:
    """Whether the same is said of both, as far as the first word tells that begins it."""
    said = (next((word for word in fact if _states(word, language)), "") for fact in (first, second))
    one, other = (terms(word, language) or [word] for word in said)
    return one == other


def _states(word: str, language: str) -> bool:
    """Whether a word begins what is said of a thing: "costs", "is"."""
    verbs = languages.get(language).questions.verbs
    return verbs.are(word) or not _telling(language).isdisjoint(terms(word, language))


@cache
def _telling(language: str) -> frozenset[str]:
    return frozenset(terms(languages.get(language).knowledge.telling, language))


def _lead(first: Sequence[str], second: Sequence[str], language: str) -> int:
    """How many words both names begin with that name nothing: "Spare parts for" the one or the other."""
    most = min(len(first), len(second)) - 1
    shared = next((n for n in range(most) if first[n] != second[n]), most)
    stop = languages.get(language).knowledge.stop_words
    return max((n for n in range(shared) if first[n] in stop), default=0)
