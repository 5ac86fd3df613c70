"""Somebody beside the caller: a television, a second person, music; and callers who speak softly for once."""

from pathlib import Path

import numpy as np
import pytest
import soxr

from gateway.media.speech.vad_onnx import OnnxVad
from parley.audio import FRAME_SAMPLES, SAMPLE_RATE
from tests.fakes.engines.vad import LoudnessVad
from tests.gateway.media.speech.test_detector import LOUD, QUIET, OneCaller

SECOND = SAMPLE_RATE // FRAME_SAMPLES


def fainter(db: float) -> np.ndarray:
    return (LOUD * 10 ** (-db / 20)).astype(np.int16)


def known(seconds: int = 2) -> OneCaller:
    """A caller who has spoken, and has paused."""
    caller = OneCaller(engine=LoudnessVad(level=0.001))
    caller.hear(QUIET, SECOND)
    caller.hear(LOUD, seconds * SECOND)
    caller.hear(QUIET, SECOND)
    return caller


@pytest.mark.parametrize("db", [12, 18, 24])
def test_a_television_begins_no_turn(db: float) -> None:
    caller = known()
    told = caller.hear(fainter(db), 12 * SECOND)
    assert len(told.started) == len(told.paused) == 1


@pytest.mark.parametrize("db", [12, 18, 24])
def test_a_television_holds_no_turn_open(db: float) -> None:
    caller = known()
    caller.hear(fainter(db), 2 * SECOND)
    caller.hear(LOUD, SECOND)
    ended = caller.tick
    told = caller.hear(fainter(db), 5 * SECOND)
    assert len(told.started) == len(told.paused) == 2
    assert told.paused[-1] - ended <= SECOND // 2


def test_one_that_is_switched_on_while_the_caller_speaks_ends_the_turn_with_them_too() -> None:
    caller = known()
    caller.hear(LOUD, SECOND)
    ended = caller.tick
    told = caller.hear(fainter(18), 5 * SECOND)
    assert len(told.paused) == 2
    assert told.paused[-1] - ended <= 2 * SECOND


def test_a_television_is_no_silence_that_was_broken() -> None:
    caller = known()
    caller.hear(fainter(18), SECOND)
    caller.hear(LOUD, SECOND)
    told = caller.hear(fainter(18), SECOND)
    assert len(told.paused) == 2
    caller.detector.silence_deadline[0] = 2 * SAMPLE_RATE
    assert len(caller.hear(fainter(18), 2 * SECOND).silence_reached) == 1


def test_a_television_does_not_interrupt_the_agent_and_the_caller_does() -> None:
    caller = known()
    caller.hear(fainter(15), 2 * SECOND)
    caller.detector.agent_speaks[0] = True
    # Louder for a moment than what is heard over the agent of a caller who is alone.
    told = caller.hear(fainter(11), SECOND // 5)
    told = caller.hear(fainter(15), 10 * SECOND)
    assert len(told.started) == 1
    spoke = caller.tick
    told = caller.hear(LOUD, SECOND // 5)
    assert len(told.started) == 2
    assert told.started[-1] - spoke <= 5
    assert not caller.detector.faint[0]


def test_a_caller_who_speaks_softly_for_once_is_heard_a_moment_later() -> None:
    caller = known()
    said = caller.tick
    caller.hear(QUIET, 2 * SECOND)
    said = caller.tick
    caller.hear(fainter(13), SECOND // 2)
    told = caller.hear(QUIET, 3 * SECOND)
    assert len(told.started) == len(told.paused) == 2
    assert told.started[-1] == told.paused[-1] <= said + 2 * SECOND
    start, end = caller.detector.start_sample[0], caller.detector.voice_end_sample[0]
    assert (said - SECOND // 2) * FRAME_SAMPLES < start <= said * FRAME_SAMPLES < end


def test_a_sentence_that_ends_softly_is_one() -> None:
    caller = known()
    caller.hear(LOUD, SECOND)
    told = caller.hear(fainter(14), SECOND)
    assert len(told.paused) == 1
    caller.hear(LOUD, SECOND)
    told = caller.hear(QUIET, SECOND)
    assert len(told.started) == len(told.paused) == 2


def test_somebody_beside_the_caller_who_pauses_is_not_the_caller() -> None:
    caller = known()
    for _ in range(2):
        caller.hear(fainter(20), SECOND)
        told = caller.hear(QUIET, 2 * SECOND)
    assert len(told.started) == 1


def test_a_telephone_that_was_put_down_on_the_table_is_heard_after_all() -> None:
    caller = known()
    caller.hear(QUIET, 9 * SECOND)
    caller.hear(fainter(20), SECOND)
    told = caller.hear(QUIET, 2 * SECOND)
    assert len(told.started) == len(told.paused) == 2
    spoke = caller.tick
    told = caller.hear(fainter(20), SECOND)
    assert told.started[-1] - spoke <= 5
    assert not caller.detector.faint[0]


@pytest.mark.parametrize("db", [0, 12, 22])
def test_whoever_speaks_first_is_the_caller(db: float) -> None:
    caller = OneCaller(engine=LoudnessVad(level=0.001))
    caller.hear(QUIET, SECOND)
    told = caller.hear(fainter(db), SECOND)
    assert len(told.started) == 1
    assert len(caller.hear(QUIET, SECOND).paused) == 1


def test_another_call_in_the_row_is_known_nothing_of() -> None:
    caller = known()
    caller.detector.reset(0)
    assert len(caller.hear(fainter(20), SECOND).started) == 2


# With people's voices, and the model


def at_level(samples: np.ndarray, dbfs: float) -> np.ndarray:
    """RMS of what is within 25 dB of the loudest 20 ms."""
    whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
    power = np.square(samples[:whole].astype(float) / 32768).reshape(-1, FRAME_SAMPLES).mean(axis=1)
    level = 10 * np.log10(power[power > power.max() * 10**-2.5].mean())
    return np.asarray(samples * 10 ** ((dbfs - level) / 20))


def conversation(human: np.ndarray, beside: np.ndarray | None, silero: Path) -> tuple[OneCaller, list[int]]:
    """Four seconds of the caller, three times with three seconds between; the ticks at which they end."""
    gap, human = np.zeros(3 * SAMPLE_RATE), human[: 4 * SAMPLE_RATE]
    samples = np.concatenate([np.concatenate([gap, at_level(human, -20.0)]) for _ in range(3)] + [gap])
    if beside is not None:
        samples = samples + np.resize(beside, len(samples))
    turn = len(gap) + len(human)
    caller = OneCaller(engine=OnnxVad(silero, 8))
    caller.hear_all(np.clip(samples, -32768, 32767).astype(np.int16))
    return caller, [turn * (n + 1) // FRAME_SAMPLES for n in range(3)]


def test_a_second_voice_holds_no_turn_open_and_begins_none(human: np.ndarray, silero: Path) -> None:
    voice = soxr.resample(human.astype(float), SAMPLE_RATE, 19_500)
    caller, ends = conversation(human, at_level(voice, -38.0), silero)
    # What is heard before the caller is taken for them; two turns later it is known better.
    paused = next(tick for tick in caller.told.paused if tick > ends[-1] - SECOND // 2)
    assert paused - ends[-1] <= SECOND // 2
    assert caller.told.started[-1] < ends[-1]


def test_music_is_no_speech(human: np.ndarray, silero: Path) -> None:
    random, tune = np.random.default_rng(3), np.zeros(10 * SAMPLE_RATE)
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    for at in range(0, len(tune) - SAMPLE_RATE, 5600):
        root = 110 * 2 ** (random.integers(0, 12) / 12)
        tune[at : at + SAMPLE_RATE] += sum(
            np.sin(2 * np.pi * root * ratio * n * time) / n * np.exp(-3 * n * time)
            for ratio in (0.5, 1, 1.26, 1.5, 2)
            for n in range(1, 7)
        )
    alone = OneCaller(engine=OnnxVad(silero, 8))
    assert alone.hear_all(at_level(tune, -20.0).astype(np.int16)).started == []
    caller, ends = conversation(human, at_level(tune, -32.0), silero)
    for end in ends:
        assert any(end - SECOND // 2 < tick <= end + SECOND // 2 for tick in caller.told.paused)
