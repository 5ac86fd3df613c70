"""The agents' English voices compared: `python -m bench.voice`, or `make bench-voice`.

Each voice speaks the same sentences on one thread: facts of the samples and of the invented companies, the agents'
lines, and prices, numbers, names and addresses (data/voice.yaml). Speed is the best of several runs of a sentence,
voices by turns, so that what else runs on the machine disturbs none of them more. What is heard is written down by
Whisper base at the other end of a telephone line, and compared word by word.
"""

import argparse
import asyncio
import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.knowledge.reading.shelf import Shelf
from agent.voice import hibari, pieces
from agent.voice.espeak import EspeakVoice
from agent.voice.hibari import HibariVoice
from agent.voice.piper import PiperVoice
from agent.voice.sentences import sentences_of
from agent.voice.tts import Piece, Voice
from bench.instruments import pitch, report, wording
from bench.instruments.corpus import data
from bench.instruments.stats import finite, percentile, share
from bench.instruments.telephone import over_the_line
from caller.sound.clip import Clip
from caller.sound.ears import Ears
from parley import audio, languages
from parley.agents import load_agents

PIPER = "en_US-joe-medium"
VOICES = {hibari.NAME: "hibari", PIPER: "joe", "espeak-ng:en-us": "espeak"}
"""Names of voices as settings name them, and what the figures call them."""
MODELS = Path(os.environ.get("MODELS_DIR") or "/models")
LEVEL_DBFS = -18.0
_FULL = 32_767


@dataclass(frozen=True)
class Sample:
    """One sentence by one voice."""

    voice: str
    kind: str
    text: str
    heard: str
    words: int
    word_errors: int
    letters: int
    letter_errors: int
    seconds: float
    level_dbfs: float
    clipped: int
    jumps_pct: float


def make(name: str) -> Voice:
    if name == hibari.NAME:
        return HibariVoice(MODELS / "tts" / name, threads=1, level_dbfs=LEVEL_DBFS)
    if name.startswith("espeak-ng:"):
        return EspeakVoice(name.removeprefix("espeak-ng:"), level_dbfs=LEVEL_DBFS)
    return PiperVoice(MODELS / "tts" / name, threads=1, level_dbfs=LEVEL_DBFS)


def memory_mb(name: str) -> float:
    """Resident memory that a voice takes in a process of its own, after it has spoken."""

    def resident() -> float:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    before = resident()
    said = list(make(name).speak("This is how much memory it takes to say something of ordinary length."))
    return resident() - before if said else float("nan")


def corpus() -> list[tuple[str, str]]:
    """Kinds and sentences."""
    lines = languages.get(languages.DEFAULT).texts.values()
    found = [("line", line.format(digits="4 2 7")) for line in lines]
    for root in (Path("agents"), Path("bench/data/knowledge/agents")):
        agents, errors = load_agents(root)
        assert not errors, errors
        english = [agent for agent in agents.values() if agent.file.language == languages.DEFAULT]
        read, unusable = Shelf().read(english)
        assert not unusable, unusable
        passages = [p for agent in english for p in read[agent.name, languages.DEFAULT]]
        found += [("fact", sentence) for p in passages for sentence in sentences_of(p.text)]
    found += [(kind, str(text)) for kind, texts in data("voice.yaml").items() for text in texts]
    return list(dict.fromkeys(found))


def joined(said: Sequence[Piece]) -> Clip:
    return Clip(np.concatenate([piece.pcm for piece in said]), audio.SAMPLE_RATE)


async def judge(name: str, voice: Voice, kind: str, text: str, ears: Ears) -> Sample:
    clip = joined(list(voice.speak(text)))
    heard = await ears.transcribe(over_the_line(clip))
    said, understood = wording.words(text), wording.words(heard)
    spelled, written = wording.letters(said), wording.letters(understood)
    return Sample(
        voice=name,
        kind=kind,
        text=text,
        heard=heard,
        words=len(said),
        word_errors=wording.errors(said, understood),
        letters=len(spelled),
        letter_errors=wording.errors(spelled, written),
        seconds=round(clip.seconds, 3),
        level_dbfs=round(pieces.speech_level(clip.samples), 2),
        clipped=int(np.sum(np.abs(clip.samples.astype(np.int32)) >= _FULL)),
        jumps_pct=round(pitch.jumps_pct(pitch.contour(clip)), 2),
    )


def clock(voice: Voice, text: str) -> tuple[float, float, float]:
    """Seconds to the first piece, to the last, and of speech."""
    began = time.perf_counter()
    steps = voice.speak(text)
    said = [next(steps)]
    first = time.perf_counter() - began
    said += list(steps)
    return first, time.perf_counter() - began, joined(said).seconds


def speeds(voices: dict[str, Voice], runs: int) -> dict[str, report.Figure]:
    """Milliseconds of short and long sentences, best of `runs`, by voice."""
    found: dict[str, report.Figure] = {}
    for kind in ("short", "long"):
        best: dict[str, list[tuple[float, float, float]]] = {name: [] for name in voices}
        for text in (str(t) for t in data("voice.yaml")[kind]):
            taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in voices}
            for _ in range(runs):
                for name, voice in voices.items():
                    taken[name].append(clock(voice, text))
            for name, several in taken.items():
                first, whole, seconds = (min(column) for column in zip(*several, strict=True))
                best[name].append((first, whole, seconds))
        for name, measured in best.items():
            firsts, wholes, lengths = zip(*measured, strict=True)
            found[f"{name}_{kind}_first_ms"] = 1000 * percentile(firsts, 50)
            found[f"{name}_{kind}_whole_ms"] = 1000 * percentile(wholes, 50)
            found[f"{name}_{kind}_ms_per_s"] = 1000 * sum(wholes) / sum(lengths)
    return found


def figures(samples: Sequence[Sample], name: str) -> dict[str, report.Figure]:
    own = [s for s in samples if s.voice == name]
    levels = [s.level_dbfs for s in own]
    found: dict[str, report.Figure] = {
        f"{name}_wer_pct": share(sum(s.word_errors for s in own), sum(s.words for s in own)),
        f"{name}_cer_pct": share(sum(s.letter_errors for s in own), sum(s.letters for s in own)),
        f"{name}_level_dbfs": float(np.mean(levels)),
        f"{name}_level_spread_db": float(np.std(levels)),
        f"{name}_clipped_samples": sum(s.clipped for s in own),
        f"{name}_pitch_jumps_pct": float(
            np.average([s.jumps_pct for s in own], weights=[s.seconds for s in own])
        ),
    }
    for kind in dict.fromkeys(s.kind for s in own):
        of_kind = [s for s in own if s.kind == kind]
        found[f"{name}_wer_{kind}_pct"] = share(
            sum(s.word_errors for s in of_kind), sum(s.words for s in of_kind)
        )
    return found


def show(found: dict[str, float], names: Sequence[str]) -> None:
    rows = [
        (what, *(found.get(f"{name}_{what}", float("nan")) for name in names))
        for what in dict.fromkeys(
            key.removeprefix(f"{names[0]}_") for key in found if key.startswith(names[0])
        )
    ]
    report.table("Voices", ("", *names), rows)


async def run(arguments: argparse.Namespace) -> None:
    on = report.machine()
    voices = {short: make(name) for name, short in VOICES.items()}
    found = speeds(voices, arguments.runs)
    spawn = multiprocessing.get_context("spawn")
    for name, short in VOICES.items():
        with ProcessPoolExecutor(1, mp_context=spawn) as alone:
            found[f"{short}_memory_mb"] = alone.submit(memory_mb, name).result()
    sentences = corpus()[:: arguments.every]
    ears = Ears(MODELS)
    samples = []
    with report.progress() as bar:
        for kind, text in bar.track(sentences, description="sentences"):
            samples += [await judge(name, voice, kind, text, ears) for name, voice in voices.items()]
    ears.close()
    for name in voices:
        found |= figures(samples, name)
    found["sentences"] = len(sentences)
    shown = finite(found)
    show(shown, list(voices))
    settings = {"voices": list(VOICES), "threads": 1, "runs": arguments.runs, "level_dbfs": LEVEL_DBFS}
    report.write("voice", settings, shown, [vars(s) for s in samples], on=on)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=7, help="runs of a sentence whose speed is measured")
    parser.add_argument("--every", type=int, default=1, help="only every N-th sentence is listened to")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
