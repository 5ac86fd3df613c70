"""What the caller's words over the agent mean: "go on", "stop", or nothing because they are not the caller's. Pure."""

import re
from difflib import SequenceMatcher

from gateway.turns.end_of_turn import wants_yes_or_no
from parley import languages
from parley.languages.said import only, plain
from parley.languages.schema import Overlap

_LONGEST = 4
"""More words than that want the turn, whatever they are."""
_UNSURE = {1: 0.6, 2: 0.5, 3: 0.5}
"""So few words that are less sure than this are mostly an acknowledgement: "sure" is written down as "chair". Words
that callers really interrupt with are surer, or call for attention."""
_GUESSED = 0.4
"""Words that are less sure than this were made up from a noise, however many there are."""
_ECHO_LIKENESS = 0.8
"""So much of the letters come back of an echo, which is a piece of what the agent was saying."""
_ECHO_LETTERS = 4
"""Fewer letters are in any sentence."""


def wants_turn(
    text: str, confidence: float | None = None, over: str = "", language: str = languages.DEFAULT
) -> bool:
    """Whether who said this over the agent wants to speak.

    `confidence` (0…1) is how sure the words are; `over` is what the agent was just saying.
    """
    known = languages.get(language).overlap
    words = _words(text)
    if not words or _is_backchannel(words, known):
        return False
    stop = len(words) in _UNSURE and not known.attention.isdisjoint(words)
    if not (stop and len(words) == 1) and _is_echo("".join(words), "".join(_words(over))):
        return False
    return stop or confidence is None or confidence >= _UNSURE.get(len(words), _GUESSED)


def acknowledges(text: str, language: str = languages.DEFAULT) -> bool:
    """Whether these words, if they are all, tell the agent to go on."""
    words = _words(text)
    return bool(words) and _is_backchannel(words, languages.get(language).overlap)


def is_answer(text: str, question: str, language: str) -> bool:
    """Whether the words, which may be a mere acknowledgement elsewhere, answer a question of the agent's."""
    known, said = languages.get(language), plain(text)
    answers = only(said, known.yes, known.no) or only(said, known.no)
    return answers and wants_yes_or_no(question, language)


def is_there(text: str, language: str) -> bool:
    """Whether the words say no more than that the caller is there, or ask whether anybody else is."""
    known = languages.get(language)
    return only(plain(text), known.overlap.checking, known.yes, known.waiting.around)


def _words(text: str) -> list[str]:
    # "uh-huh" and "mm-hmm" are one word; other punctuation parts words.
    return re.sub(r"[^\w\s]", " ", text.lower().replace("-", "").replace("'", "")).split()


def _is_backchannel(words: list[str], known: Overlap) -> bool:
    """Whether a listener says this without wanting the turn (Yngve 1970, On getting a word in edgewise)."""
    if len(words) > _LONGEST:
        return False
    return all(
        word in known.acknowledgements for word in known.acknowledging.left_out(" ".join(words)).split()
    )


def _is_echo(heard: str, said: str) -> bool:
    """Whether the letters are a piece of the agent's, give or take what a fragment is misheard as."""
    if len(heard) < _ECHO_LETTERS or not said:
        return False
    matcher = SequenceMatcher(None, said, heard, autojunk=False)
    longest = matcher.find_longest_match()
    # The piece lies around the longest part that is the same.
    start = max(0, longest.a - longest.b)
    near = SequenceMatcher(None, said[start : start + len(heard) + 2], heard, autojunk=False)
    same = sum(block.size for block in near.get_matching_blocks())
    return same >= _ECHO_LIKENESS * len(heard)
