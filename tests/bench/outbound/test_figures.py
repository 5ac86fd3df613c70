"""What the benchmark of who answers counts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from bench.instruments.corpus import data
from bench.outbound.__main__ import figures
from bench.outbound.recordings import FILES, Recording
from bench.outbound.replay import Bench, Outcome
from caller.sound.clip import Clip
from gateway.answering.judging import DEFAULT, Kind
from gateway.media.speech.detections import DetectorSettings
from parley import languages
from parley.languages.said import plain
from stt.transcriber import Heard, Samples
from tests.fakes.engines.vad import LoudnessVad
from tests.gateway.answering.sounds import frames, quiet, tone, voice


def recording(kind: Kind, *sounds: np.ndarray, beep_end_s: float | None = None) -> Recording:
    samples = np.concatenate(frames(*sounds, quiet(5.0)))
    return Recording("x", kind, "en", "reported", Clip(samples, 16_000), 0.5, 1.0, beep_end_s)


PERSON = recording("person", quiet(0.5), voice(0.5))
MAILBOX = recording("voicemail", quiet(0.5), voice(1.2), quiet(0.4), tone(0.4, 1000), beep_end_s=2.5)


class Ears:
    device = "cpu"

    def transcribe(self, _samples: Samples, _language: str, _vocabulary: str = "") -> Heard:
        return Heard("Please leave a message.", "speech", 1)


def test_a_recording_is_judged_by_its_sound_and_by_its_words() -> None:
    items = [PERSON, MAILBOX]
    bench = Bench(items, LoudnessVad(), Ears(), DetectorSettings(), recognition_s=0.1)
    assert bench.run(0, DEFAULT, words=False).kind == "person"
    assert bench.run(0, DEFAULT).kind == "voicemail"  # it says so, here
    out = bench.run(1, DEFAULT)
    assert (out.kind, out.first_kind) == ("voicemail", "voicemail")
    assert out.message_s == pytest.approx(2.5 + DEFAULT.after_beep_s, abs=0.1)
    late = bench.run(1, DEFAULT, words=False)
    assert (late.kind, late.first_kind, late.message_s) == ("voicemail", "voicemail", out.message_s)


def test_who_is_mistaken_for_whom_is_counted() -> None:
    found = figures(
        [
            (PERSON, Outcome("person", 1.2, "person", 1.5, None)),
            (PERSON, Outcome("person", 2.0, "person", 0.9, None)),
            (PERSON, Outcome("voicemail", 3.0, "voicemail", 3.0, None)),
            (MAILBOX, Outcome("voicemail", 2.4, "person", 1.5, 2.8)),
            (MAILBOX, Outcome("voicemail", 2.4, "voicemail", 2.4, 2.4)),
        ]
    )
    assert (found["recordings"], found["persons"]) == (5, 3)
    assert found["amd_right_pct"] == pytest.approx(80.0)
    assert found["person_as_machine_pct"] == pytest.approx(100 / 3)
    assert found["amd_decision_p50_s"] == pytest.approx(1.1)
    assert found["machine_greeted_pct"] == pytest.approx(50.0)
    assert found["message_after_beep_pct"] == pytest.approx(50.0)
    assert found["spoken_over_pct"] == pytest.approx(100 / 3)
    assert found["human_right_pct"] is None
    recorded = replace(MAILBOX, voice="de")
    assert figures([(recorded, Outcome("voicemail", 2.4, None, None, None))])["human_right_pct"] == 100.0


def test_words_are_kept_for_the_next_run(tmp_path: Path) -> None:
    kept = tmp_path / "words.json"
    options: dict[str, Any] = {"recognition_s": 0.1, "kept": kept}
    bench = Bench([MAILBOX], LoudnessVad(), Ears(), DetectorSettings(), **options)
    first = bench.run(0, DEFAULT)
    bench.keep()

    class Deaf(Ears):
        def transcribe(self, _samples: Samples, _language: str, _vocabulary: str = "") -> Heard:
            raise AssertionError("it was written down before")

    assert Bench([MAILBOX], LoudnessVad(), Deaf(), DetectorSettings(), **options).run(0, DEFAULT) == first


def test_nothing_that_is_reported_was_fitted_on() -> None:
    lists = {part: data(name) for part, name in FILES.items()}
    assert len({frozenset(kinds) for kinds in lists.values()}) == 1
    examples = {
        plain(text)
        for language in languages.every()
        for said in msgspec.structs.asdict(language.answering.examples).values()
        for text in said
    }
    texts = {
        part: {plain(text) for kind in kinds.values() for said in kind.values() for text in said}
        for part, kinds in lists.items()
    }
    assert texts["fitted"].isdisjoint(texts["reported"])
    assert texts["fresh"].isdisjoint(texts["fitted"] | texts["reported"])
    # A hello is everybody's.
    chosen_by = {text for text in examples if len(text.split()) > 1}
    assert chosen_by.isdisjoint(texts["reported"] | texts["fresh"])
