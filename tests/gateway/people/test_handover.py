"""Calls that are given to people, from the wish for one to every way in which it ends."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.media.events import SilenceReached, SpeechPaused
from gateway.people import screening
from gateway.turns.events import State
from parley.agents import Agent, AgentFile
from parley.agents.dialogue import Target, Voicemail
from tests.fakes.gateway.exchange import Exchange, exchange, shorten

AGENT = Agent(
    name="exchange",
    file=AgentFile(
        company="Shop",
        extensions=("100",),
        greeting="Hello",
        persona="p",
        targets={
            "desk": Target(name="the desk", extension="1001", ring_s=20),
            "sales": Target(name="sales", queue="sales"),
            "cell": Target(name="the boss", trunk="+4930123", summary=False),
        },
        person="desk",
        keys={"1": "target:sales", "2": "target:cell", "3": "voicemail"},
        voicemail=Voicemail(max_s=60, silence_s=4),
    ),
)
FREE = {
    "DEVICE_STATE(PJSIP/1001)": "NOT_INUSE",
    "DEVICE_STATE(PJSIP/trunk)": "INUSE",
    "QUEUE_MEMBER(sales,free)": "1",
    "QUEUE_MEMBER(sales,logged)": "1",
}


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)
    monkeypatch.setattr(screening, "REPEAT_S", 0.05)


@pytest.fixture
async def it() -> AsyncIterator[Exchange]:
    async with exchange(AGENT) as it:
        it.ari.variables.update(FREE)
        await it.answered("c1")
        yield it


def transfers(kind: str, outcome: str) -> float:
    return Exchange.metric("parley_transfers_total", kind=kind, outcome=outcome)


def lines(it: Exchange) -> list[str]:
    """The texts that were to be spoken, of call control's."""
    return [job.text for job in it.bus.jobs() if getattr(job, "kind", "") == "line"]


async def given(it: Exchange, key: str = "*") -> None:
    """The caller presses a key and is in Asterisk's hands."""
    it.ari.press("c1", key)
    await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
    await it.until(lambda: "media-c1" not in it.ari.channels and "c1" not in it.plane.rows)


async def told(it: Exchange, person: str = "p1") -> None:
    """A person's leg has come, and hears the summary."""
    it.ari.enter(person, "screen", "c1", context="accept")
    await it.until(lambda: person in it.plane.rows and any(reply == 0 for reply, _ in it.plane.heard))


async def connected(it: Exchange) -> None:
    """A person has taken the call."""
    await given(it)
    await told(it)
    it.ari.press("p1", "1")
    await it.until(lambda: it.bus.events("transfer_connected"))


async def test_star_gives_the_call_to_asterisk_after_the_handoff_sentence(it: Exchange) -> None:
    await given(it)
    assert lines(it) == [AGENT.line("connecting", target="the desk")]
    assert it.bus.history[-1][0] == "assistant"
    sent = [request for request in it.ari.requests if request.startswith("POST channels/c1/variable")]
    assert [request.split("variable=")[1] for request in sent] == [
        "CHANNEL(language)&value=en",
        "__PARLEY_CALL&value=c1",
        "PARLEY_NUMBER&value=100",
        "PARLEY_KIND&value=extension",
        "PARLEY_TARGET&value=1001",
        "__PARLEY_RING_S&value=20",
        "PARLEY_WAIT_S&value=0",
        "__PARLEY_APP&value=parley-gw",
    ]
    assert it.ari.asked("POST applications/parley-gw/subscription") == [
        "POST applications/parley-gw/subscription?eventSource=channel:c1"
    ]
    assert it.ari.asked("POST channels/c1/continue")[0].endswith("context=transfer&extension=s&priority=1")
    assert it.state("c1") is State.TRANSFERRING


async def test_a_person_hears_the_summary_and_takes_the_call(it: Exchange) -> None:
    before = transfers("extension", "connected")
    await given(it)
    await told(it)
    summary = next(job for job in it.bus.jobs() if getattr(job, "kind", "") == "summary")
    assert (summary.caller, summary.text) == ("1001", AGENT.line("summary_accept"))
    it.ari.press("p1", "5")
    it.ari.press("p1", "1")
    await it.until(lambda: it.ari.asked("POST channels/p1/continue"))
    assert not it.ari.asked("POST channels/p1/variable")
    await it.until(lambda: "media-p1" not in it.ari.channels)
    assert transfers("extension", "connected") == before + 1
    assert it.bus.events("transfer_connected")[0]["target"] == "desk"
    it.ari.press("c1", "9")  # for the person, not for us
    it.ari.hang_up("c1")
    await it.over("c1")
    assert it.outcome() == "transferred"
    assert not [e for e in it.bus.events("key") if e["digit"] == "9"]
    assert not it.ari.asked("DELETE channels/c1?")


async def test_a_person_who_declines_brings_the_caller_back(it: Exchange) -> None:
    before = transfers("extension", "declined")
    await given(it)
    await told(it)
    it.ari.press("p1", "2")
    await it.until(lambda: it.ari.asked("POST channels/p1/continue"))
    assert it.ari.asked("POST channels/p1/variable") == [
        "POST channels/p1/variable?variable=GOSUB_RESULT&value=CONTINUE"
    ]
    it.ari.enter("c1", "back", "CHANUNAVAIL", "100")
    await it.until(lambda: it.state("c1") is State.LISTENING)
    assert "c1" in it.plane.rows
    assert lines(it)[-1].startswith(AGENT.line("declined"))
    assert transfers("extension", "declined") == before + 1
    it.ari.press("c1", "3")
    await it.until(lambda: lines(it)[-1] == AGENT.line("back_to_agent"))


@pytest.mark.parametrize(
    ("why", "outcome"),
    [("NOANSWER", "no_answer"), ("CHANUNAVAIL", "unavailable"), ("BUSY", "busy"), ("CONGESTION", "failed")],
)
async def test_whoever_does_not_answer_brings_the_caller_back(it: Exchange, why: str, outcome: str) -> None:
    before = transfers("extension", outcome)
    await given(it)
    it.ari.enter("c1", "back", why, "100")
    await it.until(lambda: it.state("c1") is State.LISTENING)
    assert transfers("extension", outcome) == before + 1
    it.plane.caller_speaks("c1")
    assert it.state("c1") is State.CALLER_SPEAKING


async def test_a_key_while_waiting_brings_the_caller_back_to_the_agent(it: Exchange) -> None:
    await given(it)
    it.ari.enter("c1", "back", "KEY", "100")
    await it.until(lambda: it.state("c1") is State.LISTENING)
    assert lines(it)[-1] == AGENT.line("back_to_agent")
    assert it.bus.events("transfer_ended")[-1]["outcome"] == "taken_back"


async def test_who_has_put_the_call_on_hold_while_waiting_hears_what_came_of_it_when_they_are_back(
    it: Exchange,
) -> None:
    await given(it)
    await it.until(lambda: len(it.bus.events("agent_said")) == 2)  # the greeting, and to whom it connects
    it.ari.tell("ChannelHold", "c1")
    it.ari.enter("c1", "back", "NOANSWER", "100")
    await it.until(lambda: it.state("c1") is State.HELD)
    await it.until(lambda: AGENT.line("declined") in " ".join(lines(it)))
    assert it.state("c1") is State.HELD
    assert len(it.bus.events("agent_said")) == 2
    it.ari.tell("ChannelUnhold", "c1")
    await it.until(lambda: len(it.bus.events("agent_said")) == 3)


async def test_a_caller_who_hangs_up_while_waiting_is_counted(it: Exchange) -> None:
    before = transfers("extension", "abandoned")
    await given(it)
    it.ari.hang_up("c1")
    await it.over("c1")
    assert it.outcome() == "caller_hung_up"
    assert transfers("extension", "abandoned") == before + 1


@pytest.mark.parametrize(
    ("state", "outcome"), [("UNAVAILABLE", "unavailable"), ("INVALID", "unavailable"), ("INUSE", "busy")]
)
async def test_nobody_there_is_said_before_anything_rings(it: Exchange, state: str, outcome: str) -> None:
    it.ari.variables["DEVICE_STATE(PJSIP/1001)"] = state
    it.ari.press("c1", "*")
    await it.until(lambda: it.bus.events("transfer_ended"))
    await it.until(lambda: it.state("c1") is State.LISTENING)
    assert it.bus.events("transfer_ended")[0]["outcome"] == outcome
    assert lines(it)[0].startswith(AGENT.line("unavailable", target="the desk"))
    assert not it.ari.asked("POST channels/c1/continue")
    it.ari.press("c1", "1")  # to wait
    await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
    assert it.ari.asked("POST channels/c1/variable?variable=PARLEY_WAIT_S&value=180")


async def test_a_state_that_cannot_be_known_is_nobody(it: Exchange) -> None:
    it.ari.refuse["GET channels/c1/variable"] = 500
    it.ari.press("c1", "*")
    await it.until(lambda: it.bus.events("transfer_ended"))
    assert it.bus.events("transfer_ended")[0]["outcome"] == "unavailable"


async def test_a_queue_takes_callers_while_its_members_are_busy(it: Exchange) -> None:
    it.ari.variables["QUEUE_MEMBER(sales,free)"] = "0"
    await given(it, "1")
    assert it.bus.events("transfer_started")[0]["presence"] == "busy"
    assert it.ari.asked("POST channels/c1/variable?variable=PARLEY_KIND&value=queue")
    assert it.ari.asked("POST channels/c1/variable?variable=PARLEY_WAIT_S&value=600")


async def test_a_member_who_declines_leaves_the_caller_in_the_queue(it: Exchange) -> None:
    await given(it, "1")
    await told(it)
    it.ari.press("p1", "2")
    await it.until(lambda: it.ari.asked("POST channels/p1/continue"))
    await told(it, "p2")
    it.ari.press("p2", "1")
    await it.until(lambda: it.bus.events("transfer_connected"))


async def test_an_empty_queue_is_nobody(it: Exchange) -> None:
    it.ari.variables.update({"QUEUE_MEMBER(sales,free)": "0", "QUEUE_MEMBER(sales,logged)": "0"})
    it.ari.press("c1", "1")
    await it.until(lambda: it.bus.events("transfer_ended"))
    assert it.bus.events("transfer_ended")[0]["outcome"] == "unavailable"


async def test_without_a_summary_the_call_is_taken_as_it_comes(it: Exchange) -> None:
    await given(it, "2")
    it.ari.enter("p1", "screen", "c1", context="accept")
    await it.until(lambda: it.ari.asked("POST channels/p1/continue"))
    assert not it.ari.asked("POST channels/externalMedia?channelId=media-p1")
    assert it.bus.events("transfer_connected")[0]["to"] == "trunk"
    assert not [job for job in it.bus.jobs() if getattr(job, "kind", "") == "summary"]


async def test_a_person_who_hangs_up_has_not_taken_the_call(it: Exchange) -> None:
    await given(it)
    await told(it)
    it.ari.hang_up("p1")
    await it.until(lambda: "p1" not in it.plane.rows)
    assert not it.bus.events("transfer_connected")
    assert not it.ari.asked("POST channels/p1/continue")


async def test_a_person_who_presses_nothing_has_not_taken_the_call(
    it: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screening, "LONGEST_S", 0.1)
    await given(it)
    it.ari.enter("p1", "screen", "c1", context="accept")
    await it.until(lambda: it.ari.asked("POST channels/p1/continue"))
    assert it.bus.events("transfer_declined")


async def test_a_person_for_a_call_that_nobody_knows_takes_it_as_it_comes(it: Exchange) -> None:
    it.ari.enter("p1", "screen", "gone", context="accept")
    await it.until(lambda: it.ari.asked("POST channels/p1/continue"))


async def test_the_answer_to_a_question_may_be_a_person(it: Exchange) -> None:
    it.transfer_after[1] = "sales"
    it.plane.caller_speaks("c1")
    it.switchboard.on_media([SpeechPaused("c1", 9000, 0.0)])
    await it.until(lambda: it.bus.jobs()[-1].revision == 1)
    it.switchboard.on_media([SilenceReached("c1")])
    await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
    assert ("user", "a question") in it.bus.history
    assert it.bus.events("transfer_started")[0]["target"] == "sales"


async def test_a_call_that_cannot_be_given_away_goes_on(it: Exchange) -> None:
    it.ari.refuse["POST channels/c1/continue"] = 500
    it.ari.press("c1", "*")
    await it.until(lambda: it.bus.events("transfer_ended"))
    await it.until(lambda: it.state("c1") is State.LISTENING)
    assert it.bus.events("transfer_ended")[0]["outcome"] == "failed"
    assert lines(it)[-1].startswith(AGENT.line("declined"))


@pytest.mark.parametrize("status", [404, 409])
async def test_who_hangs_up_while_the_call_is_given_away_is_gone(it: Exchange, status: int) -> None:
    before = transfers("extension", "abandoned")
    it.ari.refuse["POST channels/c1/continue"] = status
    it.ari.press("c1", "*")
    await it.over("c1")
    assert it.outcome() == "caller_hung_up"
    assert transfers("extension", "abandoned") == before + 1


async def test_a_message_is_taken_and_thanked_for(it: Exchange) -> None:
    await given(it, "3")
    assert lines(it) == [AGENT.line("voicemail")]
    assert it.ari.asked("POST channels/c1/continue")[0].endswith("context=voicemail&extension=s&priority=1")
    assert it.ari.asked("POST channels/c1/variable?variable=PARLEY_WAIT_S&value=60")
    assert it.ari.asked("POST channels/c1/variable?variable=PARLEY_SILENCE_S&value=4")
    it.ari.enter("c1", "back", "RECORDED", "100")
    await it.over("c1")
    assert it.outcome() == "completed"
    assert it.bus.events("voicemail") == [
        {"agent": "exchange", "file": "/var/spool/asterisk/recording/voicemail/exchange/c1.wav"}
    ]


async def test_a_message_is_left_by_hanging_up_as_well(it: Exchange) -> None:
    await given(it, "3")
    it.ari.hang_up("c1")
    await it.over("c1")
    assert len(it.bus.events("voicemail")) == 1


async def test_a_caller_whom_a_gateway_before_us_gave_away_is_answered_again(it: Exchange) -> None:
    it.ari.enter("c9", "back", "NOANSWER", "100", context="back")
    await it.until(lambda: it.state("c9") is State.LISTENING)


async def test_legs_that_a_gateway_before_us_left_find_their_way() -> None:
    async with exchange(AGENT) as it:
        it.ari.channels["p1"] = channel("p1", "accept")
        it.ari.channels["c9"] = channel("c9", "back")
        it.ari.variables["PARLEY_NUMBER"] = "100"
        it.ari.drop()
        await it.until(lambda: it.ari.asked("POST channels/p1/continue"))
        await it.until(lambda: it.state("c9") is State.LISTENING)


def channel(name: str, context: str) -> dict[str, Any]:
    return {
        "id": name,
        "caller": {"number": "1001"},
        "dialplan": {"context": context, "exten": "s"},
    }


@pytest.mark.parametrize("meanwhile", ["nothing", "hung up", "came back"])
async def test_what_happened_while_asterisk_was_away_is_found_out(it: Exchange, meanwhile: str) -> None:
    await connected(it)
    it.ari.outside.add("c1")
    if meanwhile == "hung up":
        it.ari.channels.pop("c1")
    if meanwhile == "came back":
        it.ari.outside.clear()
    it.ari.drop()
    await it.until(lambda: len(it.ari.asked("GET applications")) == 2)
    if meanwhile == "hung up":
        await it.over("c1")
        assert it.outcome() == "transferred"
    elif meanwhile == "came back":
        await it.until(lambda: it.state("c1") is State.LISTENING)
    else:
        assert it.state("c1") is State.TRANSFERRING
        it.ari.hang_up("c1")


async def test_a_gateway_that_comes_back_leaves_people_talking() -> None:
    async with exchange(AGENT) as it:
        it.ari.channels["c9"] = channel("c9", "transfer")
        it.ari.outside.add("c9")
        it.ari.drop()
        await it.until(lambda: len(it.ari.asked("GET applications")) == 2)
        await asyncio.sleep(0.1)
        assert it.state("c9") is None
        assert not it.ari.asked("DELETE channels/c9")


async def test_a_gateway_that_stops_leaves_people_talking(it: Exchange) -> None:
    await connected(it)
    await it.switchboard.close(1)
    assert it.outcome() == "transferred"
    assert not it.ari.asked("DELETE channels/c1?")
    assert "c1" in it.ari.channels
    await asyncio.sleep(0)


@pytest.mark.parametrize(("state", "called"), [("UNAVAILABLE", True), ("UNKNOWN", True), ("INVALID", False)])
async def test_a_trunk_is_called_unless_there_is_none(it: Exchange, state: str, called: bool) -> None:
    """It may answer no OPTIONS, and is unavailable to Asterisk then."""
    it.ari.variables["DEVICE_STATE(PJSIP/trunk)"] = state
    it.ari.press("c1", "2")
    await it.until(lambda: it.bus.events("transfer_started"))
    assert it.bus.events("transfer_started")[0]["presence"] == ("free" if called else "absent")
