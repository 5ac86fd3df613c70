import numpy as np
import pytest

from gateway.media.rtp.resample import DOUBLING_CONTEXT, HALVING_CONTEXT, Doubler, Halver, double, halve

ROW = np.array([1])


def tone(hertz: float, rate: int, seconds: float = 1.0, level: float = 10_000) -> np.ndarray:
    return np.rint(level * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.int16)


def halved(samples: np.ndarray) -> np.ndarray:
    halver = Halver(2)
    return np.concatenate([halver(ROW, frame[None])[0] for frame in samples.reshape(-1, 320)])


def doubled(samples: np.ndarray) -> np.ndarray:
    doubler = Doubler(2)
    return np.concatenate([doubler(ROW, frame[None])[0] for frame in samples.reshape(-1, 160)])


def decibels(samples: np.ndarray, against: np.ndarray) -> float:
    middle = slice(400, -400)
    power = np.mean(samples[middle].astype(float) ** 2) / np.mean(against[middle].astype(float) ** 2)
    return float(10 * np.log10(power + 1e-12))


def amplitude(samples: np.ndarray, hertz: float, rate: int) -> float:
    middle = samples[800:-800].astype(float)
    return float(2 * abs(np.mean(middle * np.exp(-2j * np.pi * hertz * np.arange(len(middle)) / rate))))


@pytest.mark.parametrize("hertz", [100, 1000, 3000])
def test_halving_passes_speech(hertz: float) -> None:
    assert abs(decibels(halved(tone(hertz, 16_000)), tone(hertz, 8_000))) < 0.5


@pytest.mark.parametrize("hertz", [5000, 6000, 7000, 7900])
def test_halving_suppresses_what_would_alias(hertz: float) -> None:
    assert decibels(halved(tone(hertz, 16_000)), tone(hertz, 16_000)) < -50


@pytest.mark.parametrize("hertz", [100, 1000, 3000])
def test_doubling_passes_speech_and_makes_no_image(hertz: float) -> None:
    wide = doubled(tone(hertz, 8_000))
    assert amplitude(wide, hertz, 16_000) == pytest.approx(10_000, rel=0.05)
    assert amplitude(wide, 8_000 - hertz, 16_000) < 10_000 * 10 ** (-50 / 20)


def test_there_and_back_again_is_a_delay_of_two_milliseconds_at_most() -> None:
    speech = np.random.default_rng(1).normal(0, 2000, 8000)
    low = np.convolve(speech, np.hanning(9) / np.hanning(9).sum(), "same").astype(np.int16)
    back = halved(doubled(low)).astype(float)
    delays = [np.corrcoef(low[: -16 or None][:7000], back[d : d + 7000])[0, 1] for d in range(16)]
    assert max(delays) > 0.999
    assert int(np.argmax(delays)) <= 16


def test_frames_join_without_a_seam() -> None:
    samples = tone(1000, 16_000).astype(np.float32)
    padded = np.concatenate([np.zeros(HALVING_CONTEXT, np.float32), samples])
    assert np.abs(halve(padded[None])[0] - halved(samples.astype(np.int16))).max() <= 0.5
    samples = tone(1000, 8_000).astype(np.float32)
    padded = np.concatenate([np.zeros(DOUBLING_CONTEXT, np.float32), samples])
    assert np.abs(double(padded[None])[0] - doubled(samples.astype(np.int16))).max() <= 0.5


def test_calls_do_not_mix_and_loud_samples_do_not_wrap() -> None:
    halver = Halver(3)
    loud = np.where(np.arange(320) % 40 < 20, 32_767, -32_768).astype(np.int16)
    both = halver(np.array([0, 2]), np.stack([loud, np.zeros(320, np.int16)]))
    assert not both[1].any()
    assert both[0].max() == 32_767
    halver.reset(0)
    again = halver(np.array([2, 0]), np.stack([np.zeros(320, np.int16), loud]))
    assert (again[1] == both[0]).all()
