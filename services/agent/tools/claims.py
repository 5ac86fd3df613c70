"""What the language model says that it has done, held against what was done in this call: by rule, before it is spoken.

A small model says "I have booked it" as soon as somebody asks for it. Such a sentence holds when a function that
changes something has succeeded, and is not one for something else by its own words: one that books has sent no e-mail.
How something is ("your order has been sent") may also stand in what a service answered, or in what the company knows
of the caller. Offers, questions, negations, rules ("orders are sent within two days") and what comes later ("I will
book it") claim nothing. Pure, and quick.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import msgspec
from prometheus_client import Counter

from parley import languages
from parley.languages.claims import ACTS, Act
from parley.languages.types import Phrases
from parley.outside.deeds import Deed

refused = Counter(
    "parley_claims_refused_total",
    "Sentences of the language model that are not spoken since they told of something as done which was not, by what.",
    ["kind"],
)
for _kind in ACTS:  # counted from nought
    refused.labels(_kind)

_SEGMENT = re.compile(r"[,;:.!…–—]+(?:\s+|$)")
_WHOLE = re.compile(r"[.!?…]+[\"')\]”’]*\s*$")
_NEXT_WORD = re.compile(r"\W*\w+")
_FAILED = ("error", "failed", "failure", "rejected", "refused")
_WORD_PARTS = re.compile(r"[_-]+|(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a sentence tells as done."""

    act: Act
    own: bool
    """The agent says that it has done it; otherwise, that it is so."""


class Claims:
    """Reads along with one answer."""

    def __init__(
        self, language: str, deeds: Iterable[Deed] = (), told: Iterable[str] = (), sources: Iterable[str] = ()
    ) -> None:
        """`deeds`: what was done in this call; `told`: what the company has told the agent, and knows of the caller;
        `sources`: what was found for the question.
        """
        self._rules = _rules(language)
        self._deeds = [*deeds, *(Deed(acts=acts_in(text, language)) for text in told)]
        self._sources = tuple(sources)
        self._begun = ""
        """What of a sentence has been read."""

    def happened(self, deed: Deed) -> None:
        """Something has been done."""
        self._deeds.append(deed)

    def waits(self, piece: str) -> bool:
        """Whether it can only be told with what follows, what the next piece of an answer says."""
        return not _WHOLE.search(piece) and self._rules.may_claim(f"{self._begun} {piece}")

    def holds(self, piece: str) -> bool:
        """Whether the next piece of an answer may be spoken; counts what may not."""
        said = f"{self._begun} {piece}".strip()
        self._begun = "" if _WHOLE.search(piece) else said
        for claim in self._rules.claims(said, self._sources):
            if not any(_stands_behind(deed, claim) for deed in self._deeds):
                refused.labels(claim.act).inc()
                return False
        return True


def _stands_behind(deed: Deed, claim: Claim) -> bool:
    if deed.changes and (claim.act == "do" or not deed.acts):
        return True
    return claim.act in deed.acts and (deed.changes or not claim.own)


def deed_of(words: str, result: str, language: str, *, changes: bool) -> Deed:
    """What a function did that has answered with `result`; `words`: its name and description.

    What only looks up vouches for nothing but what it found.
    """
    told = f"{_WORD_PARTS.sub(' ', words)} {result}" if changes else result
    return Deed(changes=changes, acts=acts_in(told, language))


def says_no(result: str) -> bool:
    """Whether a service that has answered tells in JSON that it has not done what it was asked for."""
    try:
        told = msgspec.json.decode(result, type=_Told)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):  # a thousand brackets are one
        return False
    return told.ok is False or told.success is False or bool(told.error) or told.status in _FAILED


class _Told(msgspec.Struct):
    ok: object = None
    success: object = None
    error: object = None
    status: object = None


def acts_in(text: str, language: str) -> tuple[Act, ...]:
    """What is spoken of in a text, in a language or in English, which most functions are described in."""
    spoken = (_rules(language), _rules(languages.DEFAULT))
    return tuple(act for act in ACTS if any(rules.tells_of(act, text) for rules in spoken))


class _Rules:
    """Those of a language, as regular expressions."""

    def __init__(self, language: str) -> None:
        known = languages.get(language).claims
        self._known = known
        done = "|".join(f"(?P<{act}>{known.done[act].pattern})" for act in ACTS)
        joint = r"(?:\W+|(?<=\W))"
        amid = rf"{joint}(?:\S+\s+){{0,12}}?" if known.far else rf"{joint}(?:{known.amid.pattern}{joint})*"
        self._done = re.compile(rf"(?<!\w)(?:{done})(?!\w)")
        self._did = re.compile(
            rf"(?<!\w)(?:(?P<own>{known.own.pattern})|(?P<ours>{known.ours.pattern})){amid}(?:{done})(?!\w)"
        )
        more = r"(?:\S+\s+){0,6}?" if known.far else rf"(?:{known.amid.pattern}\s+)*"
        joins = "|".join(map(re.escape, sorted(known.joins)))
        self._more = re.compile(rf"(?:,\s+|(?<!\w)(?i:{joins})\s+){more}(?:{done})(?!\w)")
        self._is = re.compile(
            rf"(?<!\w)(?:(?P<was>{known.was.pattern})|{known.now.pattern}){amid}(?:{done})(?!\w)"
        )
        self._yours, self._named = _anywhere(known.yours), _anywhere(known.named)
        self._denies, self._rule = _anywhere(known.denies), _anywhere(known.rules)
        self._unless, self._verbs = (
            _anywhere(known.unless),
            _anywhere(languages.get(language).questions.verbs),
        )
        self._words = {act: _anywhere(known.words[act]) for act in ACTS}
        hours = languages.get(language).hours
        days = (hours.today, hours.tomorrow, hours.after_tomorrow, *hours.weekdays)
        self._when = re.compile(rf"\d|(?<!\w)(?:{'|'.join(day.pattern for day in days)})(?!\w)")
        self._joins = re.compile(rf"(?<!\w)(?i:{joins})(?!\w)")

    def tells_of(self, act: Act, text: str) -> bool:
        """Whether a text has words of something that is done."""
        return self._words[act].search(text) is not None or self._known.done[act].within(text)

    def may_claim(self, text: str) -> bool:
        """Whether a sentence that goes on could be a claim."""
        return self._done.search(text) is not None or self._known.settled.within(text)

    def claims(self, sentence: str, sources: Iterable[str]) -> Iterator[Claim]:
        """What a sentence, or as much of it as there is, tells as done."""
        said = sentence.replace("’", "'").strip()
        if said.endswith("?"):
            return
        if self._known.alone.are(said.rstrip(" .!")) or self._settled(said):
            yield Claim("do", own=True)
        for start, segment in _segments(said):
            before = said[:start]
            for match in self._did.finditer(segment):
                if self._is_meant(match, before, segment):
                    yield Claim(_act(match), own=True)
                    yield from self._beside(said, start + match.end())
            for match in self._is.finditer(segment):
                if self._is_so(match, before, segment, sources):
                    yield Claim(_act(match), own=False)

    def _beside(self, said: str, after: int) -> Iterator[Claim]:
        """What else the agent says that it has done: "... and sent you an e-mail"."""
        for match in self._more.finditer(said, after):
            if not self._goes_on(said, match.start(), match):
                yield Claim(_act(match), own=True)

    def _goes_on(self, text: str, start: int, match: re.Match[str]) -> bool:
        """Whether another statement has begun before what is done, where anything may stand there."""
        return self._known.far and self._verbs.search(text, start, match.start(_act(match))) is not None

    def _settled(self, said: str) -> bool:
        found = re.search(rf"(?<!\w){self._known.settled.pattern}(?!\w)", said)
        return found is not None and not self._unless.search(said, 0, found.start())

    def _is_meant(self, match: re.Match[str], before: str, segment: str) -> bool:
        """Whether the agent says that it has done something for the caller."""
        joins = [join.end() for join in self._joins.finditer(segment, 0, match.start())]
        if self._denied(segment[joins[-1] if joins else 0 :], segment, match):
            return False
        if match["own"] is None and not self._yours.search(segment):
            return False
        if self._goes_on(segment, max(match.end("own"), match.end("ours")), match):
            return False
        return not self._unless.search(before + segment[: match.start() + 1])

    def _denied(self, span: str, segment: str, match: re.Match[str]) -> bool:
        follows = _NEXT_WORD.match(segment, match.end())
        end = len(span) - len(segment) + (follows.end() if follows else match.end())
        return self._denies.search(span, 0, end) is not None

    def _is_so(self, match: re.Match[str], before: str, segment: str, sources: Iterable[str]) -> bool:
        """Whether something of the caller's is said to be done."""
        if self._denied(segment, segment, match) or self._unless.search(before + segment[: match.start()]):
            return False
        if self._known.far and not match.start() and not before:  # "Ist Ihr Termin bestätigt, ...": if it is
            return False
        yours = self._yours.search(segment, 0, match.start(_act(match))) is not None
        if not yours and (not self._is_of(match, segment) or self._known_of(match, sources)):
            return False
        if match["was"] is not None:
            return True
        return not self._rule.search(segment, match.start()) and self._is_told_of_now(
            segment[match.end() :], yours=yours
        )

    def _is_of(self, match: re.Match[str], segment: str) -> bool:
        """Whether it is something that has been named, or somebody is told that it is theirs: "cancelada su cita"."""
        rest = segment[match.end() :].lstrip()
        theirs = self._yours.match(rest) if match["was"] is None else self._yours.search(rest)
        return self._named.match(segment) is not None or theirs is not None

    def _is_told_of_now(self, rest: str, *, yours: bool) -> bool:
        """Whether what follows "is booked" makes no rule of it: nothing, or for when; "for members" does."""
        told = rest.strip()
        if not told:
            return True
        if self._known.tails.begin(told) is None:
            return False
        return yours or self._when.search(told) is not None or self._yours.search(told) is not None

    def _known_of(self, match: re.Match[str], sources: Iterable[str]) -> bool:
        """Whether the facts tell of the same that is was done, of whatever."""
        done = match[_act(match)].lower()
        return any(
            found[_act(found)].lower() == done for source in sources for found in self._is.finditer(source)
        )


def _act(match: re.Match[str]) -> Act:
    return next(act for act in ACTS if match[act] is not None)


def _segments(text: str) -> Iterator[tuple[int, str]]:
    """The parts of a sentence between its marks, with where each begins."""
    start = 0
    for mark in _SEGMENT.finditer(text):
        yield start, text[start : mark.start()]
        start = mark.end()
    if start < len(text):
        yield start, text[start:]


def _anywhere(phrases: Phrases) -> re.Pattern[str]:
    """Words that may be joined to the next one by an apostrophe: "l'ordine"."""
    return re.compile(rf"(?<!\w){phrases.pattern}(?:(?!\w)|(?<=[' ]))")


@cache
def _rules(language: str) -> _Rules:
    return _Rules(language)
