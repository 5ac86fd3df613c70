"""Questions with what a right answer has, and the verdict on a reply. Pure."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import msgspec

Verdict = Literal["right", "wrong", "unknown", "asked", "open"]
"""`unknown`: the reply says that it does not know; `asked`: it asks back between two, and one of them is the answer;
`open`: this way does not answer, another may."""

Style = Literal[
    "plain",
    "polite",
    "elliptic",
    "follow_up",
    "two_in_one",
    "misheard",
    "small_talk",
    "statement",
    "yes_no",
    "reckoning",
    "hours",
]
"""How a caller asks: `statement` implies its question, `reckoning` compares or sums up, `hours` goes by the clock."""

_REFUSES = re.compile(
    r"\b(?:(?:do not|don't) (?:know|have (?:that|this|any|the) information|have (?:any )?information)|not sure"
    r"|cannot (?:say|tell|answer)|can't (?:say|tell|answer)|no information|not (?:mentioned|specified|provided)"
    r"|unable to|weiß (?:ich )?(?:es |das )?(?:leider )?nicht|keine information)",
    re.IGNORECASE,
)


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the questions' file."""

    agent: str
    kind: Literal[
        "answerable",
        "paraphrased",
        "misheard",
        "follow_up",
        "unanswerable",
        "roundabout",
        "elliptic",
        "statement",
        "two_in_one",
    ]
    ask: str
    after: str = ""
    """The question before it, for a follow-up."""
    language: str = "en"
    fact: str = ""
    """Words of the passage or exact answer that must be found first; "|" between alternatives."""
    answer: tuple[str, ...] = ()
    """What a right reply has, each of them; "|" between alternatives."""
    style: Style | None = None
    """Set in the second set only, as what follows."""
    also: str = ""
    """Of two questions in one: words of the passage that answers the second; "|" between alternatives."""
    never: tuple[str, ...] = ()
    """What a right reply has not, any of them."""
    reckoned: bool = False
    """Whether the answer follows from the facts, or from the agent's `hours`, without standing there."""
    now: datetime.datetime | None = None
    """When it is asked, in the time zone of the agent's `hours`, if the answer goes by that."""
    said: str = ""
    """What the caller said, where `ask` is what the recogniser wrote down."""

    @property
    def answerable(self) -> bool:
        return self.kind != "unanswerable"

    def is_found(self, said: str) -> bool:
        """Whether a passage is the one that answers."""
        return any(fact in said for fact in self.fact.split("|"))


def judge(question: Question, reply: str, *, unknown: bool) -> Verdict:
    """Judge a reply; `unknown` tells that it is the agent's own line for that."""
    if not reply:
        return "open"
    if not unknown and _has_answer(question, reply):
        return "right"
    return "unknown" if unknown or _REFUSES.search(reply.replace("’", "'")) else "wrong"


def judge_asked(question: Question, facts: Sequence[str]) -> Verdict:
    """Judge that the caller is asked back between two facts: wrong, unless one of them answers."""
    return "asked" if question.answerable and any(map(question.is_found, facts)) else "wrong"


def _has_answer(question: Question, reply: str) -> bool:
    """Whether a reply has what a right one has, however sure it is told to be."""
    right = question.answerable and all(_has(reply, wanted) for wanted in question.answer)
    return right and not any(_has(reply, unwanted) for unwanted in question.never)


def _has(reply: str, wanted: str) -> bool:
    """Whether one of the alternatives stands in the reply, as words of its own."""
    return any(
        re.search(rf"(?<![\w.,]){re.escape(w)}(?!\w|[.,]\d)", reply, re.IGNORECASE) for w in wanted.split("|")
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """Verdicts counted."""

    answerable: int
    unanswerable: int
    right: int
    wrong: int
    """Of both kinds of questions: an answer to what has none is wrong."""
    lost: int
    """Answerable, and yet unknown."""
    asked: int
    """Asked back between two, of which one is the answer: neither right nor wrong nor lost."""
    open: int
    recognised: int
    """Unanswerable, and said to be."""

    @classmethod
    def of(cls, pairs: Sequence[tuple[Question, Verdict]]) -> Self:
        """Count."""
        verdicts = [v for _, v in pairs]
        with_answer = [v for q, v in pairs if q.answerable]
        without = [v for q, v in pairs if not q.answerable]
        return cls(
            answerable=len(with_answer),
            unanswerable=len(without),
            right=with_answer.count("right"),
            wrong=verdicts.count("wrong"),
            lost=with_answer.count("unknown"),
            asked=with_answer.count("asked"),
            open=verdicts.count("open"),
            recognised=without.count("unknown"),
        )

    def figures(self) -> dict[str, float]:
        """Percentages: right, unknown and asked back of what has an answer, wrong and open of all."""
        whole = self.answerable + self.unanswerable
        return {
            "right_pct": 100 * self.right / max(1, self.answerable),
            "unknown_pct": 100 * self.lost / max(1, self.answerable),
            "asked_back_pct": 100 * self.asked / max(1, self.answerable),
            "wrong_pct": 100 * self.wrong / max(1, whole),
            "open_pct": 100 * self.open / max(1, whole),
            "unanswerable_recognised_pct": 100 * self.recognised / max(1, self.unanswerable),
        }
