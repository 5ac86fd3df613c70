"""Calls for which there is no room: what they hear, where they go, and what is left of them."""

import msgspec
import pytest
from prometheus_client import REGISTRY

from gateway.admission.admission import FEWEST
from gateway.calls import overflow, switchboard
from gateway.turns.events import State
from parley.agents.dialogue import Overflow, Target
from parley.messages import Speech, Transcript
from tests.fakes.gateway.exchange import AGENT, Exchange, exchange, rejected, shorten


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


async def test_a_call_above_the_limit_is_told_so_before_it_is_refused_with_cause_34() -> None:
    before = rejected("busy")
    async with exchange(max_calls=2) as it:
        await it.answered("c1")
        await it.answered("c2")
        it.ari.call("c3")
        await it.until(lambda: it.bus.events("call_ended"))
        assert it.ari.asked("POST channels/c3") == ["POST channels/c3/progress"]  # and no answer
        assert it.ari.asked("DELETE channels/c3") == ["DELETE channels/c3?reason_code=34"]
        assert [job.text for job in it.bus.jobs() if job.call == "c3"] == [AGENT.line("busy")]
        assert (0, 1600) in it.plane.heard
        assert rejected("busy") == before + 1
        (ended,) = it.bus.events("call_ended")
        assert (ended["outcome"], ended["reason"], ended["caller"]) == ("busy", "calls", "1001")
        assert it.state("c1") is it.state("c2") is State.LISTENING
        it.ari.hang_up("c1")
        await it.until(lambda: it.state("c1") is None)
        await it.answered("c4")


async def test_speech_that_is_broken_does_not_reach_the_others() -> None:
    async with exchange(max_calls=1) as it:
        await it.answered("c1")
        it.silent_workers = True
        it.ari.call("c2")
        await it.until(lambda: "c2" in it.switchboard._roster.busy)
        it.switchboard.on_message(Speech(call="c2", turn=0, revision=0, seq=0, text="x", pcm=b"123"))
        assert it.state("c1") is State.LISTENING


async def test_a_caller_without_a_line_hears_a_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overflow, "SPEECH_S", 0.05)
    async with exchange(max_calls=1) as it:
        await it.answered("c1")
        it.silent_workers = True
        it.ari.call("c2")
        await it.until(lambda: it.ari.asked("DELETE channels/c2"))
        assert it.ari.asked("POST channels/c2/play") == [
            "POST channels/c2/play?media=sound:all-circuits-busy-now&lang=en"
        ]
        requests = it.ari.requests
        assert requests.index("DELETE channels/media-c2") < requests.index(
            "POST channels/c2/play?media=sound:all-circuits-busy-now&lang=en"
        )


async def test_a_media_leg_that_does_not_come_up_leaves_the_busy_tone() -> None:
    async with exchange(max_calls=1) as it:
        await it.answered("c1")
        it.ari.media_comes_up = False
        it.ari.call("c2")
        await it.until(lambda: it.bus.events("call_ended"))
        assert it.bus.events("call_ended")[0]["told"] is False
        assert it.ari.asked("DELETE channels/c2") == ["DELETE channels/c2?reason_code=34"]
        assert "media-c2" not in it.ari.channels


async def test_a_caller_who_hangs_up_while_being_told_leaves_nothing() -> None:
    async with exchange(max_calls=1) as it:
        await it.answered("c1")
        it.silent_workers = True
        it.ari.call("c2")
        await it.until(lambda: it.ari.asked("POST bridges/bridge-c2"))
        it.ari.hang_up("c2")
        await it.until(lambda: "bridge-c2" not in it.ari.bridges and "c2" not in it.plane.rows)


async def test_more_calls_than_can_be_told_hear_the_busy_tone_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(switchboard, "LINES", 1)
    before = rejected("no_room")
    async with exchange(max_calls=1) as it:
        await it.answered("c1")
        it.silent_workers = True
        it.ari.call("c2")
        it.ari.call("c3")
        await it.until(lambda: it.ari.asked("DELETE channels/c3"))
        assert it.ari.asked("DELETE channels/c3") == ["DELETE channels/c3?reason_code=34"]
        assert not it.ari.asked("POST channels/c3")
        assert rejected("no_room") == before + 1


@pytest.mark.parametrize("to", ["target:sales", "voicemail"])
async def test_a_call_above_the_limit_may_go_to_people_or_leave_a_message(to: str) -> None:
    file = msgspec.structs.replace(
        AGENT.file,
        overflow=Overflow(to=to),
        targets={"sales": Target(name="our sales team", extension="1001")},
    )
    agent = msgspec.structs.replace(AGENT, file=file)
    async with exchange(agent=agent, max_calls=1) as it:
        await it.answered("c1")
        it.ari.call("c2")
        await it.until(lambda: it.bus.events("overflow"))
        assert it.bus.events("overflow")[0]["to"] == to
        await it.until(lambda: len(_lines(it, "c2")) >= 2)
        assert _lines(it, "c2")[0] == agent.line("overflow")
        assert it.bus.events("call_ended") == []
        it.ari.hang_up("c1")
        await it.until(lambda: it.state("c1") is None)
        await it.answered("c3")  # the call that overflowed does not count


def _lines(it: Exchange, call: str) -> list[str]:
    return [job.text for job in it.bus.jobs() if job.call == call and job.kind == "line"]


async def test_an_overloaded_recogniser_closes_the_door() -> None:
    async with exchange(admission_stt_queue_s=0.5) as it:
        await it.answered("c1")
        for _ in range(FEWEST):
            slow = Transcript(
                call="c1", turn=9, revision=99, text="", end_of_turn=None, queue_s=0.9, work_s=0.1
            )
            it.switchboard.on_message(slow)
        it.ari.call("c2")
        await it.until(lambda: it.bus.events("call_ended"))
        assert it.bus.events("call_ended")[0]["reason"] == "stt_queue"
        it.switchboard.sharing.headroom.look()
        assert REGISTRY.get_sample_value("parley_calls_left") == 0
