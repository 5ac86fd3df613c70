"""The recognisers: `python -m bench.stt`, or `make bench-stt`. Needs only the models.

People's recordings through a telephone's 8 kHz and µ-law, as the workers get them: word error rates of the final words
(Whisper) and of the partial ones (Moonshine), what each costs, how often the words of 100 ms of silence are the final
ones already, and how many words are made up of sounds that nobody said. Whisper is timed on one thread and on all.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import audioop
import numpy as np

from bench.instruments import corpus, report
from bench.instruments.stats import finite, percentile, share
from bench.instruments.wording import errors
from caller.sound.clip import Clip
from parley import audio
from parley.errors import ParleyError
from stt.moonshine import Moonshine
from stt.transcriber import Samples, Transcriber
from stt.whisper import Whisper

STEP_S = 0.32
"""How much a partial's audio grows until the next one."""
HUSH_S, PAUSE_S = 0.1, 0.2
"""Silence after the words: of the last partial, of the transcript."""
REPEATS = 3
"""Of each timing; the shortest counts: the machine may be shared."""
NOISES = 12
"""Of each kind."""
_FIGURES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Heard:
    """What became of one recording; times in seconds."""

    file: str
    said: str
    final: str
    partial: str
    """Of the words and 100 ms of silence."""
    seconds: float
    """Of speech."""
    final_s: float
    final_all_threads_s: float
    partial_s: float
    growing_s: float
    """All partials of the growing audio together."""


def words(text: str) -> list[str]:
    """Words without case and punctuation; single figures are spelled, hyphens part words."""
    plain = re.sub(r"[^\w\s']", " ", text.lower().replace("’", "'"))
    return [_FIGURES[int(w)] if w.isdecimal() and int(w) < len(_FIGURES) else w for w in plain.split()]


def telephone(clip: Clip) -> Samples:
    """The clip at 8 kHz and µ-law and back: 16 kHz, −1…1."""
    coded = audioop.lin2ulaw(clip.at(8000).samples.astype("<i2").tobytes(), 2)
    narrow = np.frombuffer(audioop.ulaw2lin(coded, 2), "<i2").astype(np.int16)
    return (Clip(narrow, 8000).at(audio.SAMPLE_RATE).samples / np.float32(32768)).astype(np.float32)


def silent(samples: Samples, seconds: float) -> Samples:
    """The samples with silence after them."""
    return np.pad(samples, (0, round(seconds * audio.SAMPLE_RATE)))


def timed(engine: Transcriber, samples: Samples) -> tuple[str, float]:
    """The text, and the shortest time of several."""
    taken = []
    text = ""
    for _ in range(REPEATS):
        began = time.monotonic()
        text = engine.transcribe(samples, "en").text
        taken.append(time.monotonic() - began)
    return text, min(taken)


def growing(partial: Transcriber, samples: Samples) -> float:
    """Processor seconds of all partials while these samples were spoken."""
    step = round(STEP_S * audio.SAMPLE_RATE)
    began = time.thread_time()
    for end in range(step, len(samples), step):
        partial.transcribe(samples[:end], "en")
    return time.thread_time() - began


def listen(partial: Transcriber, final: Transcriber, on_all_threads: Transcriber) -> Iterator[Heard]:
    """Hear every recording with each."""
    for item in corpus.data("prompts.yaml")["prompts"]:
        samples = telephone(corpus.trimmed(corpus.human(str(item["file"]))))
        hushed, paused = silent(samples, HUSH_S), silent(samples, PAUSE_S)
        text, final_s = timed(final, paused)
        words_so_far, partial_s = timed(partial, hushed)
        yield Heard(
            file=str(item["file"]),
            said=str(item["text"]),
            final=text,
            partial=words_so_far,
            seconds=audio.seconds(len(samples)),
            final_s=final_s,
            final_all_threads_s=timed(on_all_threads, paused)[1],
            partial_s=partial_s,
            growing_s=growing(partial, samples),
        )


def noises() -> Iterator[tuple[str, Samples]]:
    """Sounds without words, of several kinds, as loud as a caller's."""
    for number in range(NOISES):
        level = -35.0 + 15 * number / NOISES
        yield "cough", telephone(corpus.cough(number))
        yield "music", telephone(corpus.music(number))
        yield "babble", telephone(corpus.babble(number, level_dbfs=level))
        yield "line", telephone(corpus.white((0.5, 2.0)[number % 2], level, number))


def invented(engine: Transcriber) -> dict[str, int]:
    """How many of NOISES each kind of sound gave words."""
    found: dict[str, int] = {}
    for kind, samples in noises():
        found[kind] = found.get(kind, 0) + bool(engine.transcribe(samples, "en").text)
    return found


def figures(results: Sequence[Heard]) -> dict[str, float | None]:
    """The figures of all recordings."""
    said = [words(r.said) for r in results]
    count = sum(map(len, said))
    final = sum(errors(s, words(r.final)) for s, r in zip(said, results, strict=True))
    partial = sum(errors(s, words(r.partial)) for s, r in zip(said, results, strict=True))
    same = sum(words(r.partial) == words(r.final) for r in results)
    return {
        "recordings": len(results),
        "words": count,
        "wer_human_pct": share(final, count),
        "partial_wer_human_pct": share(partial, count),
        "partial_same_words_pct": share(same, len(results)),
        "partial_ms": percentile([1000 * r.partial_s for r in results], 50),
        "partial_p95_ms": percentile([1000 * r.partial_s for r in results], 95),
        "partial_core_pct": 100 * sum(r.growing_s for r in results) / sum(r.seconds for r in results),
        "final_ms": percentile([1000 * r.final_s for r in results], 50),
        "final_all_threads_ms": percentile([1000 * r.final_all_threads_s for r in results], 50),
        "speech_p50_s": percentile([r.seconds for r in results], 50),
    }


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.stt", description="The recognisers.")
    parser.parse_args()
    models = Path(os.environ.get("MODELS_DIR") or "/models")
    name = os.environ.get("STT_MODEL") or "base"
    threads = len(os.sched_getaffinity(0))
    on = report.machine()
    try:
        partial = Moonshine(models / "moonshine" / "tiny-en")
        final, on_all = (Whisper(models / "whisper" / name, "cpu", "auto", n) for n in (1, threads))
        results = list(listen(partial, final, on_all))
        made_up = {"final": invented(final), "partial": invented(partial)}
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    found = figures(results)
    for engine, kinds in made_up.items():
        found |= {f"{engine}_invented_{kind}_pct": share(count, NOISES) for kind, count in kinds.items()}
    report.table("Recognition", ["what", "figure"], [(k, v) for k, v in found.items() if v is not None])
    samples = [asdict(r) for r in results]
    report.write("stt", {"model": name, "threads": threads}, finite(found), samples, on=on)
    return 0


if __name__ == "__main__":
    sys.exit(main())
