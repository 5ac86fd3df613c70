from bench.conversation.pictures import bars


def test_stages_are_laid_out_from_the_callers_last_voice_on() -> None:
    at = {
        "endpoint": 0.4,
        "stt": 0.2,
        "llm": 0.3,
        "tts": 0.1,
        "playout": 0.02,
        "asked_at": 0.2,
        "ready_at": 0.85,
    }
    layout = {name: (round(begin, 3), round(length, 3)) for name, begin, length in bars(at)}
    assert layout == {
        "endpoint": (0.0, 0.4),
        "stt": (0.2, 0.2),
        "llm": (0.4, 0.3),
        "tts": (0.7, 0.1),
        "transport": (0.8, 0.05),
        "playout": (0.85, 0.02),
    }
