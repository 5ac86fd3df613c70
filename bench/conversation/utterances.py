"""What is asked in the calls: data/conversation_second.yaml, put together to calls, and what its answers have. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import yaml

from bench.knowledge.answers import Question, Verdict, judge

AT_MOST = 3
"""Utterances of one call: what was said before must not be what is measured."""


class Utterance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the file; what its fields mean, the file says."""

    agent: str
    kind: Literal["answerable", "unanswerable", "follow_up", "two_in_one", "small_talk", "model"]
    text: str
    after: str = ""
    answer: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @property
    def question(self) -> Question:
        """The same for the judge."""
        return Question(
            agent=self.agent,
            kind="unanswerable" if self.kind == "unanswerable" else "answerable",
            ask=self.text,
            after=self.after,
            answer=self.answer,
            never=self.never,
        )

    def judge(self, reply: str, unknown: str = "", apology: str = "") -> Verdict:
        """Judge what was heard of a reply.

        `unknown` is the agent's line for what it does not know, `apology` the one for when it could not answer;
        empty for none.
        """
        if apology and apology in reply:
            return "open"
        return judge(self.question, reply, unknown=bool(unknown) and unknown in reply)


@dataclass(frozen=True)
class Saying:
    """Something that a caller says."""

    number: int
    """Number of the utterance in the file, from 0; tells the voice as well."""
    utterance: Utterance
    text: str

    @property
    def measured(self) -> bool:
        """Whether its answer is; that of a question that only leads to another one is not."""
        return self.text == self.utterance.text


def read(text: str) -> list[Utterance]:
    """Read the file; msgspec.ValidationError names what is wrong."""
    return msgspec.convert(yaml.safe_load(text), list[Utterance])


def calls(utterances: Sequence[Utterance], at_most: int = AT_MOST) -> list[list[Saying]]:
    """Put utterances together to calls in their order: of one agent, and no more than `at_most` that are measured."""
    found: list[list[Saying]] = []
    for number, utterance in enumerate(utterances):
        last = found[-1] if found else []
        same = bool(last) and last[0].utterance.agent == utterance.agent
        if not same or sum(saying.measured for saying in last) >= at_most:
            found.append([])
        found[-1] += _sayings(number, utterance)
    return found


def _sayings(number: int, utterance: Utterance) -> Iterator[Saying]:
    if utterance.after:
        yield Saying(number, utterance, utterance.after)
    yield Saying(number, utterance, utterance.text)


Set = Literal["known", "mixed"]
"""Callers who ask what stands in the facts; callers with one in three questions that the language model answers."""
_FOR_THE_MODEL = 3
_PLAIN = ("answerable", "two_in_one", "small_talk")


def asked_the_model(utterances: Sequence[Utterance], samples: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the utterances that the model answered, by the samples of an earlier run, and that need none before them.

    Of an agent without any those that are meant for the model: knowledge may answer them in the meantime.
    """
    found = {sample["said"] for sample in samples if sample["kind"] == "model"}
    seen = [n for n, u in enumerate(utterances) if u.text in found and not u.after]
    without = {u.agent for u in utterances} - {utterances[n].agent for n in seen}
    meant = [n for n, u in enumerate(utterances) if u.kind == "model" and u.agent in without]
    return sorted(seen + meant)


def round_of(
    utterances: Sequence[Utterance], of: Set, agent: str, number: int, for_model: Sequence[int]
) -> list[Saying]:
    """Return what a caller says to `agent` in call `number`: three questions that need none before them."""
    own = [(n, u) for n, u in enumerate(utterances) if u.agent == agent]
    known = [(n, u) for n, u in own if u.kind in _PLAIN and n not in for_model]
    model = [(n, u) for n, u in own if n in for_model]
    chosen = [known[(AT_MOST * number + i) % len(known)] for i in range(AT_MOST)]
    if of == "mixed":
        # Not always at the same place of a call.
        chosen[number % _FOR_THE_MODEL] = model[number % len(model)]
    return [Saying(n, u, u.text) for n, u in chosen]
