"""Piper voices, streamed within the sentence.

A VITS network is a front end over the whole sentence, which carries the prosody, and a convolutional decoder, which
needs only a few frames on either side of a stretch. streaming-vits splits a voice's graph there (the models container
has done that); this engine runs the two halves, so that the first samples are there long before the sentence is.

The front end is changed in memory in two ways: its noise is a constant instead of random, so that a sentence always
sounds the same (a reply made again by another worker continues the first one's, and tests can compare samples), and the
phonemes' durations come out, so that it is known which words a stretch speaks.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from agent.voice import phonemes
from agent.voice.pieces import CALIBRATION, PAUSES_S, Cutter, session, speech_level
from agent.voice.saying import spoken
from agent.voice.tts import Piece, limited
from parley import audio
from parley.errors import EngineError, ModelMissing

FOLDER = ".streaming-vits"
"""Where the split graphs lie, beside the voice."""
MARGIN_FRAMES = 24
"""Frames of context on either side of a stretch: at most -80 dB of error on en_US-joe-medium (20: -52, 28: -101)."""
SCHEDULE = (16, 24, 40, 64, 96)
"""Frames of the stretches, 11.6 ms each; the last one repeats. Short first for a quick start, then longer because
every stretch costs its margins. At 0.8 ms a frame none is late, even on a core shared by five calls."""
MAX_FRAMES = 4096
"""Noise is kept for so many phonemes and frames (47 s): more than the longest line of an agent's file."""
TAIL_FRAMES = 9
"""Frames kept after the last word, in which it dies away; a pause follows."""

Samples = NDArray[np.float32]


class PiperVoice:
    """One voice; may be used by several threads at a time."""

    def __init__(self, folder: Path, *, threads: int, level_dbfs: float) -> None:
        """Load the voice in `folder`, about 1 s. Raises ModelMissing or EngineError."""
        self._graphs = _Graphs(folder, threads)
        self._gain = 1.0
        loudness = speech_level(np.concatenate([p.pcm for p in self.speak(CALIBRATION)]))
        self._gain = 10 ** ((level_dbfs - loudness) / 20)

    def speak(self, text: str) -> Iterator[Piece]:
        """Synthesise a sentence; the first step takes about 60 ms, for a long one 120."""
        words = spoken.words(text, self._graphs.espeak_voice.partition("-")[0])
        if not any(w.said for w in words):
            return
        lines = phonemes.transcribe(phonemes.said(words), self._graphs.espeak_voice)
        if not lines:
            return
        read = phonemes.assemble(words, lines, self._graphs.table)
        latent, mask, durations = self._graphs.front_end(read.ids)
        frames = np.cumsum(durations)
        # What precedes the first phoneme is silence that the caller would only wait for.
        start = max(0, int(frames[1]) - 1)
        ends = [int(frames[min(end, len(frames)) - 1]) for end in read.word_ends]
        samples = self._decoded(latent, mask, start, min(latent.shape[2], ends[-1] + TAIL_FRAMES))
        ends = [(end - start) * self._graphs.hop for end in ends]
        yield from self._pieces(
            samples, [w.written for w in words], ends, PAUSES_S.get(text.rstrip()[-1], 0.0)
        )

    def _decoded(self, latent: Samples, mask: Samples, start: int, end: int) -> Iterator[Samples]:
        at, step = start, 0
        while at < end:
            to = min(at + SCHEDULE[min(step, len(SCHEDULE) - 1)], end)
            low, high = max(0, at - MARGIN_FRAMES), min(latent.shape[2], to + MARGIN_FRAMES)
            decoded = self._graphs.decode(latent[:, :, low:high], mask[:, :, low:high])
            hop = self._graphs.hop
            yield decoded[(at - low) * hop : (to - low) * hop]
            at, step = to, step + 1

    def _pieces(
        self, chunks: Iterator[Samples], words: list[str], ends: list[int], pause_s: float
    ) -> Iterator[Piece]:
        rate = self._graphs.sample_rate
        resampler = soxr.ResampleStream(rate, audio.SAMPLE_RATE, 1, dtype="float32", quality="HQ")
        cutter = Cutter(words, [round(end * audio.SAMPLE_RATE / rate) for end in ends])
        for chunk in chunks:
            yield from cutter.feed(limited(resampler.resample_chunk(chunk * np.float32(self._gain))))
        tail = limited(resampler.resample_chunk(np.zeros(0, np.float32), last=True))
        pause = np.zeros(int(pause_s * audio.SAMPLE_RATE), np.int16)
        yield from cutter.feed(np.concatenate([tail, pause]), last=True)


class _Graphs:
    """The two halves of a voice and what its configuration says of them."""

    def __init__(self, folder: Path, threads: int) -> None:
        name = folder.name
        split = folder / FOLDER / f"{name}.split.json"
        if not split.is_file():
            raise ModelMissing("TTS_VOICE", split)
        try:
            config = json.loads((folder / f"{name}.onnx.json").read_text(encoding="utf-8"))
            meta = json.loads(split.read_text(encoding="utf-8"))
            self.table = {symbol: ids[0] for symbol, ids in config["phoneme_id_map"].items()}
            self.espeak_voice: str = config["espeak"]["voice"]
            self.sample_rate: int = config["audio"]["sample_rate"]
            inference = config["inference"]
            self._scales = np.array(
                [inference["noise_scale"], inference["length_scale"], inference["noise_w"]], np.float32
            )
            self.hop: int = meta["hop"]
            self._decoder_inputs = (meta["seam"]["z_p"], meta["seam"]["mask"])
            if meta["seam"]["g"]:
                raise EngineError("internal", f"{name}: voices of several speakers are not supported")
            self._front = session(_prepared(folder / FOLDER / meta["frontend"]), threads)
            self._decoder = session((folder / FOLDER / meta["decoder"]).read_bytes(), threads)
        except (OSError, KeyError, ValueError) as error:
            raise EngineError("internal", f"voice {name}: {type(error).__name__}: {error}") from error

    def front_end(self, ids: list[int]) -> tuple[Samples, Samples, NDArray[np.int64]]:
        """Latent frames (1, C, T), their mask (1, 1, T), and how many frames each id lasts."""
        latent, mask, durations = self._front.run(
            None,
            {
                "input": np.array([ids], np.int64),
                "input_lengths": np.array([len(ids)], np.int64),
                "scales": self._scales,
            },
        )
        return latent, mask, durations.reshape(-1).astype(np.int64)

    def decode(self, latent: Samples, mask: Samples) -> Samples:
        """Samples of these frames, at the voice's own rate."""
        out = self._decoder.run(None, dict(zip(self._decoder_inputs, (latent, mask), strict=True)))
        samples: Samples = out[0].reshape(-1)
        return samples


def _prepared(path: Path) -> bytes:
    """The front end with constant noise, and with the phonemes' durations as its last output."""
    import onnx  # noqa: PLC0415 - needed once, while loading

    model = onnx.load(str(path))
    graph = model.graph
    nodes: list[Any] = []
    random = np.random.default_rng(20)
    channels = iter(
        (2, 192)
    )  # of the duration predictor's noise and of the prior's, in the order of the graph
    for node in graph.node:
        nodes += (
            _constant_noise(graph, node, random, channels) if node.op_type == "RandomNormalLike" else [node]
        )
    ceils = [n for n in nodes if n.op_type == "Ceil"]
    if len(ceils) != 1:
        raise ValueError(f"{path.name} is no VITS front end: {len(ceils)} nodes that round durations")
    graph.output.append(onnx.helper.make_tensor_value_info(ceils[0].output[0], onnx.TensorProto.FLOAT, None))
    del graph.node[:]
    graph.node.extend(nodes)
    data: bytes = model.SerializeToString()
    return data


def _constant_noise(graph: Any, node: Any, random: np.random.Generator, channels: Iterator[int]) -> list[Any]:
    from onnx import helper, numpy_helper  # noqa: PLC0415 - as above

    count = next(channels)
    name = f"parley_{count}"
    noise = random.standard_normal((1, count, MAX_FRAMES)).astype(np.float32)
    graph.initializer.append(numpy_helper.from_array(noise, f"{name}_noise"))
    graph.initializer.append(numpy_helper.from_array(np.zeros(3, np.int64), f"{name}_from"))
    return [
        helper.make_node("Shape", [node.input[0]], [f"{name}_to"]),
        helper.make_node("Slice", [f"{name}_noise", f"{name}_from", f"{name}_to"], [node.output[0]]),
    ]
