"""Who calls too often, by what Asterisk tells of a call that comes in, at whichever gateway it is taken."""

from typing import Any

import pytest

from gateway.admission import turnstile as module
from gateway.admission.limits import LimitSettings
from gateway.admission.turnstile import Turnstile

ONE_A_MINUTE = LimitSettings(per_caller=0, per_caller_minute=1, per_source_s=0, per_s=0)
TWO_AT_A_TIME = LimitSettings(per_caller=2, per_caller_minute=0, per_source_s=0, per_s=0)


def channel(name: str, state: str = "Ring") -> dict[str, Any]:
    return {"id": name, "name": "PJSIP/1001-1", "state": state}


def test_a_call_counts_when_it_is_offered_and_once() -> None:
    turnstile = Turnstile(ONE_A_MINUTE, lambda caller: 0)
    assert turnstile.count(channel("c1"), "1001") is None
    assert turnstile.count(channel("c1"), "1001") is None  # offered again
    assert turnstile.excess(channel("c1"), "1001") is None  # taken here
    assert turnstile.count(channel("c2"), "1001") == "caller_rate"
    assert turnstile.excess(channel("c2"), "1001") == "caller_rate"


def test_one_that_another_gateway_has_taken_counts_too() -> None:
    turnstile = Turnstile(ONE_A_MINUTE, lambda caller: 0)
    turnstile.count(channel("c1"), "1001")
    assert turnstile.excess(channel("c2"), "1001") == "caller_rate"


def test_calls_in_progress_are_those_at_all_gateways() -> None:
    turnstile = Turnstile(TWO_AT_A_TIME, {"1001": 2, "1002": 1}.__getitem__)
    assert turnstile.count(channel("c1"), "1001") == "caller_calls"
    assert turnstile.count(channel("c2"), "1002") is None


def test_who_was_answered_already_is_never_one_too_many() -> None:
    turnstile = Turnstile(TWO_AT_A_TIME, lambda caller: 9)
    assert turnstile.excess(channel("c1", state="Up"), "1001") is None


def test_what_was_found_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_OFFERED_S", -1.0)
    turnstile = Turnstile(ONE_A_MINUTE, lambda caller: 0)
    for number in range(100):
        turnstile.count(channel(f"c{number}"), f"{number}")
    assert len(turnstile._judged) <= 1
