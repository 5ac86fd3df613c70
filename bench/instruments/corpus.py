"""Speech to test with: people's recordings from Debian's packages, and sounds that are no speech.

Recordings: asterisk-core-sounds-en-wav (Allison Smith, CC-BY-SA-3.0, 8 kHz) and pocketsphinx-testdata (BSD-2, 16 kHz).
BENCH_SPEECH names another folder in the place of /usr/share.
"""

import os
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from caller.sound.clip import Clip, from_wav
from caller.sound.measure import Span, spans
from caller.sound.track import Track
from parley.errors import ParleyError

RATE = 16_000
Floats = NDArray[np.float64]
DATA = Path(__file__).parents[1] / "data"


class SpeechMissing(ParleyError):
    """A recording is not on this machine."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: no such recording; install asterisk-core-sounds-en-wav and pocketsphinx-testdata, "
            "or set BENCH_SPEECH to the folder that takes the place of /usr/share"
        )


def data(name: str) -> dict[str, list[dict[str, object]]]:
    """Return one of the lists beside this file."""
    content: dict[str, list[dict[str, object]]] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return content


@cache
def human(name: str, level_dbfs: float = -20.0) -> Clip:
    """Return a person's recording at 16 kHz: `goodbye`, `followme/sorry`, `cards/005`, `something.raw`."""
    root = Path(os.environ.get("BENCH_SPEECH", "/usr/share"))
    sphinx = root / "pocketsphinx/test/data"
    for path in (root / f"asterisk/sounds/en_US_f_Allison/{name}.wav", sphinx / f"{name}.wav", sphinx / name):
        if path.is_file():
            clip = _raw(path) if path.suffix == ".raw" else from_wav(path)
            return levelled(clip.at(RATE), level_dbfs)
    raise SpeechMissing(root / name)


def _raw(path: Path) -> Clip:
    return Clip(np.frombuffer(path.read_bytes(), "<i2").astype(np.int16), RATE)


def levelled(clip: Clip, level_dbfs: float) -> Clip:
    """Return the clip with its voice at this RMS level."""
    found = _voice(clip)
    if not found:
        return clip
    power = float(np.mean([10 ** (span.level_dbfs / 10) for span in found]))
    return clip.gained(level_dbfs - 10 * float(np.log10(power)))


def _voice(clip: Clip) -> list[Span]:
    """Where there is voice in a clip, by the caller's own rule; times are seconds into it."""
    starts = np.arange(0, len(clip.samples), clip.rate // 100)
    return spans(Track(clip.samples, clip.rate, starts, starts / clip.rate, "pcm"))


def voice_end_s(clip: Clip) -> float:
    """Return where the last voiced 10 ms of a clip end, in seconds; 0 when none is voiced."""
    found = _voice(clip)
    return (found[-1].last + 1) / clip.rate if found else 0.0


def voice_start_s(clip: Clip) -> float:
    """Return where the first voiced 10 ms of a clip begin, in seconds; 0 when none is voiced."""
    found = _voice(clip)
    return found[0].first / clip.rate if found else 0.0


def trimmed(clip: Clip) -> Clip:
    """Return the clip without the silence at its ends."""
    start, end = (round(second * clip.rate) for second in (voice_start_s(clip), voice_end_s(clip)))
    return Clip(clip.samples[start:end], clip.rate) if end > start else clip


def with_pause(clip: Clip, at_s: float, pause_s: float) -> Clip:
    """Return the clip with `pause_s` of silence inserted at `at_s`."""
    at = round(at_s * clip.rate)
    pause = np.zeros(round(pause_s * clip.rate), np.int16)
    return Clip(np.concatenate([clip.samples[:at], pause, clip.samples[at:]]), clip.rate)


def white(seconds: float, level_dbfs: float, seed: int = 0) -> Clip:
    """Return the noise of a line."""
    random = np.random.default_rng(seed)
    return _clip(random.standard_normal(round(seconds * RATE)) * 10 ** (level_dbfs / 20))


def cough(seed: int, level_dbfs: float = -15.0) -> Clip:
    """Return a synthesised cough: one to three bursts of band-limited noise, each sharp and then fading."""
    random = np.random.default_rng(seed)
    bursts = [_burst(random) for _ in range(int(random.integers(1, 4)))]
    return levelled(_clip(0.1 * np.concatenate(bursts)), level_dbfs)


def _burst(random: np.random.Generator) -> Floats:
    length = round(random.uniform(0.12, 0.3) * RATE)
    noise = np.convolve(random.standard_normal(length), _resonance(random.uniform(400, 900)), "same")
    time = np.arange(length) / RATE
    shaped: Floats = noise * np.minimum(1, time / 0.005) * np.exp(-time / random.uniform(0.05, 0.1))
    return np.concatenate([shaped, np.zeros(round(random.uniform(0.05, 0.2) * RATE))])


def _resonance(hertz: float) -> Floats:
    """Impulse response of a throat: one wide formant."""
    time = np.arange(256) / RATE
    response: Floats = np.exp(-time * 900) * np.sin(2 * np.pi * hertz * time)
    return response


def click(seed: int, level: float = 0.5) -> Clip:
    """Return clicks of a line or a key: a few samples each."""
    random = np.random.default_rng(seed)
    sound = np.zeros(round(0.6 * RATE))
    for at in random.integers(0, len(sound) - 64, int(random.integers(1, 5))):
        sound[at : at + 48] += level * np.exp(-np.arange(48) / 8) * random.choice([-1, 1])
    return _clip(sound)


def music(seed: int, seconds: float = 2.5, level_dbfs: float = -28.0) -> Clip:
    """Return synthesised music: chords of plucked strings with a bass."""
    random = np.random.default_rng(seed)
    beat = round(random.uniform(0.25, 0.45) * RATE)
    sound = np.zeros(round(seconds * RATE))
    for at in range(0, len(sound), beat):
        root = 110 * 2 ** (int(random.integers(0, 12)) / 12)
        for ratio in (0.5, 1, 1.26, 1.5, 2):
            _pluck(sound, at, root * ratio)
    return levelled(_clip(0.05 * sound), level_dbfs)


def _pluck(sound: Floats, at: int, hertz: float) -> None:
    time = np.arange(round(0.9 * RATE)) / RATE
    partials = [np.sin(2 * np.pi * hertz * n * time) / n * np.exp(-time * 3 * n) for n in range(1, 7)]
    end = min(len(sound), at + len(time))
    sound[at:end] += np.sum(partials, axis=0)[: end - at]


def babble(seed: int, seconds: float = 2.5, level_dbfs: float = -40.0) -> Clip:
    """Return a room full of people: six recordings at once, each from somewhere else in it."""
    random = np.random.default_rng(seed)
    names = [str(item["file"]) for item in data("human.yaml")["complete"]]
    length = round(seconds * RATE)
    mixed = np.zeros(length)
    for name in random.choice(names, 6, replace=False):
        voice = np.resize(human(str(name)).samples.astype(np.float64) / 32768, length)
        mixed += 0.3 * np.roll(voice, int(random.integers(length))) * random.uniform(0.5, 1)
    return levelled(_clip(mixed), level_dbfs)


def room(seed: int, reverberation_s: float = 0.35) -> Floats:
    """Return a room's impulse response: the direct sound and a decaying tail, energy 1."""
    random = np.random.default_rng(seed)
    time = np.arange(round(reverberation_s * RATE)) / RATE
    tail: Floats = 0.02 * random.standard_normal(len(time)) * np.exp(-6.9 * time / reverberation_s)
    tail[0] = 1.0
    response: Floats = tail / np.sqrt(np.sum(np.square(tail)))
    return response


def _clip(sound: Floats) -> Clip:
    return Clip(np.rint(np.clip(sound, -1, 1) * 32767).astype(np.int16), RATE)
