"""Calls that the agent cannot answer: to people, to the voicemail, or refused before they are answered."""

from typing import Any

import msgspec
import pytest

from parley.agents import Agent
from parley.agents.dialogue import Overflow, Target
from tests.fakes.gateway.exchange import AGENT, Exchange, exchange, rejected, shorten

SHOP = Target(name="the shop", extension="1001")


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch)


def agent(**fields: Any) -> Agent:
    return Agent(name=AGENT.name, file=msgspec.structs.replace(AGENT.file, **fields))


WITH_PERSON = agent(targets={"shop": SHOP}, person="shop")


async def arrives(it: Exchange, lack: str = "stt") -> None:
    """A call comes in while something is lacking."""
    it.switchboard.readiness.lacking = lambda: lack  # type: ignore[assignment,method-assign,return-value]
    it.ari.variables["DEVICE_STATE(PJSIP/1001)"] = "NOT_INUSE"
    it.ari.call("c1")


async def ended(it: Exchange) -> dict[str, Any]:
    await it.until(lambda: it.bus.events("call_ended"))
    return it.bus.events("call_ended")[-1]


async def test_a_call_goes_to_the_agents_person_and_no_worker_is_asked_for_anything() -> None:
    before = rejected("stt_transferred")
    async with exchange(WITH_PERSON) as it:
        await arrives(it)
        await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
        assert "context=transfer" in it.ari.asked("POST channels/c1/continue")[0]
        assert it.ari.asked("POST channels/c1/answer")
        values = it.ari.asked("POST channels/c1/variable")
        assert any("PARLEY_TARGET&value=1001" in value for value in values)
        it.ari.tell("ChannelDestroyed", "c1")
        told = await ended(it)
        assert (told["outcome"], told["reason"], told["caller"]) == ("transferred", "stt", "1001")
        assert it.bus.jobs() == []
        assert not it.ari.asked("POST channels/externalMedia")
        assert rejected("stt_transferred") == before + 1


async def test_whom_nobody_took_is_told_to_call_later() -> None:
    async with exchange(WITH_PERSON) as it:
        await arrives(it)
        await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
        it.ari.enter("c1", "back", "NOANSWER", "100")
        assert (await ended(it))["outcome"] == "nobody"
        assert it.ari.asked("POST channels/c1/play") == [
            "POST channels/c1/play?media=sound:please-try-call-later&lang=en"
        ]
        assert it.ari.asked("DELETE channels/c1")


@pytest.mark.parametrize("file", [AGENT, WITH_PERSON], ids=["names nobody", "nobody is there"])
async def test_where_nobody_is_a_call_is_refused_before_it_is_answered(file: Agent) -> None:
    async with exchange(file) as it:
        it.switchboard.readiness.lacking = lambda: "redis"  # type: ignore[assignment,method-assign,return-value]
        it.ari.variables["DEVICE_STATE(PJSIP/1001)"] = "UNAVAILABLE"
        it.ari.call("c1")
        assert (await ended(it))["outcome"] == "refused"
        assert it.ari.asked("DELETE channels/c1") == ["DELETE channels/c1?reason_code=34"]
        assert not it.ari.asked("POST channels/c1/answer")


async def test_an_agent_whose_calls_go_to_its_voicemail_takes_messages() -> None:
    async with exchange(agent(overflow=Overflow(to="voicemail"))) as it:
        await arrives(it, "outage")
        await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
        assert "context=voicemail" in it.ari.asked("POST channels/c1/continue")[0]
        it.ari.enter("c1", "back", "RECORDED", "100")
        told = await ended(it)
        assert (told["outcome"], told["reason"]) == ("voicemail", "outage")
        assert it.ari.asked("DELETE channels/c1")


async def test_the_overflows_target_comes_before_the_person() -> None:
    other = agent(
        targets={"shop": SHOP, "sales": Target(name="sales", extension="1002")},
        person="shop",
        overflow=Overflow(to="target:sales"),
    )
    async with exchange(other) as it:
        it.ari.variables["DEVICE_STATE(PJSIP/1002)"] = "NOT_INUSE"
        await arrives(it)
        await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
        assert any("value=1002" in value for value in it.ari.asked("POST channels/c1/variable"))
        it.ari.tell("ChannelDestroyed", "c1")
        await ended(it)


async def test_a_caller_who_hangs_up_while_redis_is_away_leaves_nothing_behind() -> None:
    async with exchange(WITH_PERSON) as it:
        it.bus.away = True
        await arrives(it, "redis")
        await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
        it.ari.tell("ChannelDestroyed", "c1")
        await it.until(lambda: not it.switchboard._roster.diverted)


async def test_when_all_is_there_again_the_agent_answers() -> None:
    async with exchange(WITH_PERSON) as it:
        await it.answered("c1")
        assert not it.switchboard._roster.diverted
