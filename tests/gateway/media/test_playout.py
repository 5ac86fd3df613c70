import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.media.playout import RING_SAMPLES, Playout
from parley.audio import FRAME_SAMPLES

ROW, REPLY = 1, 7
ROWS = np.array([ROW])


def ramp(n: int, start: int = 1) -> np.ndarray:
    return (np.arange(start, start + n) % 30_000 + 1).astype(np.int16)


def playing(*chunks: np.ndarray, complete: bool = False) -> Playout:
    playout = Playout(3)
    playout.begin(ROW, REPLY)
    for chunk in chunks:
        playout.append(ROW, chunk)
    playout.complete[ROW] = complete
    return playout


def drain(playout: Playout, ticks: int) -> np.ndarray:
    parts = []
    for _ in range(ticks):
        before = playout.read[ROW]
        frames, ready = playout.next_frames(ROWS)
        parts.append(frames[0][: playout.read[ROW] - before])
        assert ready[0] == (playout.read[ROW] > before)
    return np.concatenate(parts)


def test_silence_when_nothing_is_due() -> None:
    frames, ready = Playout(3).next_frames(np.array([0, 2]))
    assert frames.shape == (2, FRAME_SAMPLES)
    assert not frames.any()
    assert not ready.any()


def test_chunks_of_any_length_join() -> None:
    speech = ramp(5000)
    playout = playing(speech[:7], speech[7:1000], speech[1000:], complete=True)
    assert (drain(playout, 20) == speech).all()
    assert playout.finished(ROWS).tolist() == [ROW]
    assert playout.read[ROW] == 5000


def test_less_than_a_frame_waits_for_more_unless_it_is_the_last() -> None:
    playout = playing(ramp(400))
    assert len(drain(playout, 3)) == FRAME_SAMPLES
    playout.append(ROW, ramp(300, start=401))
    assert len(drain(playout, 3)) == FRAME_SAMPLES
    assert playout.finished(ROWS).tolist() == []
    playout.complete[ROW] = True
    frames, ready = playout.next_frames(ROWS)
    assert ready[0]
    assert (frames[0][:60] == ramp(60, start=641)).all()
    assert not frames[0][60:].any()
    assert playout.finished(ROWS).tolist() == [ROW]


def test_more_after_the_last_frame_goes_on_without_a_seam() -> None:
    playout = playing(ramp(400), complete=True)
    assert len(drain(playout, 2)) == 400
    playout.append(ROW, ramp(640, start=401))
    assert (drain(playout, 2) == ramp(640, start=401)).all()


def test_a_long_reply_goes_round_the_ring() -> None:
    speech = ramp(RING_SAMPLES * 3 + 123)
    playout = playing(*np.array_split(speech, 11), complete=True)
    assert (drain(playout, len(speech) // FRAME_SAMPLES + 1) == speech).all()


def test_pause_keeps_the_rest_and_resume_goes_on() -> None:
    playout = playing(ramp(1000), complete=True)
    first = drain(playout, 1)
    playout.paused[ROW] = True
    assert len(drain(playout, 5)) == 0
    assert playout.finished(ROWS).tolist() == []
    playout.paused[ROW] = False
    assert (np.concatenate([first, drain(playout, 3)]) == ramp(1000)).all()


def test_clear_throws_the_rest_away_and_tells_what_was_played() -> None:
    playout = playing(ramp(RING_SAMPLES * 2))
    drain(playout, 3)
    assert playout.clear(ROW) == 3 * FRAME_SAMPLES
    assert not playout.active[ROW]
    assert len(drain(playout, 2)) == 0
    playout.begin(ROW, REPLY + 1)
    playout.append(ROW, ramp(320, start=9))
    assert (drain(playout, 1) == ramp(320, start=9)).all()


def test_a_new_reply_takes_the_place_of_the_one_before() -> None:
    playout = playing(ramp(900))
    assert not playout.begin(ROW, REPLY)
    assert playout.begin(ROW, REPLY + 1)
    assert playout.read[ROW] == 0
    assert len(drain(playout, 1)) == 0


def test_an_underrun_loses_nothing() -> None:
    playout = playing(ramp(640))
    assert len(drain(playout, 10)) == 640
    playout.append(ROW, ramp(320, start=641))
    assert (drain(playout, 1) == ramp(320, start=641)).all()


def test_calls_do_not_mix() -> None:
    playout = playing(ramp(640))
    playout.begin(2, 1)
    playout.append(2, ramp(320, start=5000))
    frames, ready = playout.next_frames(np.array([0, 1, 2]))
    assert ready.tolist() == [False, True, True]
    assert frames[2][0] == ramp(1, start=5000)[0]
    assert frames[1][0] == ramp(1)[0]


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 6)), max_size=40))
@settings(max_examples=100)
def test_whatever_the_rhythm_every_sample_is_played_once(schedule: list[tuple[int, int]]) -> None:
    playout = playing()
    total = 0
    heard = [np.zeros(0, np.int16)]
    for length, ticks in schedule:
        playout.append(ROW, ramp(length, start=1 + total))
        total += length
        heard.append(drain(playout, ticks) if ticks else heard[0])
    playout.complete[ROW] = True
    heard.append(drain(playout, total // FRAME_SAMPLES + 1))
    assert (np.concatenate(heard) == ramp(total)).all()
