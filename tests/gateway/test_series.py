from prometheus_client import REGISTRY

from gateway import series


def test_a_failure_has_a_series_before_it_happens() -> None:
    series.begin(["new shop"])
    for name, labels in (
        ("parley_calls_ended_total", {"agent": "new shop", "outcome": "failed"}),
        ("parley_calls_active", {"agent": "new shop"}),
        ("parley_calls_resumed_total", {"agent": "new shop"}),
        ("parley_turn_voice_to_voice_seconds_count", {"agent": "new shop"}),
        ("parley_endpoint_decisions_total", {"agent": "new shop", "reason": "maximum"}),
        ("parley_calls_rejected_total", {"reason": "no_room"}),
        ("parley_calls_not_made_total", {"rule": "hours"}),
        ("parley_calls_answered_by_total", {"kind": "voicemail"}),
        ("parley_supervisions_total", {"mode": "whisper"}),
    ):
        assert REGISTRY.get_sample_value(name, labels) is not None, name
    assert REGISTRY.get_sample_value("parley_calls_active", {"agent": "new shop"}) == 0
