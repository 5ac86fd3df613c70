"""The verdict on a reply of the knowledge benchmark."""

import msgspec
import pytest

from bench.knowledge.__main__ import fit_set, load
from bench.knowledge.answers import Question, Tally, Verdict, judge, judge_asked

PRICE = Question(
    agent="a", kind="answerable", ask="How much?", fact="It costs", answer=("620|six hundred", "euros")
)
NOTHING = Question(agent="a", kind="unanswerable", ask="Who?")


@pytest.mark.parametrize(
    ("question", "reply", "verdict"),
    [
        (PRICE, "It costs 620 euros.", "right"),
        (PRICE, "Six hundred euros and a bit.", "right"),
        (PRICE, "It costs 1620 euros.", "wrong"),
        (PRICE, "It costs 6 euros.", "wrong"),
        (PRICE, "I am sorry, I do not know that.", "unknown"),
        (PRICE, "", "open"),
        (NOTHING, "It is Sam.", "wrong"),
        (NOTHING, "That is not mentioned in the facts.", "unknown"),
        (NOTHING, "", "open"),
    ],
)
def test_a_verdict(question: Question, reply: str, verdict: Verdict) -> None:
    assert judge(question, reply, unknown=False) == verdict


def test_the_agents_own_line_is_unknown_whatever_its_words() -> None:
    assert judge(PRICE, "Let me connect you: 620 euros.", unknown=True) == "unknown"


def test_what_a_right_reply_never_has_makes_it_wrong() -> None:
    question = msgspec.structs.replace(PRICE, never=("not", "a month"))
    assert judge(question, "It costs 620 euros.", unknown=False) == "right"
    assert judge(question, "It costs 620 euros a month.", unknown=False) == "wrong"
    assert judge(question, "Nothing but 620 euros.", unknown=False) == "right"


def test_percentages() -> None:
    pairs: list[tuple[Question, Verdict]] = [
        (PRICE, "right"), (PRICE, "right"), (PRICE, "unknown"), (PRICE, "open"),
        (PRICE, "asked"), (NOTHING, "unknown"), (NOTHING, "wrong"), (NOTHING, "unknown"), (NOTHING, "unknown"),
    ]  # fmt: skip
    assert Tally.of(pairs).figures() == {
        "right_pct": 40.0,
        "unknown_pct": 20.0,
        "asked_back_pct": 20.0,
        "wrong_pct": 100 / 9,
        "open_pct": 100 / 9,
        "unanswerable_recognised_pct": 75.0,
    }


def test_asking_back_between_two_is_wrong_unless_one_answers() -> None:
    assert judge_asked(PRICE, ("A filling costs 80 euros.", "A crown. It costs 620 euros.")) == "asked"
    assert judge_asked(PRICE, ("A filling costs 80 euros.",)) == "wrong"
    assert judge_asked(NOTHING, ("A crown. It costs 620 euros.",)) == "wrong"


def test_the_passage_is_told_by_its_words() -> None:
    assert PRICE.is_found("A crown. It costs 620 euros.")
    assert not PRICE.is_found("Something else.")


def test_nothing_that_is_reported_is_used_to_calibrate() -> None:
    reported, fitted = load("questions.yaml"), fit_set()
    assert not {q.ask.lower() for q in reported} & {q.ask.lower() for q in fitted}
    assert len(reported) >= 100
    assert {q.kind for q in reported} == {
        "answerable",
        "paraphrased",
        "misheard",
        "follow_up",
        "unanswerable",
    }
    assert all(q.fact and q.answer for q in reported if q.answerable)
    assert all(q.after for q in reported if q.kind == "follow_up")
