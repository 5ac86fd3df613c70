"""Stages as bars."""

from api.console.waterfall import bars

ANSWER = {
    "voice_to_voice": 1.0,
    "endpoint": 0.4,
    "stt": 0.1,
    "llm": 0.2,
    "tts": 0.1,
    "playout": 0.3,
    "transport": 0.1,
    "asked_at": 0.2,
    "ready_at": 0.7,
}


def test_stages_stand_where_they_were() -> None:
    found = {bar.name: (bar.left, bar.width) for bar in bars(ANSWER)}
    assert found == {
        "endpoint": (0.0, 40.0),
        "stt": (20.0, 10.0),
        "transport": (30.0, 10.0),
        "llm": (40.0, 20.0),
        "tts": (60.0, 10.0),
        "playout": (70.0, 30.0),
    }


def test_what_was_not_measured_has_no_bars() -> None:
    assert bars({}) == []
    assert bars({"voice_to_voice": 0.0, "stt": 0.1}) == []
    assert [bar.name for bar in bars({"voice_to_voice": 0.5})] == []


def test_no_bar_leaves_the_picture() -> None:
    for bar in bars({**ANSWER, "endpoint": 3.0, "stt": -1.0, "ready_at": 5.0, "playout": 2.0}):
        assert 0 <= bar.left <= 100
        assert 0 <= bar.width <= 100 - bar.left
