"""What becomes of a voice on its way."""

import numpy as np
import pytest

from caller.sound.clip import Clip
from caller.sound.telephone import RATE, banded, damaged, in_noise


def tone(seconds: float = 1.0, rate: int = 16_000, hertz: float = 1000.0) -> Clip:
    times = np.arange(round(seconds * rate)) / rate
    return Clip((8000 * np.sin(2 * np.pi * hertz * times)).astype(np.int16), rate)


def power(samples: "np.ndarray[tuple[int, ...], np.dtype[np.int16]]") -> float:
    return float(np.mean(np.square(samples.astype(np.float64))))


def test_the_line_is_narrow() -> None:
    assert banded(tone()).rate == RATE
    assert power(banded(tone(hertz=100)).samples) < 0.01 * power(banded(tone()).samples)


@pytest.mark.parametrize("snr_db", [0.0, 10.0, 20.0])
def test_noise_is_so_far_below_the_words_and_around_them(snr_db: float) -> None:
    clip = tone()
    heard = in_noise(clip, snr_db, seed=1)
    assert heard.seconds == pytest.approx(clip.seconds + 1.0)
    edge = heard.rate // 2
    noise = heard.samples[edge:-edge].astype(np.int32) - clip.samples
    both = np.concatenate([heard.samples[:edge], noise, heard.samples[-edge:]])
    measured = 10 * np.log10(power(clip.samples) / np.mean(np.square(both.astype(np.float64))))
    assert measured == pytest.approx(snr_db, abs=0.2)
    assert power(heard.samples[:edge]) > 0


def test_the_same_seed_makes_the_same_noise_and_loses_the_same_packets() -> None:
    for change in (lambda seed: in_noise(tone(), 10, seed), lambda seed: damaged(tone(), 0.3, seed)):
        assert np.array_equal(change(1).samples, change(1).samples)
        assert not np.array_equal(change(1).samples, change(2).samples)


def test_noise_of_silence_is_none() -> None:
    assert not in_noise(Clip(np.zeros(1600, np.int16), 16_000), 10, seed=1).samples.any()


def test_whole_packets_are_lost_and_the_clip_keeps_its_length() -> None:
    clip = Clip(np.full(16_000 * 20 + 7, 1000, np.int16), 16_000)
    heard = damaged(clip, 0.1, seed=1)
    assert len(heard.samples) == len(clip.samples)
    packets = heard.samples[: 320 * 1000].reshape(-1, 320)
    assert set(packets.mean(axis=1).tolist()) == {0.0, 1000.0}
    assert (packets[:, 0] == 0).mean() == pytest.approx(0.1, abs=0.03)
    assert damaged(clip, 0.0, seed=1) is clip
