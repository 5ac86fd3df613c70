import numpy as np
import pytest

from bench.instruments import corpus
from bench.instruments.corpus import RATE, SpeechMissing
from caller.sound.clip import Clip

TONE = Clip((8000 * np.sin(np.arange(RATE) / 5)).astype(np.int16), RATE)


def test_a_missing_recording_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("BENCH_SPEECH", str(tmp_path))
    with pytest.raises(SpeechMissing, match="no-such-recording"):
        corpus.human("no-such-recording")


def test_a_pause_is_put_where_it_belongs() -> None:
    longer = corpus.with_pause(TONE, 0.5, 0.25)
    assert longer.seconds == pytest.approx(1.25)
    assert not longer.samples[RATE // 2 : 3 * RATE // 4].any()
    assert corpus.voice_end_s(longer) == pytest.approx(1.25, abs=0.02)


def test_the_silence_at_both_ends_is_cut_off() -> None:
    quiet = np.zeros(RATE, np.int16)
    clip = corpus.trimmed(Clip(np.concatenate([quiet, TONE.samples, quiet]), RATE))
    assert clip.seconds == pytest.approx(1.0, abs=0.03)


def test_levels_are_those_of_the_voice() -> None:
    quiet = np.zeros(3 * RATE, np.int16)
    clip = corpus.levelled(Clip(np.concatenate([quiet, TONE.samples]), RATE), -30.0)
    power = np.mean(np.square(clip.samples[3 * RATE :].astype(float) / 32768))
    assert 10 * np.log10(power) == pytest.approx(-30, abs=0.5)


@pytest.mark.parametrize("make", [corpus.cough, corpus.click, corpus.music])
def test_synthetic_sounds_are_the_same_every_time_and_not_clipped(make) -> None:  # type: ignore[no-untyped-def]
    first, again, other = make(1), make(1), make(2)
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)
    assert 1000 < np.abs(first.samples.astype(int)).max() < 32767


def test_a_room_neither_adds_nor_takes_energy() -> None:
    response = corpus.room(1)
    assert np.sum(np.square(response)) == pytest.approx(1.0)
    assert np.argmax(np.abs(response)) == 0
