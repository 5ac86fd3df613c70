"""Votes on a statement about a conversation, each held against what was said. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from parley import languages
from simulate.model.asking import Line

Verdict = Literal["pass", "fail", "maybe"]
_WRITTEN: dict[str, Verdict] = {"yes": "pass", "no": "fail", "unclear": "maybe"}
_VERDICT = re.compile(r"^\W*verdict\W*(yes|no|unclear)\b", re.IGNORECASE | re.MULTILINE)
_QUOTE = re.compile(r"^\W*quote\W*?:[^\S\n]*(.+)$", re.IGNORECASE | re.MULTILINE)
_WHO = re.compile(r"^\W*(caller|agent)\s*:\s*", re.IGNORECASE)
_AGENT = re.compile(r"^\W*(the|der|die|das|el|la|le|il|lo|l')?\s*(agent|assist|asist)", re.IGNORECASE)
_WHOEVER = ("agent", "assis", "asist", "calle", "anruf", "llama", "clien", "appel", "chiam")
"""How words begin that name who talks, of which every statement has one."""
_HEAD = 4
"""Words of a statement among which one denies all of it: "The agent does not", not "when it does not know"."""
_STEM = 5
"""So many letters of a word are compared: its ending changes."""
_QUOTES = "\"'“”„‘’«»* "


@dataclass(frozen=True, slots=True)
class Vote:
    """What the model says of a statement."""

    verdict: Verdict
    sentence: str = ""
    """That decides, as it stands in the conversation."""
    unfounded: str = ""
    """What was said for it in its place, and stands nowhere: such a vote is a `maybe`, whatever was written."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a statement."""

    statement: str
    verdict: Verdict
    sentence: str
    """That decides; empty where nothing does."""
    votes: tuple[Vote, ...]


def read(written: str, lines: Sequence[Line], statement: str = "") -> Vote:
    """The vote that a model has written on a statement."""
    verdict, sentence = _VERDICT.search(written), _QUOTE.search(written)
    told = _WHO.sub("", sentence[1]).strip(_QUOTES) if sentence else ""
    if verdict is None or not stands(told, lines):
        return Vote("maybe", unfounded=told or written.strip())
    found = _WRITTEN[verdict[1].lower()]
    if not _bears_out(found, told, lines, statement):
        return Vote("maybe", unfounded=told)
    return Vote(found, told)


def _bears_out(verdict: Verdict, sentence: str, lines: Sequence[Line], statement: str) -> bool:
    """Whether a sentence can decide so.

    That the agent does something, words of the caller's do not show; and who is said to have told what they must not,
    has said something of what the statement is about.
    """
    if verdict == "pass" and _AGENT.match(statement):
        return stands(sentence, [line for line in lines if line[0] == "Agent"])
    if verdict == "fail" and (about := _denied(statement)):
        return bool(about & _stems(sentence))
    return True


def _denied(statement: str) -> frozenset[str]:
    """What must not be said or done, by a statement that denies something; nothing: it denies nothing."""
    head = " ".join(statement.casefold().split()[:_HEAD])
    if not any(known.claims.denies.within(head) for known in languages.every()):
        return frozenset()
    return frozenset(stem for stem in _stems(statement) if not stem.startswith(_WHOEVER))


def _stems(text: str) -> frozenset[str]:
    """The beginnings of the words of a text that tell something."""
    idle = frozenset[str]().union(*(known.knowledge.stop_words for known in languages.every()))
    words = re.findall(r"[^\W\d_]{3,}", text.casefold())
    return frozenset(
        word[:_STEM]
        for word in words
        if word not in idle and not any(known.claims.denies.are(word) for known in languages.every())
    )


def stands(sentence: str, lines: Sequence[Line]) -> bool:
    """Whether somebody said this, whole and at one time; case and punctuation aside."""
    wanted = _plain(sentence)
    return bool(wanted.strip()) and any(wanted in _plain(text) for _, text in lines)


def _plain(text: str) -> str:
    return f" {' '.join(re.findall(r'[^\W_]+', text.casefold()))} "


def decided(votes: Sequence[Vote]) -> bool:
    """Whether no further vote of three can change what most say."""
    return len(votes) >= 2 and votes[0].verdict == votes[1].verdict


def counted(statement: str, votes: Sequence[Vote]) -> Judged:
    """What most of the votes say, with the sentence of the first of them; `maybe` where no two agree."""
    (most, count), *_ = Counter(vote.verdict for vote in votes).most_common()
    verdict: Verdict = most if count >= 2 else "maybe"
    sentence = next((v.sentence for v in votes if v.verdict == verdict and v.sentence), "")
    return Judged(statement, verdict, sentence, tuple(votes))
