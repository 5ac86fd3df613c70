"""The caller's voice: Piper's model run as it is, spoken a little higher than the agent speaks.

The phonemes come from the espeak-ng program, the sound from the voice's ONNX file. An agent may have the same voice,
so the caller's is played `pitch` times faster and synthesised as much slower: another speaker, just as clear to a
recogniser.
A text may hold pauses: `My number is [0.8] four two [1.2] seven.`
"""

import json
import os
import re
import subprocess
import unicodedata
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from caller.errors import VoiceError
from caller.sound.clip import Clip, Samples, joined, silence

_PAUSE = re.compile(r"\[(\d+(?:\.\d+)?)\]")
_CLAUSE = re.compile(r"[^,.;:!?]+[,.;:!?]*")


class Voice(Protocol):
    """Speaks text."""

    def speak(self, text: str) -> Clip:
        """Return `text` as sound; VoiceError when it cannot be spoken."""


def parts(text: str) -> list[str | float]:
    """Split `text` at its pauses: words, seconds, words, ..."""
    found: list[str | float] = []
    for i, piece in enumerate(_PAUSE.split(text)):
        if i % 2:
            found.append(float(piece))
        elif piece.strip():
            found.append(piece.strip())
    return found


class PiperVoice:
    """A Piper voice from the models volume."""

    def __init__(self, folder: Path, pitch: float = 1.15, threads: int = 2, accent: str = "") -> None:
        """`accent`: how eSpeak NG names the pronunciation, if it is to be another than the voice's own."""
        os.environ.setdefault(
            "ORT_DISABLE_TELEMETRY", "1"
        )  # read when it is imported; it would send to its maker
        import onnxruntime  # noqa: PLC0415

        model = folder / f"{folder.name}.onnx"
        try:
            config = json.loads((folder / f"{folder.name}.onnx.json").read_text(encoding="utf-8"))
        except OSError as error:
            raise VoiceError(
                f"no voice at {folder} ({error.strerror}); fetch it with `make models`"
            ) from error
        self._ids: dict[str, list[int]] = config["phoneme_id_map"]
        self._espeak: str = accent or config["espeak"]["voice"]
        self._scales = config["inference"]
        self._rate: int = config["audio"]["sample_rate"]
        self._pitch = pitch
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
        # onnxruntime raises classes of its own for a missing and for a broken file.
        except Exception as error:
            raise VoiceError(f"{model} cannot be loaded: {error}") from error

    def speak(self, text: str) -> Clip:
        """Return `text` as sound, its pauses as silence."""
        clips = [
            silence(part, self._rate) if isinstance(part, float) else self._speak(part)
            for part in parts(text)
        ]
        if not clips:
            raise VoiceError(f"nothing to say in {text!r}")
        return joined(clips)

    def _speak(self, text: str) -> Clip:
        ids = self._phoneme_ids(text)
        scales = [
            self._scales["noise_scale"],
            self._scales["length_scale"] * self._pitch,
            self._scales["noise_w"],
        ]
        inputs: dict[str, Any] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array(scales, np.float32),
        }
        sound = np.asarray(self._session.run(None, inputs)[0]).reshape(-1)
        peak = max(0.01, float(np.abs(sound).max()))
        samples: Samples = np.rint(sound / peak * 0.7 * 32767).astype(np.int16)
        return Clip(samples, round(self._rate * self._pitch)).at(self._rate)

    def _phoneme_ids(self, text: str) -> list[int]:
        phonemes: list[str] = []
        for clause in _CLAUSE.findall(text):
            words = clause.rstrip(",.;:!?")
            phonemes += [*_phonemes(words, self._espeak), *clause[len(words) : len(words) + 1], " "]
        blank, ids = self._ids["_"], [*self._ids["^"]]
        for phoneme in phonemes[:-1]:
            if phoneme in self._ids:
                ids += [*blank, *self._ids[phoneme]]
        return [*ids, *blank, *self._ids["$"]]


def _phonemes(words: str, voice: str) -> str:
    """IPA of a clause, one code point a phoneme, as Piper was trained with it."""
    command = ["espeak-ng", "-q", "--ipa", "-v", voice, "--", words.strip()]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=20, text=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise VoiceError(f"espeak-ng failed: {error}") from error
    ipa = re.sub(r"\([a-z-]+\)", "", done.stdout.strip().replace("\n", " "))  # drops language switches
    return unicodedata.normalize("NFD", ipa)


class EspeakVoice:
    """The espeak-ng program's own voice: synthetic, for a second kind of speaker."""

    def __init__(self, name: str = "en-us", words_per_minute: int = 150) -> None:
        self._name = name
        self._speed = words_per_minute

    def speak(self, text: str) -> Clip:
        """Return `text` as sound, its pauses as silence."""
        rate = 22_050
        clips = [
            silence(part, rate) if isinstance(part, float) else self._speak(part, rate)
            for part in parts(text)
        ]
        if not clips:
            raise VoiceError(f"nothing to say in {text!r}")
        return joined(clips)

    def _speak(self, text: str, rate: int) -> Clip:
        command = ["espeak-ng", "--stdout", "-v", self._name, "-s", str(self._speed), "--", text]
        try:
            done = subprocess.run(command, capture_output=True, check=True, timeout=20)
        except (OSError, subprocess.SubprocessError) as error:
            raise VoiceError(f"espeak-ng failed: {error}") from error
        # A WAV header of 44 bytes whose length field is unset, since it is written to a pipe.
        return Clip(np.frombuffer(done.stdout[44:], "<i2").astype(np.int16), rate)
