"""Tracks: sound with the time of every packet."""

import numpy as np
import pytest

from caller.sound.track import assembled, empty

RATE = 8_000
FRAME = np.ones(160, np.int16)


def test_blocks_follow_each_other_though_their_times_jitter():
    track = assembled([(10.0, FRAME), (10.031, FRAME), (10.040, FRAME)], RATE, "pcm")
    assert len(track.samples) == 480
    assert track.starts.tolist() == [0, 160, 320]
    assert track.times.tolist() == [10.0, 10.031, 10.040]


def test_a_gap_is_filled_with_silence():
    track = assembled([(10.0, FRAME), (11.0, FRAME)], RATE, "pcm")
    assert track.starts.tolist() == [0, RATE]
    assert not track.samples[160:RATE].any()
    assert track.seconds == pytest.approx(1.02)


def test_a_late_start_does_not_push_what_follows():
    """The first block was held up by a second; those after it come at their own pace."""
    blocks = [(10.0, FRAME)] + [(9.0 + 0.02 * i, FRAME) for i in range(1, 100)]
    track = assembled(blocks, RATE, "pcm")
    assert len(track.samples) == 100 * 160


def test_time_of_a_sample_is_its_packets():
    track = assembled([(10.0, FRAME), (10.025, FRAME)], RATE, "wire")
    assert track.time_of(0) == track.time_of(159) == 10.0
    assert track.time_of(160) == track.time_of(319) == 10.025


def test_time_in_a_gap_goes_on_from_the_packet_before():
    track = assembled([(10.0, FRAME), (11.0, FRAME)], RATE, "wire")
    assert track.time_of(4_000) == pytest.approx(10.5)


def test_between_takes_whole_packets():
    track = assembled([(10.0 + 0.02 * i, FRAME * i) for i in range(10)], RATE, "wire")
    assert set(track.between(10.04, 10.10).samples.tolist()) == {2, 3, 4}
    assert track.sample_at(0.0) == 0
    assert track.sample_at(99.0) == 1_600


def test_nothing():
    track = empty(RATE, "pcm")
    assert track.seconds == 0
    assert len(track.between(0, 9).samples) == 0
    assert len(assembled([], RATE, "wire").samples) == 0
