"""The door for new calls, at moments of the test's own."""

import pytest

from gateway.admission.admission import FEWEST, Admission, AdmissionSettings, Signal, Window

SETTINGS = AdmissionSettings(max_calls=10, tick_s=0.005, stt_queue_s=1.0, first_audio_s=4.0, window_s=30.0)


def note(door: Admission, now: float, count: int = FEWEST, **seconds: float) -> None:
    for signal, value in seconds.items():
        for _ in range(count):
            door.note(signal, now, value)  # type: ignore[arg-type]


def test_calls_are_taken_up_to_the_limit() -> None:
    door = Admission(SETTINGS)
    assert door.refusal(0.0, 9) is None
    assert door.refusal(0.0, 10) == "calls"
    assert [door.calls_left(0.0, active) for active in (0, 9, 10, 11)] == [10, 1, 0, 0]
    assert (door.refusal(0.0, 4, 5), door.refusal(0.0, 4, 6)) == (None, "calls")
    assert door.calls_left(0.0, 4, 5) == 1
    # What all gateways have found together counts, not what one of them has heard of the others.
    assert door.refusal(0.0, 4, 6, place=True) is None
    assert door.refusal(0.0, 0, 0, place=False) == "calls"


@pytest.mark.parametrize(("signal", "above"), [("tick", 0.006), ("stt_queue", 1.1), ("first_audio", 4.1)])
def test_each_signal_closes_the_door(signal: Signal, above: float) -> None:
    door = Admission(SETTINGS)
    note(door, 1.0, **{signal: above})
    assert door.refusal(2.0, 1) == signal
    assert door.calls_left(2.0, 1) == 0


def test_the_door_opens_only_well_below_the_limit() -> None:
    door = Admission(SETTINGS)
    note(door, 0.0, stt_queue=1.1)
    assert door.refusal(0.0, 3) == "stt_queue"
    note(door, 31.0, stt_queue=0.9)  # the first values have left the window
    assert door.refusal(31.0, 3) == "stt_queue"
    note(door, 62.0, stt_queue=0.6)
    assert door.refusal(62.0, 3) is None
    note(door, 93.0, stt_queue=0.9)
    assert door.refusal(93.0, 3) is None


def test_old_load_is_forgotten() -> None:
    door = Admission(SETTINGS)
    note(door, 0.0, stt_queue=5.0)
    assert door.refusal(1.0, 1) == "stt_queue"
    assert door.refusal(31.0, 1) is None


def test_the_first_call_is_always_taken() -> None:
    door = Admission(SETTINGS)
    note(door, 0.0, first_audio=9.0)
    assert door.refusal(0.0, 1) == "first_audio"
    assert door.refusal(0.0, 0) is None


def test_a_few_slow_turns_close_nothing() -> None:
    door = Admission(SETTINGS)
    note(door, 0.0, count=FEWEST - 1, stt_queue=9.0)
    assert door.refusal(0.0, 1) is None
    note(door, 0.0, count=100, stt_queue=0.1)
    assert door.refusal(0.0, 1) is None


@pytest.mark.parametrize("others", range(30))
def test_one_slow_answer_never_closes_the_door(others: int) -> None:
    door = Admission(SETTINGS)
    note(door, 0.0, count=others, first_audio=1.0)
    note(door, 0.0, count=1, first_audio=30.0)
    assert door.refusal(0.0, 1) is None


def test_a_limit_of_0_is_none() -> None:
    door = Admission(AdmissionSettings(max_calls=10, tick_s=0, stt_queue_s=0, first_audio_s=0))
    note(door, 0.0, tick=1.0, stt_queue=60.0, first_audio=60.0)
    assert door.refusal(0.0, 1) is None


def test_calls_left_shrink_with_the_load_but_not_with_what_an_answer_takes_anyway() -> None:
    door = Admission(SETTINGS)
    note(door, 0.0, stt_queue=0.8)
    assert door.calls_left(0.0, 8) == 2
    assert door.calls_left(0.0, 4) == 1
    other = Admission(SETTINGS)
    note(other, 0.0, first_audio=3.9)
    assert other.calls_left(0.0, 4) == 6


def test_a_window_gives_what_one_in_ten_is_worse_off_than() -> None:
    window = Window(10.0)
    for value in range(1, 11):
        window.add(0.0, float(value))
    assert window.level(1.0) == 9.0
    for _ in range(10):
        window.add(5.0, 1.0)
    assert window.level(5.0) == 8.0
    assert window.level(11.0) == 1.0
    assert window.level(16.0) is None
