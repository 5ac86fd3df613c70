"""Which call gets which event; refusals, reconnects, left-over channels, and the end."""

import asyncio

import msgspec
import pytest
from prometheus_client import REGISTRY

from gateway.ari import leftovers
from gateway.calls import adoption, roster
from gateway.media.events import SilenceReached, SpeechPaused
from gateway.turns.events import State
from parley.agents import Agent
from parley.messages import Speech
from tests.fakes.gateway.exchange import AGENT, exchange, rejected, shorten
from tests.fakes.servers.ari_server import make_channel


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)
    monkeypatch.setattr(roster, "_END_S", 1.0)


async def test_an_unknown_extension_is_refused_with_cause_1() -> None:
    before = rejected("unknown_extension")
    async with exchange() as it:
        it.ari.call("c1", "999")
        await it.until(lambda: it.ari.asked("DELETE"))
        assert it.ari.asked("DELETE") == ["DELETE channels/c1?reason_code=1"]
        assert rejected("unknown_extension") == before + 1
        assert it.state("c1") is None
        await it.until(lambda: it.bus.events("call_ended"))
        assert it.bus.events("call_ended") == [
            {
                "agent": "",
                "caller": "1001",
                "extension": "999",
                "outcome": "refused",
                "reason": "unknown_extension",
            }
        ]


async def test_who_gives_up_before_there_is_an_answer_is_recorded_with_their_number() -> None:
    async with exchange() as it:
        it.ari.media_comes_up = False
        it.ari.call("c1")
        await it.until(lambda: it.ari.asked("POST channels/c1/answer"))
        it.ari.hang_up("c1")
        await it.over("c1")
        (ended,) = it.bus.events("call_ended")
        assert (ended["caller"], ended["extension"]) == ("1001", "100")


async def test_a_refused_call_is_recorded_under_the_extension_that_the_agents_file_has() -> None:
    shop = Agent(
        name=AGENT.name, file=msgspec.structs.replace(AGENT.file, extensions=("+4930123456",), country="DE")
    )
    async with exchange(shop, max_calls=1) as it:
        await it.switchboard.close(0.1)
        it.ari.call("c1", "030123456", "03099999")
        await it.until(lambda: it.bus.events("call_ended"))
        (ended,) = it.bus.events("call_ended")
        assert (ended["outcome"], ended["reason"]) == ("refused", "stopping")
        assert (ended["caller"], ended["extension"]) == ("+493099999", "+4930123456")


async def test_calls_do_not_get_each_others_events() -> None:
    async with exchange() as it:
        await it.answered("c1")
        await it.answered("c2")
        it.plane.caller_speaks("c1")
        assert it.state("c1") is State.CALLER_SPEAKING
        assert it.state("c2") is State.LISTENING
        it.switchboard.on_media([SilenceReached("gone"), SpeechPaused("c1", 9000, 0.0)])
        assert it.state("c1") is State.PAUSED
        it.ari.hang_up("c2")
        await it.until(lambda: it.state("c2") is None)
        assert it.state("c1") is not None


async def test_what_breaks_one_call_does_not_reach_the_others() -> None:
    async with exchange() as it:
        await it.answered("c1")
        await it.answered("c2")
        it.plane.caller_speaks("c1")
        it.switchboard.on_media([SpeechPaused("c1", 9000, 0.0)])
        half_a_sample = Speech(call="c1", turn=1, revision=1, seq=0, text="x", pcm=b"123")
        it.switchboard.on_message(half_a_sample)
        broken = SilenceReached("c1")
        object.__setattr__(broken, "call", "c1")
        it.switchboard._roster.calls["c1"].on_media = None  # type: ignore[assignment, method-assign]
        it.switchboard.on_media([broken])
        it.plane.caller_speaks("c2")
        assert it.state("c2") is State.CALLER_SPEAKING
        del it.switchboard._roster.calls["c1"].on_media


async def test_an_event_without_what_it_should_hold_changes_nothing() -> None:
    async with exchange() as it:
        for text in (
            '{"type":"StasisStart","channel":{"id":"x"}}',
            '{"type":"StasisStart","channel":null}',
            '{"type":"ChannelDtmfReceived"}',
        ):
            it.ari.send(text)
        await it.answered("c1")


async def test_a_call_that_is_told_twice_is_taken_once() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.tell("StasisStart", "c1")
        await asyncio.sleep(0.05)
        assert len(it.ari.asked("POST channels/externalMedia")) == 1
        assert it.state("c1") is State.LISTENING


async def test_calls_go_on_when_the_connection_to_asterisk_is_lost_for_a_moment() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.drop()
        await it.until(lambda: it.ari.requests.count("GET channels") == 2)
        assert it.state("c1") is State.LISTENING


async def test_a_call_that_asterisk_has_lost_ends() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.drop()
        it.ari.channels.clear()  # Asterisk has started again
        await it.over("c1")
        assert it.outcome() == "lost"


async def test_left_over_callers_are_taken_and_left_over_legs_removed() -> None:
    async with exchange() as it:
        await it.until(lambda: it.switchboard.ari.connected)
        it.ari.channels["c1"] = make_channel("c1", "100")
        it.ari.channels["media-c1"] = make_channel("media-c1")
        it.ari.channels["media-c0"] = make_channel("media-c0")
        it.ari.bridges |= {"bridge-c0", "bridge-c1"}
        it.ari.drop()
        await it.until(lambda: it.state("c1") is State.LISTENING)
        assert "media-c0" not in it.ari.channels
        assert "bridge-c0" not in it.ari.bridges
        requests = it.ari.requests
        opened = next(n for n, r in enumerate(requests) if r.startswith("POST channels/externalMedia"))
        assert requests.index("DELETE channels/media-c1") < opened  # the new leg has the same name
        assert it.bus.done[0][:2] == ("open", "c1")


async def test_the_end_of_a_left_over_leg_that_is_told_late_does_not_end_the_call() -> None:
    async with exchange() as it:
        it.ari.media_comes_up = False
        it.ari.call("c1")
        await it.until(lambda: it.ari.asked("POST channels/c1/answer"))
        it.ari.tell("ChannelDestroyed", "media-c1")
        it.ari.tell("StasisStart", "media-c1")
        await it.until(lambda: it.state("c1") is State.LISTENING)


async def test_a_call_that_arrives_during_the_comparison_is_not_lost() -> None:
    async with exchange() as it:
        for number in range(10):
            it.ari.drop()
            await it.until(lambda: it.ari.requests.count("GET channels") == number + 2)  # noqa: B023
            it.ari.call(f"c{number}")
            await it.until(lambda: it.state(f"c{number}") is State.LISTENING)  # noqa: B023


async def test_a_comparison_that_fails_is_survived_and_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adoption, "AGAIN_S", 0.01)
    async with exchange() as it:
        await it.answered("c1")
        it.ari.refuse["GET applications"] = 500
        it.ari.drop()
        await it.until(lambda: len(it.ari.asked("GET applications")) >= 4)
        await it.answered("c2")
        del it.ari.channels["c1"]
        del it.ari.refuse["GET applications"]
        await it.until(lambda: it.state("c1") is None)
        assert it.outcome() == "lost"
        assert it.state("c2") is State.LISTENING


def removed() -> float:
    return REGISTRY.get_sample_value("parley_ari_leftovers_removed_total") or 0.0


async def test_what_a_call_has_left_over_is_removed_when_it_is_seen_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leftovers, "LOOK_S", 0.01)
    before = removed()
    async with exchange() as it:
        await it.answered("c1")
        it.ari.channels["media-gone"] = make_channel("media-gone")
        it.ari.bridges |= {"bridge-gone", "bridge-also", "not-ours"}
        await it.until(lambda: it.ari.bridges == {"bridge-c1", "not-ours"})
        assert it.ari.channels.keys() == {"c1", "media-c1"}
        await it.until(lambda: removed() == before + 2)
        assert it.state("c1") is State.LISTENING
