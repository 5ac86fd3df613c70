"""Shares of one caller, one source and all together."""

from gateway.admission import limits as module
from gateway.admission.limits import Buckets, Limits, LimitSettings

NONE = LimitSettings(per_caller=0, per_caller_minute=0, per_source_s=0, per_s=0)


def test_without_limits_everybody_calls() -> None:
    limits = Limits(NONE)
    assert {limits.excess("1001", "1001", 0.0, calls=99) for _ in range(1000)} == {None}


def test_a_caller_has_so_many_calls_at_a_time() -> None:
    limits = Limits(LimitSettings(per_caller=3, per_caller_minute=0, per_source_s=0, per_s=0))
    assert limits.excess("1001", "1001", 0.0, calls=2) is None
    assert limits.excess("1001", "1001", 0.0, calls=3) == "caller_calls"
    assert limits.excess("", "trunk 192.0.2.1", 0.0, calls=3) is None


def test_a_caller_begins_so_many_calls_a_minute_and_others_are_not_touched() -> None:
    limits = Limits(LimitSettings(per_caller=0, per_caller_minute=2, per_source_s=0, per_s=0))
    told = [limits.excess("1001", "1001", 0.0, calls=0) for _ in range(3)]
    assert told == [None, None, "caller_rate"]
    assert limits.excess("1002", "1002", 0.0, calls=0) is None
    assert limits.excess("", "trunk 192.0.2.1", 0.0, calls=0) is None
    assert limits.excess("1001", "1001", 29.9, calls=0) == "caller_rate"
    assert limits.excess("1001", "1001", 30.0, calls=0) is None


def test_a_source_that_changes_its_number_has_no_more() -> None:
    limits = Limits(LimitSettings(per_caller=0, per_caller_minute=0, per_source_s=2, per_s=0))
    told = [limits.excess(f"+49{n}", "trunk 192.0.2.1", 0.0, calls=0) for n in range(5)]
    assert told == [None] * 4 + ["source_rate"]
    assert limits.excess("+491", "trunk 192.0.2.2", 0.0, calls=0) is None
    assert limits.excess("+491", "trunk 192.0.2.1", 0.5, calls=0) is None


def test_all_together_have_a_limit_and_what_is_refused_takes_nothing() -> None:
    limits = Limits(LimitSettings(per_caller=0, per_caller_minute=1, per_source_s=0, per_s=1))
    assert limits.excess("1", "a", 0.0, calls=0) is None
    assert limits.excess("2", "b", 0.0, calls=0) is None
    assert limits.excess("3", "c", 0.0, calls=0) == "rate"
    assert limits.excess("3", "c", 1.0, calls=0) is None


def test_buckets_that_are_full_again_are_not_kept() -> None:
    buckets = Buckets(1, per_s=1)
    for number in range(module._KEPT + 1):
        buckets.take(str(number), float(number // 1000))
    assert len(buckets._levels) <= 2001
    assert not buckets.has(str(module._KEPT), 10.0)
