"""Calls beside something else, against calls alone."""

import pytest

from bench.beside.__main__ import figures, known_of
from bench.beside.chats import Room
from bench.conversation.exchange import Heard, Told, Turn
from bench.conversation.levels import Level
from bench.conversation.utterances import Utterance


def level(*delays: float) -> Level:
    heard = Heard("Hello?", "joe", None, None, None, asked="answerable", reply="", verdict="right")
    return Level(1, turns=[Turn(heard, Told(0.0, {"voice_to_voice": d, "llm": 0.0})) for d in delays])


def test_the_ratio_is_to_all_calls_that_were_alone() -> None:
    found = figures(level(1.0, 1.0), level(1.5, 1.5), level(2.0, 2.0), Room([0.1, 0.3], unanswered=1))
    assert found["alone_p50_s"] == 1.5
    assert found["p50_ratio"] == 1.0
    assert found["alone_p50_after_to_before"] == 2.0
    assert (found["chat_answers"], found["chat_unanswered"]) == (2, 1)
    assert found["chat_answer_p50_s"] == pytest.approx(0.2)


def test_visitors_ask_what_stands_alone_and_has_an_answer() -> None:
    asked = [
        Utterance(agent="a", kind="answerable", text="Price?"),
        Utterance(agent="a", kind="answerable", text="And that?", after="This?"),
        Utterance(agent="b", kind="unanswerable", text="Who knows?"),
        Utterance(agent="b", kind="answerable", text="Open?"),
        Utterance(agent="on the telephone only", kind="answerable", text="When?"),
    ]
    assert known_of(asked, {"a", "b"}) == [("a", ["Price?"]), ("b", ["Open?"])]
