"""Echoes are made of human speech: delayed, fainter, through a room, with line noise and μ-law on top."""

import audioop
import numpy as np
import pytest

from gateway.media.speech.detections import DetectorSettings
from gateway.media.speech.detector import SpeechDetector
from gateway.media.speech.vad_onnx import OnnxVad
from parley.audio import FRAME_SAMPLES

ROWS = np.array([2])


def room(reverberation: float) -> np.ndarray:
    """Impulse response of 150 ms: the direct way, and reflections with `reverberation` of its energy."""
    n = 2400
    tail = np.random.default_rng(7).normal(size=n) * np.exp(-6.9 * np.arange(n) / n)
    response = reverberation * tail / np.sqrt(np.sum(tail**2))
    response[0] += 1
    return response


def echo_of(sent: np.ndarray, delay_ms: int, down_db: float, reverberation: float) -> np.ndarray:
    back = np.convolve(sent, room(reverberation))[: len(sent)] * 10 ** (-down_db / 20)
    back = np.concatenate([np.zeros(delay_ms * 16), back])[: len(sent)]
    noisy = back + np.random.default_rng(3).normal(size=len(back)) * 15
    linear = np.clip(noisy, -32768, 32767).astype(np.int16)
    return np.frombuffer(audioop.ulaw2lin(audioop.lin2ulaw(linear.tobytes(), 2), 2), np.int16)


def times_started(silero, sent: np.ndarray, heard: np.ndarray) -> list[float]:
    """Seconds at which speech was noticed while `sent` went out and `heard` came in."""
    detector = SpeechDetector(4, OnnxVad(silero, 4), DetectorSettings())
    detector.reset(2)
    started = []
    for tick in range(min(len(sent), len(heard)) // FRAME_SAMPLES):
        part = slice(tick * FRAME_SAMPLES, (tick + 1) * FRAME_SAMPLES)
        detector.feed(ROWS, heard[part][None], np.array([100 + tick / 50]))
        if len(detector.detect(ROWS).started):
            started.append(tick / 50)
        detector.echo.sent(ROWS, sent[part][None])
    return started


@pytest.mark.parametrize("delay_ms", [80, 200, 400])
@pytest.mark.parametrize("down_db", [10, 20, 30])
@pytest.mark.parametrize("reverberation", [0.2, 0.7])
def test_the_agents_own_echo_is_not_speech(silero, human, delay_ms, down_db, reverberation) -> None:
    assert times_started(silero, human, echo_of(human, delay_ms, down_db, reverberation)) == []


def test_the_same_sound_is_speech_when_nothing_was_sent(silero, human) -> None:
    heard = echo_of(human, 200, 10, 0.7)
    assert times_started(silero, np.zeros_like(human), heard)


@pytest.mark.parametrize("level", [1.0, 0.3, 0.1])
def test_a_caller_is_heard_over_the_agent(silero, human, level) -> None:
    sent, words = human[: 6 * 16_000], (human[6 * 16_000 : 9 * 16_000] * level).astype(np.int16)
    alone = np.concatenate([np.zeros(32_000, np.int16), words])
    expected = times_started(silero, np.zeros(len(alone), np.int16), alone)[0]
    assert times_started(silero, sent, alone)[0] <= expected + 0.15


def test_a_caller_is_heard_through_the_echo(silero, human) -> None:
    sent = human[: 5 * 16_000]
    heard = echo_of(sent, 150, 20, 0.5).astype(np.int32)
    words = human[6 * 16_000 : 8 * 16_000]
    heard[32_000 : 32_000 + len(words)] += words
    started = times_started(silero, sent, np.clip(heard, -32768, 32767).astype(np.int16))
    assert started
    assert 2.0 <= started[0] <= 2.6
