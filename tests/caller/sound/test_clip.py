"""Clips: WAV in and out, rates, levels."""

import wave
from pathlib import Path

import numpy as np
import pytest

from caller.errors import ClipError
from caller.sound.clip import Clip, from_wav, joined, silence


def tone(rate: int = 8_000) -> Clip:
    return Clip((10_000 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)).astype(np.int16), rate)


def test_written_and_read_again(tmp_path: Path):
    tone().write(tmp_path / "a.wav")
    again = from_wav(tmp_path / "a.wav")
    assert again.rate == 8_000
    assert np.array_equal(again.samples, tone().samples)


def test_stereo_is_mixed(tmp_path: Path):
    with wave.open(str(tmp_path / "s.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(np.array([[100, 300], [0, -50]], "<i2").tobytes())
    assert from_wav(tmp_path / "s.wav").samples.tolist() == [200, -25]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file"), (b"", "not a PCM WAV file"), (b"RIFFnonsense", "not a PCM WAV file")],
)
def test_what_is_no_wav_says_so_with_its_name(tmp_path: Path, content: bytes | None, reason: str):
    path = tmp_path / "x.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ClipError, match=reason) as caught:
        from_wav(path)
    assert str(path) in str(caught.value)


def test_eight_bit_and_empty_files_are_refused(tmp_path: Path):
    for width, frames, reason in (
        (1, b"\x80" * 8, "needs 16-bit samples, has 8-bit"),
        (2, b"", "holds no sound"),
    ):
        with wave.open(str(tmp_path / "x.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(width)
            file.setframerate(8_000)
            file.writeframes(frames)
        with pytest.raises(ClipError, match=reason):
            from_wav(tmp_path / "x.wav")


def test_another_rate_has_the_same_length():
    assert tone().at(48_000).seconds == pytest.approx(1.0, abs=0.001)
    assert tone().at(8_000) is not None


def test_gain_and_clipping():
    assert np.abs(tone().gained(6).samples).max() == pytest.approx(19_950, rel=0.01)
    assert tone().gained(40).samples.max() == 32_767


def test_joined_takes_the_first_rate():
    both = joined([tone(16_000), silence(0.5, 8_000)])
    assert both.rate == 16_000
    assert both.seconds == pytest.approx(1.5, abs=0.01)
