"""Voice on a track: where it begins and ends, and the delays that follow."""

import numpy as np
import pytest

from caller.sound.measure import (
    LiveVoice,
    answer_delay,
    last_voice,
    levels,
    pauses,
    spans,
    stop_delay,
    threshold,
    voiced,
)
from caller.sound.track import Track, assembled

RATE = 8_000


def tone(seconds: float, dbfs: float = -20.0) -> np.ndarray:
    n = round(seconds * RATE)
    amplitude = 32768 * 10 ** (dbfs / 20) * np.sqrt(2)
    return (amplitude * np.sin(2 * np.pi * 440 * np.arange(n) / RATE)).astype(np.int16)


def quiet(seconds: float, dbfs: float | None = None) -> np.ndarray:
    n = round(seconds * RATE)
    if dbfs is None:
        return np.zeros(n, np.int16)
    noise = np.random.default_rng(1).normal(0, 32768 * 10 ** (dbfs / 20), n)
    return noise.astype(np.int16)


def track(*parts: np.ndarray, begin: float = 100.0) -> Track:
    sound = np.concatenate(parts)
    frames = [sound[i : i + 160] for i in range(0, len(sound), 160)]
    return assembled([(begin + 0.02 * i, frame) for i, frame in enumerate(frames)], RATE, "wire")


def test_levels_are_relative_to_full_scale():
    assert levels(np.full(160, -32768, np.int16), RATE) == pytest.approx([0.0, 0.0])
    assert levels(np.zeros(80, np.int16), RATE) == pytest.approx([-96.0])
    assert levels(tone(0.1, -26), RATE).mean() == pytest.approx(-26, abs=0.2)
    assert len(levels(np.zeros(79, np.int16), RATE)) == 0


def test_a_span_is_where_the_voice_is_to_10_ms():
    (span,) = spans(track(quiet(1), tone(0.5), quiet(1)))
    assert span.first == RATE * 1
    assert span.last == RATE * 1.5 - 1
    assert span.start == pytest.approx(101.0)
    assert span.end == pytest.approx(101.48)  # the packet that carries its last sample
    assert span.level_dbfs == pytest.approx(-20, abs=0.3)


def test_a_time_is_its_packets_not_its_samples():
    (span,) = spans(track(quiet(0.513), tone(0.5), quiet(1)))
    assert span.first == 0.5 * RATE
    assert span.start == pytest.approx(100.50)  # not 100.51


def test_a_packet_that_came_late_has_its_own_time():
    sound = np.concatenate([quiet(1), tone(0.5), quiet(0.5)])
    frames = [sound[i : i + 160] for i in range(0, len(sound), 160)]
    blocks = [(0.02 * i + (0.015 if i == 50 else 0), frame) for i, frame in enumerate(frames)]
    assert spans(assembled(blocks, RATE, "wire"))[0].start == pytest.approx(1.015)


def test_a_short_stop_belongs_to_the_utterance_and_a_long_one_ends_it():
    assert len(spans(track(quiet(1), tone(0.4), quiet(0.25), tone(0.4), quiet(1)))) == 1
    assert len(spans(track(quiet(1), tone(0.4), quiet(0.40), tone(0.4), quiet(1)))) == 2


def test_a_click_is_no_voice():
    assert spans(track(quiet(1), tone(0.02), quiet(1))) == []


def test_noise_is_no_voice_and_voice_is_heard_over_it():
    assert spans(track(quiet(3, -45))) == []
    (span,) = spans(track(quiet(1, -45), tone(0.5, -20), quiet(1, -45)))
    assert span.start == pytest.approx(101.0, abs=0.021)
    assert span.end == pytest.approx(101.48, abs=0.021)


def test_a_faint_tail_is_not_the_end_of_the_speech():
    (span,) = spans(track(quiet(1), tone(0.5, -20), tone(0.2, -47), quiet(1)))
    assert span.end == pytest.approx(101.48)


@pytest.mark.parametrize("dbfs", [-40.0, -30.0, -10.0, -3.0])
def test_soft_and_loud_speech_are_both_heard(dbfs: float):
    (span,) = spans(track(quiet(1), tone(0.5, dbfs), quiet(1)))
    assert span.level_dbfs == pytest.approx(dbfs, abs=0.3)


def test_nothing_is_no_voice():
    assert spans(track(np.zeros(0, np.int16))) == []
    assert not voiced(np.zeros(0), threshold(np.zeros(0))).any()


def test_answer_delay():
    heard = spans(track(tone(0.5), quiet(1.5), tone(0.5), quiet(1)))  # voice at 100.0 and at 102.0
    assert answer_delay(100.6, 101.2, heard) == pytest.approx(0.8)
    assert answer_delay(101.5, 102.5, heard) == pytest.approx(-0.5)  # it cut in
    assert answer_delay(103.0, 103.5, heard) is None


def test_stop_delay():
    heard = spans(track(quiet(1), tone(2.0), quiet(1)))  # 101.0 … 103.0
    assert stop_delay(102.85, heard) == pytest.approx(0.13)
    assert stop_delay(100.5, heard) is None
    assert stop_delay(103.5, heard) is None


def test_voice_that_comes_back_has_not_stopped():
    # 101 … 102, 103 … 104, 106 … 107
    heard = spans(track(quiet(1), tone(1.0), quiet(1), tone(1.0), quiet(2), tone(1.0)))
    assert last_voice(101.5, 102.8, heard) == pytest.approx(0.5, abs=0.03)
    assert last_voice(101.5, 103.5, heard) == pytest.approx(2.0, abs=0.03)
    assert last_voice(101.5, 105.0, heard) == pytest.approx(2.5, abs=0.03)
    assert last_voice(102.5, 105.0, heard) is None


def test_pauses_within_an_answer():
    whole = track(quiet(1), tone(0.4), quiet(0.2), tone(0.4), quiet(0.04), tone(0.4), quiet(1))
    ((time, length),) = pauses(whole, 101.0, 103.0, least=0.1)
    assert time == pytest.approx(101.38)
    assert length == pytest.approx(0.2, abs=0.011)


@pytest.mark.parametrize("chunk", [160, 320, 77])
def test_live_voice_agrees_with_spans(chunk: int):
    sound = np.concatenate([quiet(1, -60), tone(0.8), quiet(0.6, -60), tone(0.5), quiet(1, -60)])
    live = LiveVoice(RATE)
    for i in range(0, len(sound), chunk):
        live.feed(sound[i : i + chunk], 100 + i / RATE)
    assert [s[0] for s in live.stretches] == pytest.approx([101.0, 102.4], abs=0.03)
    assert [s[1] for s in live.stretches] == pytest.approx([101.8, 102.9], abs=0.03)
