"""What is exported of a call."""

import math

from prometheus_client import REGISTRY

from canary.metrics import show
from canary.verdict import Verdict, failed, skipped


def value(name: str, **labels: str) -> float:
    found = REGISTRY.get_sample_value(f"parley_canary_{name}", labels)
    assert found is not None, name
    return found


def test_a_call_is_shown_a_skip_only_counted() -> None:
    skips, failures = value("runs_total", outcome="skipped"), value("runs_total", outcome="failed")
    show(Verdict("ok", 1.25, 0.08, True, True), ended_at=1000.0)
    show(skipped("no room"), ended_at=2000.0)
    assert value("success") == value("answer_right") == value("key_ok") == 1
    assert value("voice_to_voice_seconds") == 1.25
    assert value("barge_in_stop_seconds") == 0.08
    assert value("last_run_timestamp_seconds") == 1000.0
    assert value("runs_total", outcome="skipped") == skips + 1
    show(failed("no answer"), ended_at=3000.0)
    assert value("success") == value("answer_right") == value("key_ok") == 0
    assert math.isnan(value("voice_to_voice_seconds"))
    assert value("last_run_timestamp_seconds") == 3000.0
    assert value("runs_total", outcome="failed") == failures + 1
