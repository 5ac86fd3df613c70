"""A real call's timeline and logs, as `make trace` and `make logs` show them."""

import os

import pytest

from caller.sound.clip import Clip
from parley.bus import Bus
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness, containers
from tracing.logs import of_call
from tracing.show import chosen, lines, read_all
from tracing.timeline import STAGES, trace_of

pytestmark = pytest.mark.stack


async def test_a_call_can_be_followed_through_all_services(phone: PhoneFactory, question: Clip) -> None:
    witness = await Witness.begin()
    call = await (await phone()).dial("100")
    assert await call.listen(since=call.answered_at, silence=1.0) is not None
    await call.say(question)
    assert await call.listen(silence=1.0) is not None
    await call.press("5")
    await call.hangup()
    ended = await witness.wait_for("call_ended")

    bus = Bus.connect(os.environ["REDIS_URL"])
    events = await read_all(bus)
    await bus.close()
    name = chosen(events, "last")
    assert name == ended.call
    trace = trace_of(name, [event for event in events if event.call == name])
    assert (trace.caller, trace.extension, trace.outcome) == ("1000", "100", "caller_hung_up")
    assert [speech.who for speech in trace.speeches][:3] == ["agent", "caller", "agent"]
    greeting, said, answer = trace.speeches[:3]
    assert greeting.end <= said.start < said.end < answer.start < answer.end
    assert "saturday" in said.text.lower()
    turn = trace.turns[0]
    # The softphone knows when it spoke, the trace when it was heard.
    assert turn.end == pytest.approx(answer.start, abs=0.001)
    assert {stage.name for stage in turn.stages} == set(STAGES)
    assert all(turn.start - 0.001 <= s.start <= s.end <= turn.end + 0.001 for s in turn.stages)
    assert any("Saturday" in line.plain for line in lines(trace))

    logged = []
    for service in ("asterisk", "gateway", "gateway-2", "stt", "agent"):
        for container in containers(service):
            raw = container.logs(timestamps=True).decode().splitlines()
            logged += [f"{service}-1  | {line}" for line in raw]
    found = of_call(logged, name)
    of = {line.container for line in found}
    assert len(of & {"gateway-1", "gateway-2-1"}) == len(of & {"stt-1"}) == 1
    assert found[0].fields["event"] == "call arrived"
    assert [line.time for line in found] == sorted(line.time for line in found)
