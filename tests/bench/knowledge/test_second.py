"""Figures of the second set."""

import msgspec

from bench.knowledge.answers import Question, Verdict
from bench.knowledge.second import figures

KNOWN = Question(agent="a", kind="answerable", ask="How much?", fact="It costs", answer=("5",))
NOTHING = Question(agent="a", kind="unanswerable", ask="Who?")


class Told(msgspec.Struct):
    register: str
    verdict: Verdict


def test_every_question_counts_where_it_belongs() -> None:
    found = figures(
        [
            (KNOWN, Told("say", "right")),
            (KNOWN, Told("unsure", "right")),
            (KNOWN, Told("unsure", "unknown")),
            (KNOWN, Told("ground", "wrong")),
            (KNOWN, Told("between", "asked")),
            (NOTHING, Told("between", "wrong")),
            (NOTHING, Told("unsure", "unknown")),
            (NOTHING, Told("likely", "wrong")),
            (NOTHING, Told("say", "wrong")),
            (NOTHING, Told("unknown", "unknown")),
        ]
    )
    assert found == {
        "second_questions": 10,
        "second_right_pct": 40.0,
        "second_wrong_pct": 30.0,
        "second_unknown_recognised_pct": 40.0,
        "second_refused_pct": 20.0,
        "second_without_model_pct": 80.0,
        "second_asked_back_pct": 20.0,
        "second_sure_pct": 20.0,
        "second_unsure_pct": 40.0,
        "second_near_told_pct": 20.0,
        "second_open_pct": 0.0,
    }
