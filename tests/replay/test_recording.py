import numpy as np
import pytest

from parley.audio import FRAME_SAMPLES, SAMPLE_RATE, Pcm, level_dbfs
from records.sound.timeline import timeline
from replay.recording import Unreadable, caller_side, offset
from tests.fakes.kept_calls import ANSWERS, CALL, TONES, event, events, tone, wav

AGENT = ((ANSWERS[0]), (11.4, 12.3), (13.1, 14.0))
"""When the agent is heard: it falls silent for the caller."""


def level(samples: Pcm, begin: float, end: float) -> float:
    return level_dbfs(samples[round(begin * SAMPLE_RATE) : round(end * SAMPLE_RATE)])


def mixed() -> Pcm:
    return np.asarray(tone(TONES) + tone(AGENT, 9.0), np.int16)


def test_of_a_mixed_recording_the_caller_is_left() -> None:
    found = caller_side(wav(mixed()), timeline(CALL, events()))
    assert len(found) % FRAME_SAMPLES == 0
    for begin, end in TONES:
        assert level(found, begin + 0.15, end - 0.1) > -20
    for begin, end in AGENT:
        assert level(found, begin + 0.05, min(end, 12.15 if begin < 12 else end)) == float("-inf")


def test_of_two_channels_the_left_one_is_the_caller() -> None:
    told = timeline(CALL, events())
    found = caller_side(wav(tone(TONES), tone(AGENT, 9.0)), told)
    np.testing.assert_array_equal(found, tone(TONES)[: len(found)])


def test_narrow_sound_becomes_that_of_calls() -> None:
    found = caller_side(wav(mixed()[::2], rate=8000), timeline(CALL, events()))
    assert len(found) == pytest.approx(16 * SAMPLE_RATE, abs=SAMPLE_RATE)
    assert level(found, 2.1, 2.9) > -20


def test_a_recording_that_is_late_is_shifted() -> None:
    late = np.concatenate([np.zeros(10 * FRAME_SAMPLES, np.int16), mixed()])
    spans = timeline(CALL, events()).spans
    assert offset(late, spans) == pytest.approx(10, abs=1)
    assert offset(np.zeros(16 * SAMPLE_RATE, np.int16), spans) == 0
    found = caller_side(wav(late), timeline(CALL, events()))
    assert level(found, *ANSWERS[0]) == float("-inf")


def test_what_was_left_out_is_silence_in_its_place() -> None:
    recorded = tone(TONES)
    without = np.concatenate([recorded[: 6 * SAMPLE_RATE], recorded[8 * SAMPLE_RATE :]])
    paused = (event(6.0, "recording_paused"), event(8.0, "recording_resumed"))
    found = caller_side(wav(without, without), timeline(CALL, events(*paused)))
    assert level(found, 9.6, 10.4) > -20


def test_music_on_hold_and_what_follows_the_agent_are_left_out() -> None:
    held = (event(9.4, "hold", held=True), event(10.6, "hold", held=False))
    found = caller_side(
        wav(tone(TONES), tone(AGENT)), timeline(CALL, events(*held, event(12, "transfer_started")))
    )
    assert level(found, 9.4, 10.6) == float("-inf")
    assert len(found) == 12 * SAMPLE_RATE


SOUND = wav(tone([]))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no WAV"),
        (b"RIFF", "no WAV"),
        (wav(*[tone([])] * 3), "3 channels"),
        (wav(tone([], 5.0, 0.0)), "no sound"),
        (SOUND[:16] + b"\xff\xff\xff\x7f" + SOUND[20:], "no WAV file .it is not whole"),
        (wav(tone([]), rate=1), "1 samples a second"),
    ],
)
def test_what_is_no_recording_is_told(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        caller_side(data, timeline(CALL, events()))
