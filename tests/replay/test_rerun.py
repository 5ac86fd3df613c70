"""Calls run again with a loudness detector, a score that is always the same, and words by how long they take."""

from pathlib import Path

import numpy as np
import pytest

from parley.audio import SAMPLE_RATE, Pcm
from parley.messages import Event
from records.sound.timeline import timeline
from replay.course import Course
from replay.ears import Ears
from replay.recording import caller_side
from replay.rerun import Hearing, rerun
from replay.trial import Setup
from stt.transcriber import Heard, Samples
from tests.fakes.engines.ears import Judge
from tests.fakes.engines.vad import LoudnessVad
from tests.fakes.kept_calls import CALL, TONES, event, events, tone, wav

SHORT_S = 1.4
"""With what is put before and after it, what takes no longer is an acknowledgement."""
PATIENT = {"ENDPOINT_FAST_MS": "1000", "ENDPOINT_SLOW_MS": "1200"}
HASTY = {"ENDPOINT_FAST_MS": "300", "ENDPOINT_SLOW_MS": "400", "ENDPOINT_OPEN_MS": "600"}


class ByLength:
    """Hears an acknowledgement in what is short, a sentence in what is longer."""

    device = "cpu"

    def __init__(self) -> None:
        self.heard = 0

    def transcribe(self, samples: Samples, language: str, vocabulary: str = "") -> Heard:
        self.heard += 1
        short = len(samples) < SHORT_S * SAMPLE_RATE and np.abs(samples).mean() < 0.1
        return Heard("uh-huh" if short else "I bought it in your shop", "speech", 1, 0.9)


def run(
    folder: Path,
    changes: dict[str, str],
    told: list[Event] | None = None,
    spoken: Pcm | None = None,
    **hearing: object,
) -> Course:
    kept = timeline(CALL, told or events())
    audio = caller_side(wav(tone(TONES) if spoken is None else spoken, tone([])), kept)
    setup = Setup.of({"AGENTS_DIR": str(folder)}, changes)
    by: dict[str, object] = {
        "ears": Ears(ByLength(), Judge(0.5)), "vad": LoudnessVad(), "language": "en", "vocabulary": "",
        "ends": lambda _text, _language: False,
    }  # fmt: skip
    return rerun(kept, audio, setup, Hearing(**(by | hearing)))  # type: ignore[arg-type]


def test_each_turn_ends_after_the_silence_that_was_asked_for(tmp_path: Path) -> None:
    course = run(tmp_path, PATIENT)
    assert [turn.by for turn in course.turns] == ["silence", "silence"]
    first, second = course.turns
    assert first.begin_s == pytest.approx(2.0, abs=0.35)
    assert first.voice_end_s == pytest.approx(4.8, abs=0.05)
    assert first.wait_s == pytest.approx(1.1, abs=0.1)
    assert second.begin_s == pytest.approx(9.5, abs=0.35)
    assert not any(turn.was_cut_off(1.0) for turn in course.turns)


def test_a_shorter_silence_cuts_the_caller_off_who_is_taken_up_again(tmp_path: Path) -> None:
    first, again, *others = run(tmp_path, HASTY).turns
    assert first.voice_end_s == pytest.approx(3.0, abs=0.05)
    assert first.was_cut_off(1.0)
    assert not first.was_cut_off(0.1)
    assert first.taken_up
    assert again.begin_s == first.begin_s
    assert again.voice_end_s == pytest.approx(4.8, abs=0.05)
    assert len(others) == 1


def test_an_acknowledgement_lets_the_agent_go_on(tmp_path: Path) -> None:
    course = run(tmp_path, PATIENT)
    (overlap,) = course.overlaps
    assert overlap.outcome == "resumed"
    assert 12.2 < overlap.at_s < 13.8


def test_a_sentence_over_the_agent_takes_the_turn(tmp_path: Path) -> None:
    told = [e for e in events() if e.kind not in ("caller_speaks", "barge_in")]
    course = run(tmp_path, PATIENT, told, tone((*TONES[:3], (12.2, 14.4))))
    assert [overlap.outcome for overlap in course.overlaps] == ["interrupted"]
    assert len(course.turns) == 3


def test_the_same_run_twice_is_the_same(tmp_path: Path) -> None:
    assert run(tmp_path, PATIENT) == run(tmp_path, PATIENT)
    assert run(tmp_path, PATIENT) != run(tmp_path, HASTY)


def test_runs_that_share_ears_write_down_once(tmp_path: Path) -> None:
    words = ByLength()
    ears = Ears(words, Judge(0.5))
    run(tmp_path, PATIENT, ears=ears)
    heard = words.heard
    run(tmp_path, PATIENT, ears=ears)
    assert words.heard == heard


def test_a_line_that_answers_a_choice_ends_the_turn(tmp_path: Path) -> None:
    said = event(11.35, "agent_said", revision=9, text="Sales.", seconds=0.15)
    course = run(tmp_path, PATIENT, events(event(11.2, "agent_speaks", revision=9), said))
    assert [turn.by for turn in course.turns[:2]] == ["silence", "line"]


def test_a_goodbye_is_not_waited_for_longer_than_a_question(tmp_path: Path) -> None:
    waits = {"ENDPOINT_FAST_MS": "500", "ENDPOINT_SLOW_MS": "1600"}
    slow = run(tmp_path, waits, spoken=tone(TONES[2:3]))
    quick = run(tmp_path, waits, spoken=tone(TONES[2:3]), ends=lambda _text, _language: True)
    assert quick.turns[0].wait_s == pytest.approx(0.5, abs=0.08)
    assert slow.turns[0].wait_s == pytest.approx(1.1, abs=0.25)


def test_a_turn_that_is_not_over_when_the_call_is_has_no_end(tmp_path: Path) -> None:
    never = {"ENDPOINT_FAST_MS": "9000", "ENDPOINT_SLOW_MS": "9000", "ENDPOINT_OPEN_MS": "9000"}
    told = [e for e in events() if e.data.get("revision") != 2]
    (turn,) = run(tmp_path, never, told, tone(TONES[2:3])).turns
    assert (turn.by, turn.decided_s, turn.wait_s) == ("nobody", None, None)


def test_what_is_shorter_than_speech_silences_nobody(tmp_path: Path) -> None:
    said = tone(TONES[2:])
    assert run(tmp_path, PATIENT, spoken=said).count("resumed") == 1
    assert run(tmp_path, PATIENT | {"BARGE_IN_MIN_MS": "800"}, spoken=said).overlaps == ()
