import numpy as np

from parley import audio
from stt.transcriber import LONGEST_S, Heard, joined, pieces

RATE = audio.SAMPLE_RATE


def test_pieces_of_long_audio_are_whole_and_short_enough() -> None:
    samples = np.random.default_rng(1).standard_normal(int(70.5 * RATE)).astype(np.float32)
    cut = list(pieces(samples))
    assert len(cut) == 3
    assert all(len(piece) <= LONGEST_S * RATE for piece in cut)
    assert np.array_equal(np.concatenate(cut), samples)


def test_pieces_are_cut_where_it_is_quiet() -> None:
    samples = np.ones(int(40 * RATE), np.float32)
    samples[25 * RATE : 25 * RATE + RATE // 2] = 0
    first, *_ = pieces(samples)
    assert 25 * RATE <= len(first) <= 25 * RATE + RATE // 2


def test_short_audio_is_one_piece() -> None:
    samples = np.zeros(RATE, np.float32)
    assert [len(piece) for piece in pieces(samples)] == [RATE]
    assert [len(piece) for piece in pieces(samples[:0])] == [0]


def test_what_was_heard_in_pieces_is_as_sure_as_the_least_sure() -> None:
    parts = [Heard("hello", "speech", 1, 0.9), Heard("", "noise", 3), Heard("there", "speech", 2, 0.4)]
    assert joined(parts) == Heard("hello there", "speech", 6, 0.4)
    assert joined([Heard("hello", "speech", 1), Heard("there", "speech", 1, 0.4)]).confidence is None
    assert joined([Heard("", "silence", 0), Heard("", "noise", 1)]) == Heard("", "noise", 1)
