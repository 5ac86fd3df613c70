"""Hushes: the voice is gone for a moment, and a pause may follow."""

from tests.fakes.engines.vad import LingeringVad
from tests.gateway.media.speech.test_detector import LOUD, QUIET, OneCaller


def test_a_hush_is_told_once_and_before_the_pause() -> None:
    caller = OneCaller()
    caller.hear(QUIET, 50)
    caller.hear(LOUD, 25)
    told = caller.hear(QUIET, 50)
    assert told.hushed == [79], "100 ms after the last voiced packet"
    assert told.hushed < told.paused
    assert told.went_on == []
    caller.hear(LOUD, 25)
    told = caller.hear(QUIET, 50)
    assert told.hushed == [79, 154], "once for each stretch of speech"


def test_a_voice_that_is_back_before_the_pause_is_told() -> None:
    caller = OneCaller(engine=LingeringVad(windows=8))
    caller.hear(QUIET, 50)
    caller.hear(LOUD, 25)
    caller.hear(QUIET, 6)
    told = caller.hear(LOUD, 10)
    assert told.hushed == [79]
    assert told.went_on == [82], "two packets are a voice"
    told = caller.hear(QUIET, 50)
    assert told.hushed == [79, 95]
    assert len(told.started) == len(told.paused) == 1
