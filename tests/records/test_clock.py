"""When a clock is believed."""

from records.clock import AWAY_S, DOUBT_S, Clock

DAY = 86_400.0


class Kept:
    """What is kept of the last look."""

    def __init__(self, before: float | None) -> None:
        self.before = before

    def __call__(self, now: float) -> float | None:
        before, self.before = self.before, now
        return before


def test_a_clock_that_goes_as_time_passes_is_believed() -> None:
    clock = Clock(Kept(None))
    assert all(clock.look(1000.0 + n, 5.0 + n) for n in range(0, 10_000, 60))


def test_after_a_jump_ahead_nothing_is_deleted_for_a_day() -> None:
    clock = Clock(Kept(1000.0))
    assert clock.look(1060.0, 0.0)
    assert not clock.look(1120.0 + 90 * DAY, 60.0)
    assert not clock.look(1180.0 + 90 * DAY, 120.0)
    assert not clock.look(1060.0 + DOUBT_S, DOUBT_S)  # set right again, and the doubt stays
    assert clock.look(1180.0 + DOUBT_S, 60.0 + DOUBT_S)


def test_small_corrections_and_jumps_back_delete_nothing_that_is_new() -> None:
    clock = Clock(Kept(None))
    assert clock.look(10 * DAY, 0.0)
    assert clock.look(10 * DAY + 120.0, 60.0)
    assert clock.look(9 * DAY, 120.0)


def test_a_clock_that_jumped_while_the_service_was_down_is_doubted_and_a_week_off_is_not() -> None:
    assert not Clock(Kept(0.0)).look(90 * DAY, 5.0)
    assert Clock(Kept(0.0)).look(AWAY_S - 1, 5.0)
