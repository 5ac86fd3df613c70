"""A call's quality out of what Asterisk and the media plane tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from gateway.calls.quality import CallerLeg, QualityWatch, from_statistics, from_variable, judge
from gateway.media.events import MediaEnded

TOLD = {
    "txcount": 1000,
    "rxcount": 990,
    "txploss": 5,
    "rxploss": 10,
    "txjitter": 0.001,
    "rxjitter": 0.004,
    "rtt": 0.05,
    "txmes": 88.1,
    "local_ssrc": 7,
}
LEG = CallerLeg(received=990, lost=10, sent=1000, lost_there=5, jitter_s=0.004, round_trip_s=0.05)
CLEAN = MediaEnded("c", received=990, lost=0, jitter_s=0.001)


def test_both_ways_in_which_asterisk_tells_say_the_same() -> None:
    variable = (
        "ssrc=7;themssrc=9;lp=10;rxjitter=0.004000;rxcount=990;txjitter=0.001000;txcount=1000;rlp=5;"
        "rtt=0.050000;rxmes=88.1;txmes=87.0"
    )
    assert from_statistics(TOLD) == from_variable(variable) == LEG


@pytest.mark.parametrize("value", ["", ";;", "nonsense", "rxcount=;lp=x", "rxcount"])
def test_what_is_no_number_counts_as_nothing(value: str) -> None:
    assert from_variable(value) == CallerLeg(0, 0, 0, 0, 0.0, 0.0)


def test_a_count_of_losses_that_wrapped_around_is_none() -> None:
    assert from_statistics(TOLD | {"rxploss": 2**32 - 3}).lost == 0


def test_a_round_trip_that_wrapped_around_is_none() -> None:
    assert from_statistics({"rtt": "65535.999985"}).round_trip_s == 0.0
    assert from_statistics({"rtt": "0.041"}).round_trip_s == 0.041


def test_a_clean_call_is_as_good_as_a_telephone_gets() -> None:
    found = judge(CallerLeg(1000, 0, 1000, 0, 0.001, 0.02), CLEAN, "ulaw")
    assert found is not None
    assert found.mos == pytest.approx(4.41)
    assert found.lost_pct == 0.0


def test_losses_on_both_legs_add_up_and_the_worse_direction_counts() -> None:
    found = judge(LEG, MediaEnded("c", received=495, lost=5, jitter_s=0.0), "opus")
    assert found is not None
    assert found.lost_pct == pytest.approx(100 * (1 - 0.99 * 0.99), abs=0.001)
    there = judge(CallerLeg(990, 0, 1000, 300, 0.0, 0.0), CLEAN, "opus")
    assert there is not None
    assert there.lost_pct == 30.0
    assert there.mos < found.mos


def test_a_call_without_statistics_is_judged_by_the_media_plane() -> None:
    found = judge(None, MediaEnded("c", received=95, lost=5, jitter_s=0.003), "")
    assert found is not None
    assert (found.lost_pct, found.jitter_ms, found.round_trip_ms) == (5.0, 3.0, 0.0)
    assert (found.packets_received, found.packets_sent) == (95, 0)


def test_a_call_without_packets_is_not_judged() -> None:
    assert judge(None, None, "") is None
    assert judge(None, MediaEnded("c", 0, 0, 0.0), "") is None
    assert judge(CallerLeg(0, 0, 0, 0, 0.0, 0.0), CLEAN, "") is None


COUNTS = st.integers(0, 2**32)
SECONDS = st.floats(0, 100)


@given(st.builds(CallerLeg, COUNTS, COUNTS, COUNTS, COUNTS, SECONDS, SECONDS))
def test_a_score_is_always_one(leg: CallerLeg) -> None:
    found = judge(leg, CLEAN, "g729")
    assert found is None or (1.0 <= found.mos <= 4.5 and 0.0 <= found.lost_pct <= 100.0)


class Silent:
    """Asterisk's channels; nothing is asked of them here."""


def test_a_call_is_counted_once_it_is_over() -> None:
    def count(name: str) -> float:
        return REGISTRY.get_sample_value(f"{name}_count") or 0.0

    names = ("parley_call_mos", "parley_call_lost_ratio", "parley_call_round_trip_seconds")
    before = [count(name) for name in names]
    watch = QualityWatch("c", Silent())  # type: ignore[arg-type]
    watch.on_variable("RTPAUDIOQOSMES", "rxcount=5")
    watch.on_variable("RTPAUDIOQOS", "rxcount=990;lp=10;txcount=1000;rtt=0.05")
    assert watch.finish(CLEAN)["lost_pct"] == 1.0
    assert [count(name) for name in names] == [was + 1 for was in before]
