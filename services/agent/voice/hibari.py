"""hibari, an English voice: a network of 8 MB that tells spectra of a whole sentence at once.

Its maker's package reads the text (a lexicon, and a small network for words that are not in it) and makes samples of
the spectra; no program has to be called. This engine puts words and phonemes side by side, runs the network, and cuts
the sound as the other voices' is cut. The noise in the sound starts from the same number for every sentence, so that
a sentence always sounds the same: a reply made again by another worker continues the first one's.
"""

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import soxr
from hibari import dsp
from hibari.g2p import G2P
from hibari.g2p.normalize import normalize
from numpy.typing import NDArray

from agent.voice.pieces import BREATH, CALIBRATION, PAUSES_S, Cutter, session, sounding, speech_level
from agent.voice.saying import spoken
from agent.voice.tts import Piece, limited
from parley import audio
from parley.errors import EngineError, ModelMissing

NAME = "hibari"
"""The voice, its folder on the models volume, and its file there."""
MOST_SYMBOLS = 400
"""Longest stretch for the network, some 25 s: it learned from sentences, and its work grows by the square."""
_SEED = 20
_MARKS = frozenset(';:,.!?—…"“”()')
_BREAKS = (",", ";", ":", ".", "!", "?", "—", "…")

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """A written word and the voice's symbols for it, with the marks after them; none for what is not said."""

    written: str
    symbols: str


class HibariVoice:
    """The voice; may be used by several threads at a time."""

    def __init__(self, folder: Path, *, threads: int, level_dbfs: float) -> None:
        """Load the voice in `folder`, about 0.7 s. Raises ModelMissing or EngineError."""
        path = folder / f"{NAME}.onnx"
        if not path.is_file():
            raise ModelMissing("TTS_VOICE", path)
        try:
            self._network = session(_with_durations(path), threads)
            self._table: dict[str, int] = json.loads(
                resources.files("hibari").joinpath("assets/vocab.json").read_text(encoding="utf-8")
            )
        except Exception as error:  # onnx and onnxruntime raise classes of their own
            raise EngineError("internal", f"voice {NAME}: {type(error).__name__}: {error}") from error
        self._g2p = G2P()
        self._gain = 1.0
        loudness = speech_level(np.concatenate([p.pcm for p in self.speak(CALIBRATION)]))
        self._gain = 10 ** ((level_dbfs - loudness) / 20)

    def speak(self, text: str) -> Iterator[Piece]:
        """Synthesise a sentence, in one step of some 10 ms a second of speech; a very long one in several."""
        for stretch in stretches(read(spoken.words(text), self._g2p), MOST_SYMBOLS):
            yield from self._stretch(stretch)

    def _stretch(self, readings: Sequence[Reading]) -> Iterator[Piece]:
        ids, ends = self._ids(readings)
        if not ends[-1]:
            return
        *spectra, pitch, durations = self._network.run(
            None, {"ids": np.array([ids], np.int64), "speed": np.ones(1, np.float32)}
        )
        samples = dsp.synth(*(part[0] for part in spectra), pitch[0], np.random.default_rng(_SEED))
        pcm = limited(
            soxr.resample(samples * np.float32(self._gain), dsp.SR, audio.SAMPLE_RATE, quality="HQ")
        )
        places = np.cumsum(durations.reshape(-1)) * len(pcm) // durations.sum()
        pcm = pcm[: sounding(pcm)]
        ends = [min(int(places[end]), len(pcm)) for end in ends]
        pause = PAUSES_S.get(readings[-1].written[-1], 0.0)
        # The first word may sound before its place; what is silent of the network's lead is left out.
        cutter = Cutter([r.written for r in readings], ends, int(places[0]) + BREATH)
        yield from cutter.feed(
            np.concatenate([pcm, np.zeros(int(pause * audio.SAMPLE_RATE), np.int16)]), last=True
        )

    def _ids(self, readings: Sequence[Reading]) -> tuple[list[int], list[int]]:
        """The network's input, and for each word the place in it at which its last sound stands."""
        ids, ends, end = [0], [], 0
        for reading in readings:
            if reading.symbols and len(ids) > 1:
                ids.append(self._table[" "])
            for symbol in reading.symbols:
                if symbol in self._table:
                    ids.append(self._table[symbol])
                    end = end if symbol in _MARKS else len(ids) - 1
            ends.append(end)
        return [*ids, 0], ends


def read(words: Sequence[spoken.Word], g2p: G2P) -> list[Reading]:
    """Symbols of the words of a sentence.

    The package writes dates, units and abbreviations out before it reads them ("5 Jan." → "the fifth of January"); what
    it wrote is laid beside what was to be said, so that each word keeps its own symbols.
    """
    said = [(number, part) for number, word in enumerate(words) for part in word.said.split()]
    if not said:
        return []
    text = normalize(" ".join(part for _, part in said))
    groups = _groups(text, g2p)
    owners = _owners([part for _, part in said], text.split()[: len(groups)])
    symbols = [""] * len(words)
    for owner, group in zip(owners, groups, strict=True):
        number = said[owner][0]
        symbols[number] = f"{symbols[number]} {group}".strip()
    return [Reading(word.written, known) for word, known in zip(words, symbols, strict=True)]


def _groups(text: str, g2p: G2P) -> list[str]:
    """Symbols of each word of a text, a word being what stands between spaces."""
    groups, group = [], ""
    for token in g2p.phonemize_tokens(g2p.tokenize(text)):
        group += token.phonemes or ""
        if token.whitespace:
            groups.append(group)
            group = ""
    return [*groups, group]


def _owners(said: Sequence[str], written_out: Sequence[str]) -> list[int]:
    """For each word that was written out, the number of the said word that it stands for."""
    owners = []
    matcher = difflib.SequenceMatcher(None, said, written_out, autojunk=False)
    for _, first, end, low, high in matcher.get_opcodes():
        for place in range(high - low):
            # In proportion; what was put in belongs to the word before it.
            owner = first + place * (end - first) // (high - low) if end > first else first - 1
            owners.append(max(0, owner))
    return owners


def stretches(readings: Sequence[Reading], most: int) -> Iterator[list[Reading]]:
    """Split a sentence of more than `most` symbols, behind marks of punctuation where there are any."""
    stretch: list[Reading] = []
    for reading in readings:
        if stretch and sum(len(r.symbols) + 1 for r in [*stretch, reading]) > most:
            breaks = [n for n, r in enumerate(stretch, 1) if r.symbols.endswith(_BREAKS)]
            cut = breaks[-1] if breaks else len(stretch)
            yield stretch[:cut]
            stretch = stretch[cut:]
        stretch.append(reading)
    if stretch:
        yield stretch


def _with_durations(path: Path) -> bytes:
    """The network with how many frames each id lasts as its last output."""
    import onnx  # noqa: PLC0415 - needed once, while loading

    model = onnx.load(str(path))
    sums = [node for node in model.graph.node if node.op_type == "CumSum"]
    if len(sums) != 1:
        raise ValueError(f"{path.name} adds up {len(sums)} rows of durations instead of one")
    elements = onnx.TensorProto.INT64
    model.graph.output.append(onnx.helper.make_tensor_value_info(sums[0].input[0], elements, None))
    data: bytes = model.SerializeToString()
    return data
