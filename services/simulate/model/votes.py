"""Votes on a statement about a conversation, each held against what was said. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from simulate.model.asking import Line

Verdict = Literal["pass", "fail", "maybe"]
_WRITTEN: dict[str, Verdict] = {"yes": "pass", "no": "fail", "unclear": "maybe"}
_VERDICT = re.compile(r"^\W*verdict\W*(yes|no|unclear)\b", re.IGNORECASE | re.MULTILINE)
_QUOTE = re.compile(r"^\W*quote\W*?:[^\S\n]*(.+)$", re.IGNORECASE | re.MULTILINE)
_WHO = re.compile(r"^\W*(caller|agent)\s*:\s*", re.IGNORECASE)
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


def read(written: str, lines: Sequence[Line]) -> Vote:
    """The vote that a model has written."""
    verdict, sentence = _VERDICT.search(written), _QUOTE.search(written)
    told = _WHO.sub("", sentence[1]).strip(_QUOTES) if sentence else ""
    if verdict is None or not stands(told, lines):
        return Vote("maybe", unfounded=told or written.strip())
    return Vote(_WRITTEN[verdict[1].lower()], told)


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
