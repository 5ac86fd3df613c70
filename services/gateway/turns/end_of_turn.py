"""How long a silence ends the caller's turn, from the words so far and from how finished they sound. Pure.

The end-of-turn model hears the melody, and misses that "I would like to" is no sentence; the words tell that, and miss
that "I bought a phone last week" is only the beginning of a story. So both are turned into the odds that the caller has
finished, and the silence that is waited for falls with them, from the longest to the shortest without a step.
"""

import math
import re
from dataclasses import dataclass
from typing import Literal

Form = Literal["open", "leaning", "number", "pointing", "statement", "answer", "question"]
"""What the words so far are: without an end; seldom an end; digits, of which more may come; a question or a few words
that only point at something; a sentence, to which another may be added; a few words; a whole question, a request or a
goodbye."""

_ODDS: dict[str, float] = {
    "leaning": -4.0,
    "number": -1.5,
    "pointing": -1.2,
    "statement": -0.5,
    "answer": 1.0,
    "question": 2.5,
}
"""Logarithm of the odds that the turn is over, which the form of the words adds to that of the melody."""
_MELODY = 0.4
"""How much the melody counts: the model is surer of itself than it is right, of pauses within sentences most of all."""
_SUREST = 0.995
_LEAST = -1.0
"""A sentence that sounds unfinished is finished more often than the model thinks."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPEN = _words("""
    a an the my your his her its our their every each
    and or but because although though whereas unless until while if whether than as nor plus
    of by between into onto towards regarding concerning
    i i'm i'd i've i'll we'll we're you're he's she's they're there's who's what's
    would should could may might must
    um uh er erm hmm well actually basically maybe perhaps very really quite
    ein eine einen einem einer eines der die den dem des mein meine meinen dein ihr ihre unser kein keine
    und oder aber weil dass wenn ob denn sondern sowie damit obwohl falls
    zum zur vom bei beim für ich wir möchte würde hätte äh ähm eigentlich vielleicht sehr
""")
"""No sentence ends with these."""
_POINTING = _words("this that these those them it mine yours it's that's das")
"""A statement may end with these; a question that cannot be answered yet may, too ("Do you have that …")."""
_LEANING = _words("""
    some any no so which who whose where how why when what then also too
    since to in on at for from with without about through before after against like near around
    is are was were am be been being has have had do does did will shall can not
    want wants wanted need needs needed get got going trying looking calling wondering
    als zu von mit ohne aus nach in im an am auf über unter vor seit wegen gegen um bis
    ist sind war waren habe haben hat muss kann könnte will nur auch noch also
""")
"""Few sentences end with these; a question may ("What is it for?")."""
_UNSAID = re.compile(
    r"(?:\b(?:to (?:know|ask|say|find out|tell you)|tell me|let me know|wonder(?:ing)?|you know|i mean|let me see|"
    r"let's see|sort of|kind of|wissen|fragen|sagen)|^(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|"
    r"guten (?:tag|morgen|abend)|hallo))$"
)
"""What it is about is still to be said."""
_ASKS = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|wer|was|wann|wo|wohin|woher|warum|wie|welche[rsnm]?)\b"
)
_OPENER = re.compile(
    r"^(?:so|well|hi|hello|hey|good (?:morning|afternoon|evening|day)|okay|yes|yeah|no|and|but|sorry|excuse me|"
    r"guten (?:tag|morgen|abend)|hallo|ja|nein|also)\b[ ,.!]*"
)
_ONLY_OPENED = _words("so well and but also")
_QUESTION = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|am|do|does|did|have|has|can|could|will|would|"
    r"shall|should|may|might|isn't|aren't|don't|doesn't|didn't|can't|couldn't|won't|"
    r"wer|wann|wo|wohin|woher|warum|wie|welche[rsnm]?|ist|sind|haben|hat|kann|können|könnten|gibt|darf|muss)\b"
)
_CLAUSE = re.compile(
    r"(?:(?:if|whenever|because|although|while|as soon as|once|wenn|weil|falls|sobald)\b"
    r"|when\b(?! (?:do|does|did|is|are|was|were|will|would|can|could|shall|should|may|might|has|have|had)\b)"
    r"|(?:since|after|before)\b(?! (?:when|what|which|how|who)\b))"
)
"""A clause that comes first is followed by another; "When do you …" is none, but a question."""
_DONE = re.compile(
    r"(?:\bplease|\b(?:good)?bye|\bthank you(?: very much)?|\bthanks|\bthat(?:'s| is| was| will be) all|"
    r"\bbitte|\bdanke(?: schön)?|\btschüss|\bauf wiederhören)[.!]*$"
)
_DIGIT = (
    r"(?:\d|\b(?:oh|zero|one|two|three|four|five|six|seven|eight|nine|double|"
    r"null|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun)\b)"
)
_DICTATED = re.compile(
    rf"(?:\b(?:number|code|extension|id|nummer|iban|postcode|address)\b.*{_DIGIT}|(?:{_DIGIT}[\s,.-]*){{3,}})[\s,.-]*$"
)
_SHORT = 3
"""So few words are an answer rather than a sentence."""


@dataclass(frozen=True, slots=True)
class Silences:
    """Seconds of silence that end a turn."""

    fast_s: float = 0.4
    """When it is surely finished."""
    slow_s: float = 1.8
    """When it does not sound finished, but could be."""
    open_s: float = 2.5
    """When more must come."""
    even: float = 0.5
    """End-of-turn score that says nothing."""


def silence_s(text: str, melody: float | None, silences: Silences) -> float:
    """Return the silence that ends the turn whose words so far are `text`.

    `melody` is the end-of-turn model's score, 0…1; None when it was not asked.
    """
    what = form(text)
    if what == "open":
        return silences.open_s
    odds = _ODDS[what]
    if melody is not None:
        heard = _logit(melody) - _logit(silences.even)
        odds += _MELODY * (heard if what == "question" else max(heard, _LEAST))
    return silences.fast_s + (silences.slow_s - silences.fast_s) / (1 + math.exp(odds))


def form(text: str) -> Form:
    """Say what the words of an unfinished transcript are."""
    said = text.strip().lower().replace("’", "'")
    words = re.sub(r"[^\w\s']", " ", said).split()
    rest = _OPENER.sub("", _OPENER.sub("", said))
    if _is_open(said, words, rest):
        return "open"
    if _DICTATED.search(said):
        return "number"
    bare = " ".join(words)
    asks = _ASKS.match(rest)
    # "when that": a clause begins.
    clause = len(words) > 1 and words[-1] in _POINTING and (words[-2] in _OPEN or _ASKS.fullmatch(words[-2]))
    if clause or _UNSAID.search(bare) or words[-1] == "to" or (words[-1] in _LEANING and not asks):
        return "leaning"
    pointing = words[-1] in _POINTING and not asks
    if _DONE.search(said) or said.endswith("?") or _QUESTION.match(rest):
        return "pointing" if pointing else "question"
    short: Form = "pointing" if pointing else "answer"
    return short if len(words) <= _SHORT else "statement"


def wants_yes_or_no(question: str) -> bool:
    """Whether a question can be answered by yes or no: one that asks what, when or how cannot."""
    said = question.strip().lower().replace("’", "'")
    return bool(said) and not _ASKS.match(_OPENER.sub("", _OPENER.sub("", said)))


def _is_open(said: str, words: list[str], rest: str) -> bool:
    if not words or words[-1] in _OPEN or said.endswith((",", "...", "…", "-", "–", ":")):
        return True
    return words[-1] in _ONLY_OPENED or bool(_CLAUSE.match(rest) and not re.search(r",.*\w", rest))


def _logit(probability: float) -> float:
    clipped = min(max(probability, 1 - _SUREST), _SUREST)
    return math.log(clipped / (1 - clipped))
