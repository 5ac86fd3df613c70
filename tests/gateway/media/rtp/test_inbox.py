import itertools
from collections.abc import Iterable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.media.rtp.inbox import (
    DTX_TICKS,
    MAX_MISORDER,
    PATIENCE_TICKS,
    SSRC_QUIET_TICKS,
    WINDOW,
    Inbox,
)

SAMPLES = 320
SSRC = 0xABCD


class OneCall:
    """Row 1 of an inbox, a packet's first sample being its number; row 0 is another call that must see nothing."""

    def __init__(self, start: int = 100) -> None:
        self.inbox = Inbox(3, SAMPLES)
        self.inbox.reset(0)
        self.inbox.reset(1)
        self.start = start

    def arrive(self, *numbers: int, ssrc: int = SSRC, at: float = 5.0) -> None:
        rows = np.full(len(numbers), 1)
        sequence = np.array([(self.start + number) % 65536 for number in numbers], np.uint16)
        known = self.inbox.known_ssrc(rows, np.full(len(numbers), ssrc, np.uint32), sequence)
        marks = np.array([(number + 1000) % 65536 for number in numbers], np.uint16).view(np.int16)
        frames = np.repeat(marks[:, None], SAMPLES, axis=1)
        self.inbox.put(rows[known], sequence[known], frames[known], np.full(int(known.sum()), at))

    def tick(self) -> list[int | str]:
        """Frames delivered: numbers, "filled" or "silence"."""
        told: list[int | str] = []
        first = True
        while True:
            rows, frames, arrivals = self.inbox.take(np.array([0, 1]), first=first)
            mine = rows == 1
            if not mine.any() and not first:
                return told
            first = False
            for frame, arrival in zip(frames[mine], arrivals[mine], strict=True):
                told.append(int(frame[0]) - 1000 if arrival else "filled" if frame.any() else "silence")

    def ticks(self, n: int) -> list[int | str]:
        return [item for _ in range(n) for item in self.tick()]

    def play(self, schedule: Iterable[Iterable[int]]) -> list[int | str]:
        """Packets that arrive in each tick → what is delivered."""
        told: list[int | str] = []
        for numbers in schedule:
            if numbers:
                self.arrive(*numbers)
            told += self.tick()
        return told


def test_in_order() -> None:
    call = OneCall()
    assert call.play([[0], [1], [2]]) == [0, 1, 2]
    assert (call.inbox.counts.accepted, call.inbox.counts.lost, call.inbox.counts.reordered) == (3, 0, 0)


def test_the_time_of_arrival_goes_along() -> None:
    call = OneCall()
    call.arrive(0, at=17.25)
    _, _, arrivals = call.inbox.take(np.array([1]), first=True)
    assert arrivals.tolist() == [17.25]


def test_the_sequence_wraps() -> None:
    call = OneCall(start=65534)
    assert call.play([[0], [1], [2], [3], [4]]) == [0, 1, 2, 3, 4]
    assert call.inbox.counts.lost == 0


def test_a_bunch_is_caught_up_with_in_one_tick() -> None:
    call = OneCall()
    assert call.play([[0], [], [1, 2], [3]]) == [0, 1, 2, 3]


def test_a_bunch_as_long_as_the_window_survives_a_stall() -> None:
    call = OneCall()
    call.arrive(0)
    call.tick()
    call.arrive(*range(1, WINDOW + 1))
    assert call.tick() == list(range(1, WINDOW + 1))
    assert call.inbox.counts.lost == 0


def test_duplicates_count_once() -> None:
    call = OneCall()
    assert call.play([[0, 0], [1, 1, 1], [1], [2]]) == [0, 1, 2]
    assert call.inbox.counts.accepted == 3
    assert call.inbox.counts.late == 4
    assert call.inbox.received[1] == 3


def test_reordering_within_a_tick_and_across_ticks() -> None:
    call = OneCall()
    assert call.play([[0], [2, 1], [4], [3], [5]]) == [0, 1, 2, 3, 4, 5]
    assert call.inbox.counts.reordered == 2
    assert call.inbox.counts.lost == 0


def test_a_loss_is_filled_by_the_fading_last_frame_and_costs_no_delay() -> None:
    call = OneCall()
    told = call.play([[0], [], [2], [3], [4], [5]])
    assert told == [0, "filled", 2, 3, 4, 5]
    assert call.inbox.counts.lost == call.inbox.lost[1] == 1
    assert call.inbox.counts.reordered == 0, "what comes after a loss has not been reordered"
    assert PATIENCE_TICKS == 2


def test_several_losses_are_filled_together() -> None:
    call = OneCall()
    told = call.play([[0], [3], [4], [5], [6]])
    assert told == [0, "filled", "filled", 3, 4, 5, 6]


def test_a_filled_place_is_not_opened_again() -> None:
    call = OneCall()
    assert call.play([[0], [2], [3], [4], [1], [5]]) == [0, "filled", 2, 3, 4, 5]
    assert call.inbox.counts.late == 1


def test_dtx_yields_silence_and_goes_on_where_it_was() -> None:
    call = OneCall()
    assert call.play([[0]] + [[]] * (DTX_TICKS + 4)) == [0] + ["silence"] * 4
    assert call.play([[1], [2]]) == [1, 2]
    assert call.inbox.counts.lost == 0


def test_silence_that_stood_for_lost_packets_is_not_delivered_twice() -> None:
    call = OneCall()
    call.play([[0]])
    outage = 10
    told = call.play([[]] * outage + [[outage + 1]])
    told += call.ticks(PATIENCE_TICKS)
    assert told.count("silence") + told.count("filled") == outage
    assert told[-1] == outage + 1
    assert call.inbox.counts.lost == outage
    assert call.play([[outage + 2]]) == [outage + 2], "no delay stays behind"


def test_time_goes_on_for_a_call_that_never_sends() -> None:
    assert OneCall().ticks(DTX_TICKS + 5) == ["silence"] * 5


def test_a_long_outage_is_given_up_at_once() -> None:
    call = OneCall()
    call.play([[0]] + [[]] * 50)
    assert call.play([[60], [61]]) == [60, 61]
    assert call.inbox.counts.lost == 59


def test_one_stray_number_does_not_throw_a_call_off() -> None:
    call = OneCall()
    assert call.play([[0], [1, 20_000], [2], [3, -9000], [4]]) == [0, 1, 2, 3, 4]
    assert call.inbox.counts.lost == 0


def test_a_new_range_of_numbers_is_accepted_when_the_second_packet_confirms_it() -> None:
    for jump in (20_000, -20_000, WINDOW + 50, -MAX_MISORDER - 50):
        call = OneCall()
        assert call.play([[0], [1], [jump], [jump + 1], [jump + 2]])[-2:] == [jump + 1, jump + 2]


def test_a_foreign_ssrc_never_gets_in_while_the_call_is_alive() -> None:
    call = OneCall()
    call.play([[0]])
    for number in range(1, 20):
        call.arrive(number + 50, ssrc=666)
        call.arrive(number)
        assert call.tick() == [number]
    assert call.inbox.counts.foreign == 19


def test_a_new_ssrc_is_adopted_when_the_old_one_is_quiet() -> None:
    call = OneCall()
    call.play([[0]] + [[]] * SSRC_QUIET_TICKS)
    call.arrive(3000, 3001, ssrc=777)
    assert call.tick() == [3000, 3001]
    call.arrive(1)
    assert call.tick() == []
    assert call.inbox.counts.foreign == 1


def test_reset_forgets_everything() -> None:
    call = OneCall()
    call.play([[0], [1], [3]])
    call.inbox.reset(1)
    assert call.inbox.received[1] == call.inbox.lost[1] == call.inbox.idle[1] == 0
    call.arrive(500, ssrc=9)
    assert call.tick() == [500]


@given(st.lists(st.lists(st.integers(-5, 40), max_size=6), max_size=60), st.integers(0, 65535))
@settings(max_examples=150)
def test_whatever_comes_frames_leave_in_order_and_each_once(schedule: list[list[int]], start: int) -> None:
    call = OneCall(start)
    call.play([[0]])
    told = [item for item in call.play(schedule) + call.ticks(PATIENCE_TICKS + 2) if isinstance(item, int)]
    assert all(later > earlier for earlier, later in itertools.pairwise(told))
    assert call.inbox.received[0] == 0


@given(st.lists(st.integers(0, 2**16 - 1), max_size=200), st.integers(1, 20))
@settings(max_examples=100)
def test_arbitrary_numbers_break_nothing(numbers: list[int], per_tick: int) -> None:
    call = OneCall(0)
    call.play([[0]])
    for at in range(0, len(numbers), per_tick):
        call.arrive(*numbers[at : at + per_tick])
        assert len(call.tick()) <= 2 * WINDOW
    held = call.inbox._held
    assert (held == call.inbox._present.sum(axis=1)).all()
