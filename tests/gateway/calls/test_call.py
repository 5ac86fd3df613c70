"""The life of one call, from its arrival to every way in which it may end."""

import asyncio

import pytest

from gateway.calls import call as call_module
from gateway.conversation import jobs, leg
from gateway.media.events import SilenceReached, SpeechPaused
from gateway.turns.events import State
from tests.fakes.gateway.exchange import Exchange, exchange, shorten


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)
    monkeypatch.setattr(jobs, "_JOB_S", 0.1)


async def test_a_call_is_set_up_greeted_and_cleaned_up() -> None:
    async with exchange() as it:
        await it.answered("c1")
        asked = [request.split("?")[0] for request in it.ari.requests[2:]]
        assert [request for request in asked if request.startswith(("POST channels", "POST bridges"))] == [
            "POST channels/externalMedia",
            "POST channels/c1/answer",
            "POST bridges",
            "POST bridges/bridge-c1/addChannel",
        ]
        assert "format=slin16" in it.ari.asked("POST channels/externalMedia")[0]
        assert it.ari.asked("POST bridges/")[0].endswith("channel=c1,media-c1")
        await it.until(lambda: it.bus.history)
        it.ari.hang_up("c1")
        await it.over("c1")
        assert it.outcome() == "caller_hung_up"
        kinds = [done[1] for done in it.bus.done if done[0] == "event"]
        assert kinds == ["call_started", "agent_speaks", "agent_said", "call_ended"]
        await it.until(lambda: ("close_call", "c1") in it.bus.done)


async def test_redis_knows_of_the_call_before_anything_else_of_it() -> None:
    async with exchange() as it:
        await it.answered("c1")
        verb, call, fields = it.bus.done[0]
        assert (verb, call) == ("open", "c1")
        assert {"agent", "caller", "extension", "gateway", "started_at"} == set(fields)


async def test_a_callers_voice_is_forgotten_when_the_turn_is_over() -> None:
    async with exchange() as it:
        await it.answered("c1")
        await it.until(lambda: it.bus.done.count(("drop_audio", "c1")) == 1)
        it.plane.caller_speaks("c1")
        it.switchboard.on_media([SpeechPaused("c1", 9000, 0.0)])
        await it.until(lambda: it.bus.jobs()[-1].revision == 1)
        assert it.bus.done.count(("drop_audio", "c1")) == 1
        it.switchboard.on_media([SilenceReached("c1")])
        await it.until(lambda: it.bus.done.count(("drop_audio", "c1")) == 2)
        assert it.state("c1") is State.LISTENING


async def test_a_question_is_answered_and_the_agent_hangs_up() -> None:
    async with exchange() as it:
        it.hang_up_after = 1
        await it.answered("c1")
        it.plane.caller_speaks("c1")
        it.switchboard.on_media([SpeechPaused("c1", 9000, 0.0)])
        await it.until(lambda: it.bus.jobs()[-1].revision == 1)
        it.switchboard.on_media([SilenceReached("c1")])
        await it.over("c1")
        assert it.outcome() == "completed"
        assert it.bus.history == [("assistant", "line 0"), ("user", "a question"), ("assistant", "line 1")]
        assert "c1" not in it.ari.channels


async def test_a_hang_up_in_mid_sentence_tells_what_was_heard_before_the_end() -> None:
    async with exchange() as it:
        it.plane.speed = 1
        it.ari.call("c1")
        await it.until(lambda: it.plane.played(0))
        it.ari.hang_up("c1")
        await it.over("c1")
        kinds = [done[1] for done in it.bus.done if done[0] == "event"]
        assert kinds == ["call_started", "agent_speaks", "agent_said", "call_ended"]
        assert it.bus.events("agent_said")[0]["whole"] is False


@pytest.mark.parametrize(
    "request_",
    ["POST channels/externalMedia", "POST channels/c1/answer", "POST bridges", "POST bridges/bridge-c1"],
)
@pytest.mark.parametrize("how", ["refused", "mute"])
async def test_a_set_up_that_fails_ends_the_call_with_asterisks_own_apology(request_: str, how: str) -> None:
    async with exchange() as it:
        if how == "refused":
            it.ari.refuse[request_] = 500
        else:
            it.ari.mute.add(request_)
        await fails(it)
        assert it.ari.asked("POST channels/c1/play") == [
            "POST channels/c1/play?media=sound:please-try-call-later&lang=en"
        ]
        assert it.ari.asked("DELETE channels/c1")
        assert it.bus.jobs() == []


async def fails(it: Exchange) -> None:
    """A call comes in and cannot be set up."""
    it.ari.call("c1")
    await it.until(lambda: it.bus.events("call_ended"))
    await it.over("c1")
    assert it.outcome() == "failed"


async def test_a_media_leg_that_does_not_come_up_fails_the_call() -> None:
    async with exchange() as it:
        it.ari.media_comes_up = False
        await fails(it)


async def test_an_answer_without_the_media_legs_address_fails_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with exchange() as it:
        monkeypatch.setattr(it.ari, "_open_media", lambda channel: (200, {}))
        await fails(it)


async def test_a_caller_who_gives_up_during_the_set_up_ends_it_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leg, "MEDIA_TIMEOUT_S", 60.0)
    async with exchange() as it:
        it.ari.media_comes_up = False
        it.ari.call("c1")
        await it.until(lambda: it.ari.asked("POST channels/c1/answer"))
        it.ari.hang_up("c1")
        await it.over("c1")
        assert it.outcome() == "caller_hung_up"
        assert it.bus.events("call_started") == []


async def test_a_media_leg_that_is_lost_ends_the_call_with_an_apology() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.hang_up("media-c1")
        await it.over("c1")
        assert it.outcome() == "failed"
        assert it.ari.asked("POST channels/c1/play")


async def test_no_greeting_ends_the_call_with_an_apology() -> None:
    async with exchange(reply_timeout_s=0.1) as it:
        it.silent_workers = True
        await fails(it)
        assert it.ari.asked("POST channels/c1/play")


async def test_a_call_that_lasts_too_long_is_told_goodbye() -> None:
    async with exchange(max_call_s=1) as it:
        await it.answered("c1")
        await it.over("c1")
        assert [job.kind for job in it.bus.jobs()] == ["greeting", "filler", "farewell"]
        assert it.outcome() == "completed"


async def test_a_call_that_lasts_too_long_ends_even_without_a_goodbye(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(call_module, "_FAREWELL_S", 0.1)
    async with exchange(max_call_s=1) as it:
        await it.answered("c1")
        it.silent_workers = True
        await it.over("c1")
        assert it.outcome() == "too_long"


async def test_keys_are_told() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.tell("ChannelDtmfReceived", "c1", digit="5")
        await it.until(lambda: it.bus.events("key"))
        assert it.bus.events("key") == [{"agent": "exchange", "digit": "5"}]


# How it sounded


async def test_a_call_that_the_caller_ends_is_judged_by_what_asterisk_told_before() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.caller_hangs_up(
            "c1", "ssrc=1;lp=20;rxjitter=0.002;rxcount=980;txjitter=0.001;txcount=1000;rlp=0;rtt=0.1"
        )
        await it.over("c1")
        told = it.bus.events("call_ended")[-1]
        assert (told["lost_pct"], told["jitter_ms"], told["round_trip_ms"]) == (2.0, 2.0, 100.0)
        assert (told["packets_received"], told["packets_sent"]) == (980, 1000)
        assert 4.0 < told["mos"] < 4.3
        assert it.ari.asked("GET channels/c1/rtp_statistics") == []
        assert it.ari.asked("GET channels/c1/variable")


async def test_the_codec_is_the_callers_own() -> None:
    async with exchange() as it:
        it.ari.channels["c1"] = {}
        assert await it.switchboard._channels.codec("c1") == "opus"


async def test_a_call_that_the_agent_ends_is_judged_by_what_asterisk_answers() -> None:
    async with exchange() as it:
        it.ari.statistics = {"txcount": 500, "rxcount": 500, "rxploss": 0, "txploss": 50, "rtt": 0.02}
        it.hang_up_after = 0
        it.ari.call("c1")
        await it.until(lambda: it.bus.events("call_ended"))
        await it.over("c1")
        assert it.bus.events("call_ended")[-1]["lost_pct"] == 10.0
        assert it.ari.requests.index("GET channels/c1/rtp_statistics") < it.ari.requests.index(
            "DELETE channels/c1?reason_code=16"
        )


async def test_a_call_of_which_asterisk_tells_nothing_has_no_quality() -> None:
    async with exchange() as it:
        it.ari.refuse["GET channels/c1"] = 404
        await it.answered("c1")
        it.ari.hang_up("c1")
        await it.over("c1")
        assert set(it.bus.events("call_ended")[-1]) == {"agent", "caller", "extension", "outcome"}


# Redis away


async def test_redis_away_for_a_moment_does_not_end_a_call() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.bus.away = True
        it.plane.caller_speaks("c1")
        it.switchboard.on_media([SpeechPaused("c1", 9000, 0.0)])
        await asyncio.sleep(0.1)
        it.bus.away = False
        await it.until(lambda: it.bus.jobs()[-1].revision == 1)
        it.switchboard.on_media([SilenceReached("c1")])
        await it.until(lambda: it.state("c1") is State.LISTENING)
        await it.until(lambda: len(it.bus.history) == 3)


async def test_a_call_that_arrives_while_redis_is_away_is_greeted_when_it_is_back() -> None:
    async with exchange() as it:
        it.bus.away = True
        it.ari.call("c1")
        await it.until(lambda: it.ari.asked("POST bridges/"))
        it.bus.away = False
        await it.until(lambda: it.state("c1") is State.LISTENING)


@pytest.mark.parametrize("how", ["away", "hangs", "refuses"])
async def test_a_call_ends_although_redis_does_not_answer(how: str) -> None:
    async with exchange() as it:
        await it.answered("c1")
        setattr(it.bus, how, True)
        it.ari.hang_up("c1")
        await it.over("c1")


async def test_a_call_ends_although_asterisk_is_away() -> None:
    async with exchange() as it:
        it.hang_up_after = 0
        it.ari.mute = {"DELETE"}
        it.ari.call("c1")
        await it.until(lambda: it.ari.asked("DELETE"))
        it.ari.drop()
        await it.until(lambda: it.state("c1") is None)
        it.ari.mute = set()
        await it.until(lambda: it.switchboard.ari.connected)


async def test_a_media_plane_that_tells_nothing_does_not_keep_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    async with exchange() as it:
        await it.answered("c1")
        monkeypatch.setattr(it.plane, "emit", lambda events: None)
        it.ari.hang_up("c1")
        await it.over("c1")


async def test_a_call_on_hold_hears_nothing_and_goes_on_where_it_was() -> None:
    async with exchange() as it:
        await it.answered("c1")
        it.ari.tell("ChannelHold", "c1")
        await it.until(lambda: it.state("c1") is State.HELD)
        it.plane.caller_speaks("c1")
        it.switchboard.on_media([SpeechPaused("c1", 9000, 0.0)])
        it.ari.tell("ChannelUnhold", "c1")
        await it.until(lambda: it.state("c1") is not State.HELD)
        await it.until(lambda: [event["held"] for event in it.bus.events("hold")] == [True, False])


async def test_who_holds_before_the_call_is_set_up_hears_the_greeting_when_they_are_back() -> None:
    async with exchange() as it:
        it.ari.acknowledged = False
        it.ari.call("c1")
        await it.until(lambda: it.ari.asked("POST channels/c1/answer"))
        it.ari.tell("ChannelHold", "c1")
        it.ari.tell("ChannelVarset", "c1", variable="PARLEY_ACKNOWLEDGED", value="1")
        await it.until(lambda: it.state("c1") is State.HELD)
        it.ari.tell("ChannelHold", "c1")  # some telephones say so again and again
        assert it.bus.events("agent_said") == []
        it.ari.tell("ChannelUnhold", "c1")
        await it.until(lambda: it.bus.events("agent_said"))
        await it.until(lambda: it.state("c1") is State.LISTENING)
        it.ari.tell("ChannelUnhold", "c1")
        it.ari.hang_up("c1")
        await it.over("c1")
        assert it.outcome() == "caller_hung_up"


async def test_a_key_that_is_sent_both_ways_is_pressed_once() -> None:
    async with exchange() as it:
        await it.answered("c1")
        for kind, key in (
            ("told", "4"),
            ("audio", "4"),
            ("told", "4"),
            ("audio", "7"),
            ("told", "7"),
            ("told", "7"),
        ):
            if kind == "audio":
                it.ari.tell("ChannelVarset", "c1", variable="PARLEY_KEY", value=key)
            else:
                it.ari.press("c1", key)
        it.ari.tell("ChannelHold", "c1")  # after all of them
        await it.until(lambda: it.bus.events("hold"))
        assert [event["digit"] for event in it.bus.events("key")] == ["4", "7"]
