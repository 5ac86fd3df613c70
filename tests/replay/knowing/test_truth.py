"""Questions of which it is known what the answer is, from tests and from corrected turns; the agent is a sample."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from parley.agents import load_agents
from parley.outside.over.corrections import Correction
from parley.simulation.load import Case
from parley.simulation.schema import Persona, Script, Turn, Want
from records.store import Store
from replay.answers import Answer, Answers
from replay.knowing.truth import Asked, of_calls, of_tests
from tests.fakes.kept_calls import CALL, event, events, keep

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
UNKNOWN = "I am sorry, I do not know that. Would you like to speak to a colleague?"


def answering(lines: Mapping[str, Answer]) -> Answers:
    """Answers of these to their words; to others it is not known."""
    agents, _ = load_agents(ROOT / "agents")

    def to(_agent: object, text: str, *_: object) -> Answer:
        return lines.get(text, Answer("unknown", UNKNOWN))

    return cast("Answers", SimpleNamespace(agents=agents, to=to))


def known_of(what: Script | Persona, agent: str = "techstore", **lines: Answer) -> list[Asked]:
    case = Case(agent, "facts", 1, "en", what)
    by_words = {text.replace("_", " "): answer for text, answer in lines.items()}
    return of_tests(answering(by_words), [case], lambda *_: 0.0, NOW)


def texts(found: list[Asked]) -> list[str]:
    return [asked.question.text for asked in found]


def script(*turns: Turn) -> Script:
    return Script(name="x", turns=turns)


def test_a_test_tells_what_is_right_and_whether_there_is_an_answer() -> None:
    price, cafe = known_of(
        script(Turn(say="How much?", contains="$4.99"), Turn(say="A cafe?", contains="I do not know that."))
    )
    assert price.has_answer
    assert price.is_right(Answer("say", "It costs $4.99."))
    assert not price.is_right(Answer("say", "It costs $5."))
    assert not cafe.has_answer
    assert cafe.is_right(Answer("unknown", UNKNOWN))
    assert not cafe.is_right(Answer("say", "It costs $5."))


def test_what_was_said_before_goes_before_what_follows_it_up() -> None:
    _, second = known_of(
        script(Turn(say="hours", contains="5"), Turn(say="And on Sunday?", contains="closed")),
        hours=Answer("say", "Until 5."),
    )
    assert [one["text"] for one in second.question.history] == ["hours", "Until 5."]
    assert [one["role"] for one in second.question.history] == ["user", "assistant"]


@pytest.mark.parametrize(
    "before",
    [Turn(say="1"), Turn(say="Hello.", language="de"), Turn(say="person"), Turn(say="bye")],
    ids=lambda turn: turn.say,
)
def test_what_comes_after_the_knowledge_is_left_is_no_question_to_it(before: Turn) -> None:
    after = Turn(say="How much?", contains="$4.99")
    lines = {"person": Answer("person", "service"), "bye": Answer("goodbye")}
    assert known_of(script(before, after), **lines) == []
    assert texts(known_of(script(after, before, after), **lines)) == ["How much?"]


def test_what_is_said_to_an_answer_after_which_something_is_done_is_no_question() -> None:
    agents, _ = load_agents(ROOT / "agents")
    asks = next(exact for exact in agents["dental"].file.curated if exact.then.startswith("collect"))
    turns = script(Turn(say="appointment", contains="Gladly"), Turn(say="Monday", contains="Monday"))
    found = known_of(turns, agent="dental", appointment=Answer("say", asks.answer))
    assert texts(found) == ["appointment"]


def test_turns_without_words_to_look_for_are_no_truth() -> None:
    assert known_of(script(Turn(say="a", must_not="b"), Turn(say="c", ends=False))) == []


def test_of_personas_each_way_to_ask_counts_unless_a_model_or_a_key_comes_before() -> None:
    wants = (Want(ask=("How much?", "What does it cost?"), contains="5"),)
    assert texts(known_of(Persona(name="x", wants=wants))) == ["How much?", "What does it cost?"]
    assert known_of(Persona(name="x", wants=wants, goal="The price.")) == []
    assert known_of(Persona(name="x", wants=wants, before=("1",))) == []


def kept(folder: Path, corrected: str) -> Any:
    records, _ = keep(folder, events(event(9.0, "language", language="de")))
    with closing(Store(records)) as store:
        correction = Correction(id="1", call=CALL, turn=2, text=corrected, by="me")
        assert store.corrections.keep(correction, 0.0)
        return store.record(CALL)


def test_lines_of_calls_are_questions_as_they_were_then(tmp_path: Path) -> None:
    questions, asked = of_calls(answering({}), [kept(tmp_path, "hours")])
    assert [question.text for question in questions] == ["some words", "some words"]
    first, second = questions
    assert [said["text"] for said in first.history] == ["Hello."]
    assert [said["text"] for said in second.history] == ["Hello.", "some words", "Answer 1."]
    assert (first.agent.file.language, first.at.tzinfo) == ("en", UTC)
    assert [one.question for one in asked] == [second]


def test_a_question_is_asked_in_the_language_of_the_call_by_then(tmp_path: Path) -> None:
    record = kept(tmp_path, "hours")
    record.agent = "reception"
    questions, _ = of_calls(answering({}), [record])
    assert [question.agent.file.language for question in questions] == ["en", "de"]


def test_the_answer_to_what_was_really_said_is_the_right_one(tmp_path: Path) -> None:
    lines = {"hours": Answer("say", "Until 5.")}
    _, (known,) = of_calls(answering(lines), [kept(tmp_path, "hours")])
    assert known.has_answer
    assert known.is_right(Answer("likely", "Here is what I can tell you. Until 5."))
    assert not known.is_right(Answer("say", "It costs 5."))


def test_what_surely_has_no_answer_is_right_to_be_refused(tmp_path: Path) -> None:
    _, (known,) = of_calls(answering({}), [kept(tmp_path, "a cafe")])
    assert not known.has_answer
    assert known.is_right(Answer("unknown", UNKNOWN))
    assert not known.is_right(Answer("say", "It costs 5."))


@pytest.mark.parametrize("register", ["likely", "unsure", "model", "person"])
def test_what_has_no_sure_answer_is_no_truth(tmp_path: Path, register: str) -> None:
    _, asked = of_calls(answering({"hours": Answer(register, "Until 5.")}), [kept(tmp_path, "hours")])
    assert asked == []
