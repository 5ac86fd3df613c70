"""Word error rates, and what stands in the figures."""

import numpy as np

from bench.instruments import corpus
from bench.instruments.wording import errors
from bench.stt import Heard, figures, silent, telephone, words


def test_words_are_compared_without_case_and_punctuation() -> None:
    assert words("Press 1, please re-enter it. I’m sorry!") == [
        "press", "one", "please", "re", "enter", "it", "i'm", "sorry",
    ]  # fmt: skip


def test_wrong_missing_and_surplus_words_count() -> None:
    said = ["after", "the", "tone"]
    assert errors(said, said) == 0
    assert errors(said, ["after", "a", "tone"]) == 1
    assert errors(said, ["after", "tone"]) == 1
    assert errors(said, ["well", "after", "the", "tone"]) == 1
    assert errors(said, []) == 3
    assert errors([], said) == 3


def test_the_figures_are_over_all_words() -> None:
    heard = Heard(
        file="x", said="one two three four", final="one two three four", partial="one two tree", seconds=2.0,
        final_s=0.2, final_all_threads_s=0.3, partial_s=0.05, growing_s=0.2,
    )  # fmt: skip
    found = figures([heard])
    assert (found["wer_human_pct"], found["partial_wer_human_pct"]) == (0.0, 50.0)
    assert (found["partial_same_words_pct"], found["partial_core_pct"]) == (0.0, 10.0)


def test_a_telephone_takes_the_high_sounds_away() -> None:
    heard = telephone(corpus.white(1.0, -20.0))
    spectrum = np.abs(np.fft.rfft(heard)) ** 2
    assert len(heard) == 16_000
    assert spectrum[4200:].sum() < 0.01 * spectrum[:3800].sum()
    assert len(silent(heard, 0.1)) == 17_600
