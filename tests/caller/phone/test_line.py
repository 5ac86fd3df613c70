"""A line: what is said is sent without a hole and timed to the frame, what is heard is kept."""

import asyncio

import numpy as np
import pytest

from caller.phone.line import LEAD_S, Line, Utterance, frame_times, padded
from caller.sound.clip import Clip
from tests.fakes.pcm_buffers import PcmBuffers

RATE = 8_000


def utterance(seconds: float, rate: int = RATE) -> Utterance:
    loop = asyncio.get_running_loop()
    clip = Clip((np.arange(round(seconds * rate)) % 1_000 + 1).astype(np.int16), rate)
    return Utterance(padded(clip, rate), loop.create_future(), loop)


def play(line: Line, buffers: PcmBuffers, seconds: float, begin: float = 100.0) -> float:
    """Turn the clock: a poll every 10 ms, a frame taken every 20 ms, 3 ms after a poll."""
    for i in range(round(seconds * 100)):
        now = begin + i * 0.01
        line.poll(now)
        if i % 2:
            buffers.tick(now + 0.003)
    return begin + round(seconds * 100) * 0.01


async def test_what_is_said_is_sent_whole_and_timed_to_a_few_milliseconds():
    buffers = PcmBuffers()
    line, said = Line(buffers), utterance(1.0)
    line.say(said)
    play(line, buffers, 1.5)
    await asyncio.wait_for(said.finished, 10)
    assert b"".join(frame for _, frame in buffers.sent) == said.clip.samples.tobytes()
    assert said.start == pytest.approx(buffers.sent[0][0], abs=0.006)
    assert said.end == pytest.approx(buffers.sent[-1][0] + 0.02, abs=0.006)
    track = line.sent()
    assert np.array_equal(track.samples, said.clip.samples)
    assert track.times == pytest.approx([time for time, _ in buffers.sent], abs=0.006)


async def test_no_more_than_the_lead_is_written_ahead():
    buffers = PcmBuffers()
    line = Line(buffers)
    line.say(utterance(2.0))
    line.poll(100.0)
    assert buffers.unsent() == round(LEAD_S * RATE) * 2


async def test_utterances_follow_each_other():
    buffers = PcmBuffers()
    line, one, two = Line(buffers), utterance(0.2), utterance(0.2)
    line.say(one)
    line.say(two)
    play(line, buffers, 1.0)
    await asyncio.gather(one.finished, two.finished)
    assert one.start is not None
    assert two.start is not None
    assert one.start < two.start
    assert len(line.sent().starts) == 20


async def test_hush_drops_the_rest_and_keeps_what_was_sent():
    buffers = PcmBuffers()
    line, said = Line(buffers), utterance(2.0)
    line.say(said)
    play(line, buffers, 0.5)
    line.hush()
    await asyncio.wait_for(said.finished, 10)
    play(line, buffers, 0.5, 100.5)
    assert len(buffers.sent) == 25
    assert line.sent().seconds == pytest.approx(0.5, abs=0.021)
    assert said.end is not None


async def test_a_line_without_media_waits_and_hush_frees_who_waits():
    buffers = PcmBuffers(ready=False)
    line, said = Line(buffers), utterance(0.2)
    line.say(said)
    play(line, buffers, 0.3)
    assert line.rate is None
    assert not said.finished.done()
    line.hush()
    await asyncio.wait_for(said.finished, 10)
    assert said.start is None
    assert line.sent().seconds == 0


async def test_stereo_buffers_carry_mono():
    buffers = PcmBuffers(48_000, channels=2)
    line, said = Line(buffers), utterance(0.1, 48_000)
    line.say(said)
    play(line, buffers, 0.3)
    pairs = np.frombuffer(b"".join(frame for _, frame in buffers.sent), np.int16).reshape(-1, 2)
    assert np.array_equal(pairs[:, 0], said.clip.samples)
    assert np.array_equal(pairs[:, 1], said.clip.samples)
    buffers.arrived = np.array([[100, 300]] * 960, np.int16).tobytes()
    line.poll(101.0)
    assert set(line.received().samples.tolist()) == {200}


async def test_frames_found_at_once_came_one_by_one():
    buffers = PcmBuffers()
    line = Line(buffers)
    line.poll(100.0)
    buffers.arrived = np.ones(480, np.int16).tobytes()
    line.poll(100.1)
    assert line.received().times == pytest.approx([100.06, 100.08, 100.1])


async def test_a_line_knows_when_anything_came_last():
    buffers = PcmBuffers()
    line = Line(buffers)
    line.poll(100.0)
    assert line.heard_at is None
    buffers.arrived = np.zeros(160, np.int16).tobytes()
    line.poll(100.1)
    line.poll(107.0)
    assert line.heard_at == pytest.approx(100.1)


async def test_what_came_before_the_line_was_there_is_not_kept():
    buffers = PcmBuffers()
    buffers.arrived = np.ones(4_000, np.int16).tobytes()
    line = Line(buffers)
    line.poll(100.0)
    assert line.received().seconds == 0


def test_frame_times_are_even_though_the_notes_jitter():
    notes = [
        (10 + 0.02 * i + jitter, 160 * (i + 1)) for i, jitter in enumerate([0, 0.009, 0.002, 0.005, 0.001])
    ]
    assert np.diff(frame_times(notes, RATE)) == pytest.approx([0.02] * 4)
    assert frame_times(notes, RATE)[0] == pytest.approx(10.0, abs=0.005)


def test_frame_times_begin_anew_after_the_source_ran_dry():
    notes = [(10 + 0.02 * i, 160 * (i + 1)) for i in range(5)] + [
        (10.3 + 0.02 * i, 160 * (i + 6)) for i in range(5)
    ]
    times = frame_times(notes, RATE)
    assert times == pytest.approx([time for time, _ in notes])


def test_padded_fills_the_last_frame():
    assert len(padded(Clip(np.ones(161, np.int16), RATE), RATE).samples) == 320
