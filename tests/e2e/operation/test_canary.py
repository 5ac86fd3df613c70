"""The canary in its container: one real call, and what is exported of it."""

import asyncio
import time

import pytest

from tests.e2e.stack import Witness, containers, metrics, until_healthy

pytestmark = pytest.mark.stack

INTERVAL_S = 86_400
"""CANARY_INTERVAL_S in compose.test.yml."""


def exported(service: str = "canary") -> dict[str, float]:
    """Every sample of a service's that is about the canary, by name and outcome."""
    return {
        "".join([sample.name, *sample.labels.values()]): sample.value
        for samples in metrics(service).values()
        for sample in samples
        if sample.name.startswith("parley_canary_")
    }


async def until_called(within: float = 300.0) -> dict[str, float]:
    deadline = time.monotonic() + within
    while True:
        found = await asyncio.to_thread(exported)
        # A busy machine may have no room at first.
        if any(found[f"parley_canary_runs_total{outcome}"] for outcome in ("ok", "wrong", "failed")):
            return found
        assert time.monotonic() < deadline, "the canary has not called"
        await asyncio.sleep(1)


async def test_the_canary_calls_and_tells_what_it_measured() -> None:
    witness = await Witness.begin()
    (canary,) = containers("canary")
    await asyncio.to_thread(canary.restart)
    await until_healthy(canary)
    found = await until_called()
    log = (await asyncio.to_thread(canary.logs, tail=5)).decode()
    assert found["parley_canary_runs_totalok"] == 1, log
    assert found["parley_canary_success"] == found["parley_canary_answer_right"] == 1
    assert found["parley_canary_key_ok"] == 1
    assert 0 < found["parley_canary_voice_to_voice_seconds"] < 10
    assert 0 < found["parley_canary_barge_in_stop_seconds"] < 1
    # Anybody who looks at the stack's own records sees whose call it was.
    assert await witness.all("call_started")
    assert {event.data["caller"] for event in await witness.all("call_started")} == {"canary"}


def test_the_gateway_tells_how_often_it_is_to_call() -> None:
    assert exported("gateway") == {"parley_canary_interval_seconds": INTERVAL_S}


async def test_nobody_can_call_the_canary() -> None:
    """It has a SIP user, but no extension: it is not in the dialplan, and letters are no number of an agent's."""
    assert "There is no existence of" in dialplan("canary@from-phones")
    assert "There is no existence of" in dialplan("canary@from-canary")
    # The letters that a trunk sends are the gateway's, which looks for an agent's number beside them.
    assert "agents-by-ari,+,1" in dialplan("canary@from-trunk")
    assert "Dial" not in dialplan("canary@from-trunk")


def dialplan(where: str) -> str:
    """What Asterisk does with a number in a context."""
    command = ["asterisk", "-C", "/etc/asterisk/asterisk.conf", "-rx", f"dialplan show {where}"]
    return str(containers("asterisk")[0].exec_run(command).output.decode())
