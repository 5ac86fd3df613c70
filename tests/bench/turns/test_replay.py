"""Turn-taking in counted time, with a loudness detector and a score that is always the same."""

import numpy as np
import pytest

from bench.turns.replay import Bench, Policy
from bench.turns.utterances import Utterance
from caller.sound.clip import Clip
from gateway.media.speech.detections import DetectorSettings
from gateway.turns.end_of_turn import Silences, silence_s
from gateway.turns.memory import TurnSettings
from stt.transcriber import Samples
from tests.fakes.engines.ears import Ears
from tests.fakes.engines.vad import LoudnessVad

RATE = 16_000
TONE = (8000 * np.sin(np.arange(RATE) / 5)).astype(np.int16)
SILENCE = np.zeros(RATE, np.int16)


class AlwaysScores:
    def __init__(self, score: float) -> None:
        self.score = score
        self.asked = 0

    def end_of_turn(self, samples: Samples) -> float:
        self.asked += 1
        return self.score


def bench(score: float, pause_s: float, text: str = "some words") -> Bench:
    pause = SILENCE[: round(pause_s * RATE)]
    sound = np.concatenate([SILENCE[: RATE // 2], TONE, pause, TONE])
    item = Utterance("u", "synthetic", "closed", Clip(sound, RATE), len(sound) / RATE, pause_s)
    ears, settings = Ears(text), DetectorSettings()
    return Bench([item], LoudnessVad(), AlwaysScores(score), ears, settings, recognition_s=0.1)


def policy(fast: float, slow: float, *, judged: bool = True) -> Policy:
    return Policy("p", TurnSettings(endpoint=Silences(fast, slow, slow)), judged)


def test_a_pause_shorter_than_the_silence_does_not_cut_off() -> None:
    tried = bench(0.9, 0.5)
    (outcome,) = tried.run(policy(0.7, 0.7, judged=False))
    item = tried.items[0]
    assert not outcome.was_cut_off(item)
    assert outcome.attempts == 2
    assert outcome.added_s(item) == pytest.approx(0.7, abs=0.08)


def test_a_longer_pause_cuts_off() -> None:
    tried = bench(0.9, 0.8)
    (outcome,) = tried.run(policy(0.4, 0.4, judged=False))
    assert outcome.was_cut_off(tried.items[0])
    assert outcome.added_s(tried.items[0]) is None


def test_a_low_score_waits_longer() -> None:
    tried = bench(0.1, 0.8)
    (outcome,) = tried.run(policy(0.4, 2.4))
    assert not outcome.was_cut_off(tried.items[0])
    waited = silence_s("some words", 0.1, Silences(0.4, 2.4, 2.4))
    assert outcome.added_s(tried.items[0]) == pytest.approx(waited, abs=0.08)


def test_words_without_an_end_wait_longest() -> None:
    tried = bench(0.9, 0.8, "I would like the")
    settings = TurnSettings(endpoint=Silences(0.4, 0.4, 1.2))
    (outcome,) = tried.run(Policy("p", settings))
    assert not outcome.was_cut_off(tried.items[0])
    assert outcome.added_s(tried.items[0]) == pytest.approx(1.2, abs=0.08)
    assert tried.run(Policy("p", settings, words=False))[0].was_cut_off(tried.items[0])


def test_what_has_no_words_is_not_answered() -> None:
    (outcome,) = bench(0.9, 0.8, "").run(policy(0.4, 1.2))
    assert outcome.decided_s is None


def test_later_runs_replay_the_detector_and_keep_the_scores() -> None:
    tried = bench(0.9, 0.8)
    first = tried.run(policy(0.4, 1.2))
    asked = tried._endpointer.asked  # type: ignore[attr-defined]
    assert tried.run(policy(0.4, 1.2)) == first
    assert tried._endpointer.asked == asked  # type: ignore[attr-defined]
    # Nothing may be heard that was not heard before.
    assert tried.run(policy(1.0, 1.2, judged=False)) != first
