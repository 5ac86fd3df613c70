"""Callers whom the media plane does not hear, or who silence nobody: on hold, and faint."""

import numpy as np

from gateway.media.events import CallerAudio, SpeechPaused, SpeechStarted
from parley.audio import FRAME_SAMPLES
from tests.gateway.media.test_plane import HOST, LOUD, PORT, Desk, speech


def test_a_call_on_hold_is_heard_as_silence_until_the_caller_is_back() -> None:
    desk = Desk()
    desk.tick(speech(1), times=20)
    desk.plane.set_deaf("a", True)
    desk.tick(speech(1), times=50)
    assert len(desk.told(SpeechStarted)) == 1
    assert len(desk.told(SpeechPaused)) == 1
    desk.plane.set_deaf("a", False)
    desk.tick(speech(1), times=20)
    assert len(desk.told(SpeechStarted)) == 2


def test_a_call_that_gets_the_row_of_one_on_hold_is_heard() -> None:
    desk = Desk(capacity=1)
    desk.plane.set_deaf("a", True)
    desk.plane.remove("a")
    desk.plane.add("b", HOST, PORT, interruptible=True)
    desk.tick(speech(1), times=20)
    assert [event.call for event in desk.told(SpeechStarted)] == ["b"]


def test_a_faint_caller_is_told_of_and_the_agent_goes_on() -> None:
    desk = Desk(loud=0.005)
    desk.plane.speak("a", 0, np.tile(LOUD, 100))
    desk.tick(times=5)
    faint = (speech(1) // 12).astype(np.int16)
    desk.tick(faint, times=20)
    assert [event.faint for event in desk.told(SpeechStarted)] == [True]
    assert not desk.plane._playout.paused[0]
    desk.tick(speech(1), times=10)
    assert [event.faint for event in desk.told(SpeechStarted)] == [True, False]
    assert desk.plane._playout.paused[0]


def test_the_words_of_a_caller_who_speaks_softly_for_once_are_sent_from_their_beginning() -> None:
    desk = Desk(loud=0.001)
    desk.tick(speech(1), times=100)
    desk.tick(times=100)
    desk.tick((speech(1) // 5).astype(np.int16), times=25)  # 14 dB softer
    desk.tick((speech(1) * 0).astype(np.int16), times=100)
    started, paused = desk.told(SpeechStarted)[-1], desk.told(SpeechPaused)[-1]
    assert (len(desk.told(SpeechStarted)), started.faint) == (2, True)
    chunks = [event for event in desk.told(CallerAudio) if event.first_sample >= started.sample]
    heard = np.concatenate([chunk.pcm for chunk in chunks])
    assert chunks[0].first_sample == started.sample
    assert started.sample + len(heard) == paused.sample
    assert np.count_nonzero(heard) >= 25 * FRAME_SAMPLES


def test_the_words_of_a_television_are_not_sent_for_ever() -> None:
    desk = Desk(loud=0.001)
    desk.tick(speech(1), times=100)
    desk.tick(times=100)
    told = len(desk.told(SpeechStarted))
    desk.tick((speech(1) // 10).astype(np.int16), times=600)
    assert len(desk.told(SpeechStarted)) == told
    sent = len(desk.told(CallerAudio))
    desk.tick((speech(1) // 10).astype(np.int16), times=100)
    assert len(desk.told(CallerAudio)) == sent
