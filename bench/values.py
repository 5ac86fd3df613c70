"""What is understood of callers who are asked for a value: `python -m bench.values`, or `make bench-values`.

Six synthetic voices say the wordings of bench/data/values.yaml over G.711; the recogniser writes them down, once with
the words that the kind of value has it expect and once without, and the kind reads them, as in a call. Needs only the
models. What was not understood is printed.
"""

import datetime
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import yaml

from bench.instruments import report
from bench.instruments.corpus import DATA
from bench.instruments.recogniser import stt_settings, whisper
from bench.instruments.stats import percentile, share
from bench.instruments.voices import SPEAKERS, Voices
from gateway.values.kind import Kind
from gateway.values.kinds import Setting, kind_of
from parley import audio
from parley.agents.dialogue import Collect
from stt.transcriber import Samples, Transcriber

TODAY = datetime.date(2026, 11, 29)
LANGUAGE = "en"
_BEFORE_S, _AFTER_S = 0.3, 0.2
"""Silence that comes with an utterance: the preroll, and the pause that ends it."""


@dataclass(frozen=True)
class Told:
    """What became of one utterance."""

    of: str
    says: str
    voice: str
    means: str
    expecting: bool
    """Whether the recogniser knew what is likely to be said."""
    text: str
    value: str
    work_s: float


def main() -> int:
    """Have every wording said by every voice; return the exit status."""
    engine = whisper(stt_settings())
    voices = Voices(Path(os.environ.get("MODELS_DIR") or "/models"))
    on = report.machine()
    told = [one for name, wanted in wordings().items() for one in _told(name, wanted, voices, engine)]
    wrong = [one for one in told if one.value != one.means]
    for one in wrong:
        how = "expecting" if one.expecting else "without"
        report.console.print(f"{one.of:22} {how:10} {one.says} -> {one.text} -> {one.value}", highlight=False)
    found = figures(told)
    report.table("What is understood", ("figure", "value"), sorted(found.items()))
    report.write("values", {"voices": len(SPEAKERS)}, found, samples=[asdict(one) for one in wrong], on=on)
    return 0


def figures(told: list[Told]) -> dict[str, report.Figure]:
    """Of each list and of all, the share that is understood, with and without expected words, and what both cost."""
    found: dict[str, report.Figure] = {}
    for suffix, expecting in (("", True), ("_without", False)):
        those = [one for one in told if one.expecting is expecting]
        for of in dict.fromkeys(one.of for one in those):
            found[f"{of}_right{suffix}_pct"] = _right_pct([one for one in those if one.of == of])
        found[f"all_right{suffix}_pct"] = _right_pct(those)
        found[f"work{suffix}_p50_s"] = round(percentile([one.work_s for one in those], 50), 3)
    return found


def _right_pct(told: list[Told]) -> float:
    return share(sum(one.value == one.means for one in told), len(told))


def wordings() -> dict[str, dict[str, Any]]:
    """The lists by their names."""
    lists: dict[str, dict[str, Any]] = yaml.safe_load((DATA / "values.yaml").read_text(encoding="utf-8"))
    return lists


def kind_asked(wanted: Mapping[str, Any]) -> Kind:
    """What understands the values of a list."""
    return kind_of(msgspec.convert({"say": "?", **wanted["asked"]}, Collect), Setting(LANGUAGE, "", TODAY))


def _told(name: str, wanted: Mapping[str, Any], voices: Voices, engine: Transcriber) -> Iterator[Told]:
    kind = kind_asked(wanted)
    for said in wanted["said"]:
        for who in SPEAKERS:
            clip = voices.say(who, said["says"]).at(audio.SAMPLE_RATE)
            samples = _with_silence(clip.samples.astype(np.float32) / np.float32(32768))
            for expecting in (True, False):
                began = time.monotonic()
                hint = ", ".join(kind.expected) if expecting else ""
                text = engine.transcribe(samples, LANGUAGE, hint).text
                work_s = time.monotonic() - began
                value = read(kind, str(wanted.get("before", "")), text)
                yield Told(name, said["says"], who.name, str(said["means"]), expecting, text, value, work_s)


def read(kind: Kind, before: str, text: str) -> str:
    """The value that words mean to somebody to whom `before` was read back, if anything was."""
    return (kind.corrected(before, text) if before else kind.said("", text)).value


def _with_silence(samples: Samples) -> Samples:
    return np.pad(samples, (round(_BEFORE_S * audio.SAMPLE_RATE), round(_AFTER_S * audio.SAMPLE_RATE)))


if __name__ == "__main__":
    raise SystemExit(main())
