from itertools import count, pairwise

from webhooks.backoff import BEGIN_S, MOST_S, TRIES, wait_s


def waits(luck: float) -> list[float]:
    found = []
    for tries in count(1):
        wait = wait_s(tries, luck)
        if wait is None:
            return found
        found.append(wait)
    raise AssertionError


def test_it_is_tried_for_about_a_day_more_and_more_rarely() -> None:
    for luck in (0.0, 0.5, 1.0):
        found = waits(luck)
        assert len(found) == TRIES - 1
        assert 22 * 3600 < sum(found) < 28 * 3600
        assert all(later >= earlier for earlier, later in pairwise(found))
    assert waits(0.5)[:3] == [BEGIN_S, 3 * BEGIN_S, 9 * BEGIN_S]
    assert waits(0.0)[0] < BEGIN_S < waits(1.0)[0]


def test_a_receiver_is_left_alone_for_as_long_as_it_wants_within_bounds() -> None:
    assert wait_s(1, 0.5, 120.0) == 120.0
    assert wait_s(1, 0.5, 1.0) == BEGIN_S
    assert wait_s(1, 0.5, 1e9) == MOST_S
    assert wait_s(TRIES, 0.5, 120.0) is None
