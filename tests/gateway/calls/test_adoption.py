"""A gateway is killed, and the next one goes on with its calls where they were."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from gateway.media.events import SilenceReached, SpeechPaused
from gateway.takeover.snapshot import build, parse
from gateway.turns.events import State
from parley.agents import Agent, AgentFile
from parley.agents.dialogue import Collect, CollectTexts, Digits, Menu, MenuTexts, Option, Target, Translation
from tests.fakes.gateway.exchange import Exchange, exchange, shorten
from tests.fakes.servers.ari_server import make_channel

AGENT = Agent(
    name="exchange",
    file=AgentFile(
        company="Shop",
        extensions=("100",),
        greeting="Hello",
        persona="p",
        targets={"desk": Target(name="the desk", extension="1001", ring_s=20, unavailable=("voicemail",))},
        person="desk",
        menus={"main": Menu(say="Sales is 1.", options={"1": Option(to="agent")}, timeout_s=9.0)},
        collect={
            "order": Collect(say="Your number?", digits=Digits(min=2, max=6), timeout_s=7.0, then="agent")
        },
        keys={"7": "menu:main", "8": "collect:order", "9": "language:de"},
        languages={
            "de": Translation(
                greeting="Hallo",
                menus={"main": MenuTexts(say="Verkauf ist die 1.")},
                collect={"order": CollectTexts(say="Ihre Nummer?", confirm="Sie tippten {digits}.")},
            )
        },
    ),
)
SORRY = AGENT.line("interrupted")


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


@pytest.fixture
async def it() -> AsyncIterator[Exchange]:
    async with exchange(AGENT) as it:
        it.ari.variables["DEVICE_STATE(PJSIP/1001)"] = "NOT_INUSE"
        await it.answered("c1")
        yield it


async def taken_over(it: Exchange, state: bytes | None = None) -> list[str]:
    """The gateway dies; return what the next one has had spoken when it has the call, and the caller has heard that."""
    await it.die(state)
    await it.until(lambda: it.bus.jobs() and it.plane.heard)
    await it.until(lambda: it.state("c1") is State.LISTENING)
    return said(it)


def said(it: Exchange) -> list[str]:
    return [job.text for job in it.bus.jobs() if getattr(job, "kind", "") == "line"]


def asks(it: Exchange) -> None:
    """The caller says something, and pauses."""
    it.plane.caller_speaks("c1")
    it.switchboard.on_media([SpeechPaused("c1", 9000, 0.0)])


async def press(it: Exchange, keys: str) -> None:
    for key in keys:
        it.ari.press("c1", key)
    await it.until(lambda: [event["digit"] for event in it.bus.events("key")][-len(keys) :] == list(keys))
    await it.until(lambda: it.state("c1") is State.LISTENING)


async def test_the_caller_is_not_greeted_again(it: Exchange) -> None:
    assert await taken_over(it) == [f"{SORRY} {AGENT.line('go_on')}"]
    assert it.bus.events("call_resumed") == [{"agent": "exchange", "before": "gw"}]
    assert it.bus.events("call_started") == []
    requests = it.ari.requests
    opened = next(n for n, r in enumerate(requests) if r.startswith("POST channels/externalMedia"))
    assert requests.index("DELETE channels/media-c1") < opened


@pytest.mark.parametrize(
    ("left", "made"),
    [("channels/media-c1", "channels/externalMedia"), ("bridges/bridge-c1", "bridges?")],
    ids=["leg", "bridge"],
)
async def test_what_the_dead_gateway_left_makes_room_in_asterisks_own_time(
    it: Exchange, left: str, made: str
) -> None:
    it.ari.refuse[f"DELETE {left}"] = 500
    await it.die()
    await it.until(lambda: len(it.ari.asked(f"POST {made}")) > 1)  # its id is taken still
    it.ari.refuse.clear()
    await it.until(lambda: it.state("c1") is State.LISTENING)
    assert it.bus.events("call_ended") == []


async def test_revisions_go_on_beyond_those_that_workers_may_still_answer(it: Exchange) -> None:
    asks(it)
    await taken_over(it)
    assert min(job.revision for job in it.bus.jobs() if job.revision >= 0) > 100
    assert ("cancel", 101, -1) in it.bus.done


async def test_words_that_were_being_answered_are_answered(it: Exchange) -> None:
    it.hang_up_after = 999
    asks(it)
    await it.until(lambda: it.bus.jobs()[-1].revision == 1)
    await it.until(lambda: b'"asked":"a question"' in it.bus.states["c1"])
    await it.die()
    await it.until(lambda: it.bus.history)
    (job,) = [job for job in it.bus.jobs() if job.revision > 100]
    assert (job.kind, job.text, job.remark, job.repeats) == ("reply", "a question", SORRY, "")
    assert it.bus.history[0] == ("user", "a question")
    await it.until(lambda: it.state("c1") is State.LISTENING)


async def test_an_answer_that_was_being_spoken_is_spoken_again_and_stands_in_the_history_once(
    it: Exchange,
) -> None:
    it.plane.speed = 1
    asks(it)
    await it.until(lambda: it.bus.jobs()[-1].revision == 1)
    it.switchboard.on_media([SilenceReached("c1")])
    await it.until(lambda: it.plane.played(1))
    assert await taken_over(it) == [f"{SORRY} line 1"]
    assert ("user", "a question") not in it.bus.history


async def test_a_caller_whose_words_are_lost_is_asked_to_say_them_again(it: Exchange) -> None:
    it.silent_workers = True
    asks(it)
    await it.until(lambda: b'"lost":true' in it.bus.states["c1"])
    it.silent_workers = False
    assert await taken_over(it) == [f"{SORRY} {AGENT.line('say_again')}"]


async def test_a_call_that_dies_in_its_greeting_is_greeted(it: Exchange) -> None:
    it.plane.speed = 1
    it.ari.hang_up("c1")
    await it.over("c1")
    it.plane.heard.clear()
    it.ari.call("c1")
    await it.until(lambda: it.plane.played(0))
    assert await taken_over(it) == [f"{SORRY} Hello"]


async def test_a_goodbye_that_was_being_said_ends_the_call(it: Exchange) -> None:
    it.plane.speed = 1
    it.switchboard._roster.calls["c1"].leave()
    await it.until(lambda: it.state("c1") is State.AGENT_SPEAKING)
    await it.die()
    await it.until(it.bus.jobs)
    await it.over("c1")
    assert said(it) == [f"{SORRY} {AGENT.file.farewell}"]
    assert it.outcome() == "completed"


async def test_the_menu_is_open_in_the_callers_language(it: Exchange) -> None:
    await press(it, "9")
    await press(it, "7")
    german = AGENT.in_language("de")
    assert await taken_over(it) == [f"{german.line('interrupted')} Verkauf ist die 1."]
    it.ari.press("c1", "1")
    await it.until(lambda: it.bus.events("menu"))
    assert it.bus.jobs()[-1].language == "de"


async def test_a_number_goes_on_where_it_was(it: Exchange) -> None:
    await press(it, "8")
    await press(it, "47")
    assert await taken_over(it) == [f"{SORRY} {AGENT.line('typed', digits='4 7')}"]
    it.ari.press("c1", "1")
    it.ari.press("c1", "#")
    await it.until(lambda: said(it)[-1].startswith("You entered 4 7 1."))


async def test_who_holds_the_call_hears_of_it_when_they_are_back(it: Exchange) -> None:
    it.ari.tell("ChannelHold", "c1")
    await it.until(lambda: b'"held":true' in it.bus.states["c1"])
    await it.die()
    await it.until(lambda: it.state("c1") is State.HELD)
    assert it.plane.heard == []
    it.ari.tell("ChannelUnhold", "c1")
    await it.until(lambda: it.state("c1") is State.LISTENING and it.plane.heard)
    assert said(it) == [f"{SORRY} {AGENT.line('go_on')}"]


async def test_who_was_led_to_people_still_is(it: Exchange) -> None:
    it.plane.speed = 1
    it.ari.press("c1", "*")
    await it.until(lambda: it.state("c1") is State.TRANSFERRING and it.plane.played(1))
    await it.die()
    await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
    assert said(it) == [f"{SORRY} {AGENT.line('connecting', target='the desk')}"]


async def given_away(it: Exchange) -> None:
    it.ari.press("c1", "*")
    await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
    await it.until(lambda: "media-c1" not in it.ari.channels and "c1" not in it.plane.rows)
    it.ari.outside.add("c1")
    await it.die()
    await it.until(lambda: it.ari.asked("POST applications/parley-gw/subscription?eventSource=channel:c1"))


async def test_a_person_who_is_being_rung_is_told_of_the_call(it: Exchange) -> None:
    await given_away(it)
    assert it.ari.variables["HEIR_c1"] == "parley-gw", "a channel in the dialplan takes no variable"
    await it.until(lambda: "summary" in [job.kind for job in it.bus.jobs()])
    it.ari.enter("p1", "screen", "c1", context="accept")
    await it.until(lambda: "p1" in it.plane.rows)
    it.ari.press("p1", "1")
    await it.until(lambda: it.bus.events("transfer_connected"))


async def test_a_caller_whom_nobody_took_is_offered_what_the_file_allows(it: Exchange) -> None:
    await given_away(it)
    it.ari.outside.clear()
    it.ari.enter("c1", "back", "NOANSWER", "100", context="back")
    await it.until(lambda: said(it) and said(it)[-1].startswith(AGENT.line("declined")))
    await it.until(lambda: it.state("c1") is State.LISTENING)
    assert AGENT.line("offer_voicemail") in said(it)[-1]


async def test_who_goes_on_with_a_call_is_forgotten_when_it_is_over(it: Exchange) -> None:
    await given_away(it)
    it.ari.hang_up("c1")
    await it.over("c1")
    assert "HEIR_c1" not in it.ari.variables


async def test_a_caller_who_is_given_away_again_comes_back_to_who_did_so(it: Exchange) -> None:
    await given_away(it)
    it.ari.outside.clear()
    it.ari.enter("c1", "back", "KEY", "100", context="back")
    await it.until(lambda: it.state("c1") is State.LISTENING)
    it.ari.requests.clear()
    it.ari.press("c1", "*")
    await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
    assert it.ari.asked("POST channels/c1/variable?variable=__PARLEY_APP&value=parley-gw")
    assert "HEIR_c1" not in it.ari.variables


async def test_a_caller_who_came_back_to_no_gateway_is_offered_the_same(it: Exchange) -> None:
    it.ari.press("c1", "*")
    await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
    await it.until(lambda: "media-c1" not in it.ari.channels)
    it.ari.variables |= {"PARLEY_BACK": "NOANSWER", "PARLEY_NUMBER": "100"}
    it.ari.channels["c1"]["dialplan"]["context"] = "back"
    await it.die()
    await it.until(lambda: said(it) and said(it)[-1].startswith(AGENT.line("declined")))
    await it.until(lambda: it.state("c1") is State.LISTENING)


@pytest.mark.parametrize("damage", [b"{", b'{"version": 0}', b"\xff", b"[]"])
async def test_a_call_whose_state_cannot_be_read_is_greeted_anew(it: Exchange, damage: bytes) -> None:
    await it.die(damage)
    await it.until(it.bus.jobs)
    assert it.bus.jobs()[0].kind == "greeting"


async def test_a_call_of_another_version_is_greeted_anew(it: Exchange) -> None:
    old = msgspec.structs.replace(parse(it.bus.states["c1"]), version=99)
    await it.die(msgspec.json.encode(old))
    await it.until(lambda: it.bus.events("call_started"))


async def test_nothing_is_kept_of_a_call_that_is_over(it: Exchange) -> None:
    assert "c1" in it.bus.states
    it.ari.hang_up("c1")
    await it.over("c1")
    assert it.bus.states == {}


# Several gateways at one Asterisk


async def test_a_gateway_that_is_gone_has_its_callers_moved_here_with_their_state(it: Exchange) -> None:
    await it.until(lambda: parse(it.bus.states["c1"]).talk.greeted)
    kept = parse(it.bus.states["c1"])
    it.ari.channels["c2"] = make_channel("c2", "100")
    it.ari.channels["media-c2"] = make_channel("media-c2")
    it.ari.others |= {"c2", "media-c2"}
    it.bus.states["c2"] = build(msgspec.structs.replace(kept, gateway="other", caller="1002"))
    assert await it.switchboard._adoption.inherit("other", "parley-other")
    await it.until(lambda: it.bus.events("call_resumed"))
    await it.until(lambda: f"{SORRY} {AGENT.line('go_on')}" in said(it))
    await it.until(lambda: it.state("c2") is State.LISTENING)
    requests = it.ari.requests
    moved = requests.index("POST channels/c2/move?app=parley-gw&appArgs=moved")
    assert moved < requests.index("DELETE channels/media-c2")
    assert it.bus.events("call_resumed")[-1]["before"] == "other"
    assert it.state("c1") is State.LISTENING


async def test_two_gateways_do_not_take_over_the_same_call(it: Exchange) -> None:
    it.ari.channels["c2"] = make_channel("c2", "100")
    it.ari.others.add("c2")
    it.bus.shared.heirs["c2", "other"] = "third"
    assert await it.switchboard._adoption.inherit("other", "parley-other")
    assert not it.ari.asked("POST channels/c2/move")
    assert it.state("c2") is None


async def test_a_call_that_another_gateway_has_taken_ends_here_without_a_word(it: Exchange) -> None:
    told = it.metric("parley_call_duration_seconds_count")
    it.ari.take_away("c1")
    await it.until(lambda: it.state("c1") is None)
    assert not it.ari.asked("DELETE channels/c1")
    assert not it.ari.asked("DELETE channels/media-c1")
    assert "c1" in it.bus.states
    assert it.bus.events("call_ended") == []
    assert it.metric("parley_calls_ended_total", outcome="moved") >= 1
    assert it.metric("parley_call_duration_seconds_count") == told, "it goes on, and is told where it ends"


async def test_a_caller_who_leaves_for_nowhere_has_hung_up(it: Exchange) -> None:
    it.ari.tell("StasisEnd", "c1")
    it.ari.channels.pop("c1")
    await it.until(lambda: it.bus.events("call_ended"))
    assert it.outcome() == "caller_hung_up"
