"""Questions of which it is known what the answer is: of the agents' own tests, and turns that somebody has corrected.

A test tells what must stand in the answer. Of a corrected turn, the answer to what was really said is the right one, if
the agent has a sure one, or surely has none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from parley.agents import Agent, parse_action
from parley.simulation.load import Case
from parley.simulation.schema import Persona, Words
from parley.simulation.words import Likeness, of_words
from records.record import Line, Record
from replay import versions
from replay.answers import Answer, Answers, History

_KEYS = frozenset("0123456789*#")
_LAST = ("person", "goodbye")
"""Answers after which the agent's part is over."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller said."""

    agent: Agent
    """In the language of the call."""
    text: str
    history: History
    at: datetime
    """Aware."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of which it is known what the answer is."""

    question: Question
    has_answer: bool
    """False: it is right to say that it is not known."""
    is_right: Callable[[Answer], bool]


def of_tests(answers: Answers, cases: Iterable[Case], likeness: Likeness, now: datetime) -> list[Asked]:
    """What tests ask of the knowledge; `answers` as they are now go before what follows them up. Blocks."""
    return [asked for case in cases for asked in _of_case(answers, case, likeness, now)]


def _of_case(answers: Answers, case: Case, likeness: Likeness, now: datetime) -> Iterator[Asked]:
    """Not what a model asks, nor what comes after a key: that may lead anywhere."""
    agent, what = answers.agents[case.agent].in_language(case.language), case.what
    if isinstance(what, Persona):
        if not (what.goal or what.before):
            for want in what.wants:
                for text in want.ask:
                    yield _tested(Question(agent, text, (), now), want, likeness)
        return
    history: list[Mapping[str, str]] = []
    for turn in what.turns:
        if turn.say.strip() in _KEYS or turn.language not in (None, case.language):
            return
        question = Question(agent, turn.say, tuple(history), now)
        answer = answers.to(agent, turn.say, history, now)
        if turn.wants and answer.register not in _LAST:
            yield _tested(question, turn, likeness)
        if answer.register in _LAST or _is_followed(agent, answer):
            return
        history += _said(turn.say, answer.line)


def _is_followed(agent: Agent, answer: Answer) -> bool:
    """Whether something is done after an answer, as asking for a value: what is said next is no question."""
    return any(c.answer == answer.line and parse_action(c.then).kind != "none" for c in agent.file.curated)


def _said(caller: str, agent: str) -> list[Mapping[str, str]]:
    return [{"role": "user", "text": caller}, {"role": "assistant", "text": agent}]


def _tested(question: Question, wanted: Words, likeness: Likeness) -> Asked:
    file = question.agent.file

    def holds(line: str) -> bool:
        return not any(of_words(wanted, line, file.language, likeness))

    return Asked(question, not holds(file.unknown), lambda answer: holds(answer.line))


def of_calls(answers: Answers, records: Iterable[Record]) -> tuple[list[Question], list[Asked]]:
    """All that callers said in kept calls, and what is known to be right of it. Blocks."""
    questions, asked = [], []
    for record in records:
        for question, line in _lines(answers.agents, record):
            questions.append(question)
            if line.corrected and (told := _corrected(answers, question, line.corrected)) is not None:
                asked.append(told)
    return questions, asked


def _lines(agents: Mapping[str, Agent], record: Record) -> Iterator[tuple[Question, Line]]:
    agent = versions.of(agents, record)
    spoken = [(str(e["at"]), str(e["language"])) for e in record.events if e["kind"] == "language"]
    roles = {"caller": "user", "agent": "assistant"}
    history: list[Mapping[str, str]] = []
    for line in record.turns:
        if line.who == "caller" and line.text.strip():
            language = _language(spoken, line.at, agent.file.language)
            at = datetime.fromisoformat(line.at)
            yield Question(agent.in_language(language), line.text, tuple(history), at), line
        if line.who in roles:
            history.append({"role": roles[line.who], "text": line.text})


def _language(spoken: Sequence[tuple[str, str]], at: str, first: str) -> str:
    """The language of the call by then."""
    return next((language for since, language in reversed(spoken) if since <= at), first)


def _corrected(answers: Answers, question: Question, really: str) -> Asked | None:
    """None: what is right cannot be told for sure."""
    truth = answers.to(question.agent, really, question.history, question.at)
    if truth.register == "say":
        return Asked(question, True, lambda answer: truth.line in answer.line)
    if truth.register == "unknown":
        return Asked(question, False, lambda answer: answer.register == "unknown")
    return None
