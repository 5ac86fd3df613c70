"""Caller and gateway find the same last and first voiced packet in human speech, on their two sides of a codec."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soxr

from caller.phone.rtp import Codec, Packets, decoded
from caller.sound.clip import from_wav
from caller.sound.measure import spans
from gateway.media.rtp.codec import make_codec
from gateway.media.speech.detections import DetectorSettings
from gateway.media.speech.detector import SpeechDetector
from parley.audio import FRAME_SAMPLES
from tests.fakes.engines.vad import LoudnessVad

SPEECH = sorted((Path(__file__).parents[2] / "data" / "speech").glob("*.wav"))
NOISE_DBFS = (-90, -65, -55)
RATE = 16_000
AGREE_S = 0.040


def utterance(path: Path, noise_dbfs: float, offset: int) -> np.ndarray:
    """A sentence on a line, after a second of nothing, beginning anywhere in a packet."""
    speech = from_wav(path).at(RATE).samples
    line = np.concatenate([np.zeros(RATE + offset), speech, np.zeros(RATE)])
    noise = np.random.default_rng(offset).normal(0, 32768 * 10 ** (noise_dbfs / 20), len(line))
    return np.clip(np.rint(line + noise), -32768, 32767).astype(np.int16)


def resampled(samples: np.ndarray, rate: int, to: int) -> np.ndarray:
    return soxr.resample(samples, rate, to)


def opus(samples: np.ndarray) -> list[bytes]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    encoder.bit_rate, encoder.time_base = 28_000, Fraction(1, 48_000)
    at_48k = resampled(samples, RATE, 48_000)
    packets = []
    for at in range(0, len(at_48k) // 960 * 960, 960):
        frame = av.AudioFrame.from_ndarray(at_48k[None, at : at + 960], format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, at
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


def ulaw(samples: np.ndarray) -> list[bytes]:
    codec, row = make_codec("ulaw", 1), np.array([0])
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return [codec.encode(row, frame[None])[0].tobytes() for frame in frames]


def on_the_wire(payloads: list[bytes], codec: Codec) -> Packets:
    n = np.arange(len(payloads))
    step, payload_type = (960, 96) if codec == "opus" else (160, 0)
    same = np.ones(len(n), np.int64)
    return Packets(100 + n * 0.02, n, n * step, same, same * payload_type, n == 0, payloads)


def gateway_clocks(samples: np.ndarray, times: np.ndarray) -> tuple[float, float]:
    """Onset and end of voice that the gateway finds in what Asterisk hands on, packet by packet."""
    detector = SpeechDetector(1, LoudnessVad(), DetectorSettings())
    detector.reset(0)
    row = np.array([0])
    onset = 0.0
    for number, time in enumerate(times[: len(samples) // FRAME_SAMPLES]):
        frame = samples[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
        detector.feed(row, frame[None], np.array([time]))
        onset = onset or float(detector.onset[0])
    return onset, float(detector.voice_end[0])


@pytest.mark.parametrize("codec", ["opus", "ulaw"])
def test_the_clocks_agree(codec: Codec) -> None:
    starts, ends = [], []
    for number, (path, noise) in enumerate((path, noise) for path in SPEECH for noise in NOISE_DBFS):
        said = utterance(path, noise, offset=(number * 67) % FRAME_SAMPLES)
        packets = on_the_wire(opus(said) if codec == "opus" else ulaw(said), codec)
        track = decoded(packets, codec)
        heard = spans(track)
        # What Asterisk's own resampler delays, it delays by less than a packet.
        delayed = np.concatenate([np.zeros(40, np.int16), resampled(track.samples, track.rate, RATE)])
        onset, end = gateway_clocks(delayed, packets.time)
        starts.append(abs(onset - heard[0].start))
        ends.append(abs(end - heard[-1].end))
    assert len(ends) >= 18
    assert np.percentile(starts, 95) <= AGREE_S
    assert np.percentile(ends, 95) <= AGREE_S
