"""Somebody of the company whose telephone is a page of the console: they have read what others are told."""

from collections.abc import AsyncIterator

import pytest

from parley.agents import Agent, AgentFile
from parley.agents.dialogue import Target
from tests.fakes.gateway.exchange import Exchange, exchange, shorten

AGENT = Agent(
    name="exchange",
    file=AgentFile(
        company="Shop",
        extensions=("100",),
        greeting="Hello",
        persona="p",
        targets={"desk": Target(name="the desk", extension="1010", ring_s=20)},
        person="desk",
    ),
)


@pytest.fixture
async def it(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Exchange]:
    shorten(monkeypatch)
    async with exchange(AGENT) as it:
        it.ari.variables["DEVICE_STATE(PJSIP/1010)"] = "NOT_INUSE"
        await it.answered("c1")
        it.ari.press("c1", "*")
        await it.until(lambda: it.ari.asked("POST channels/c1/continue"))
        yield it


async def test_whoever_answers_there_has_the_call_without_a_word_or_a_key(it: Exchange) -> None:
    it.ari.variables["PARLEY_PHONE"] = "console"
    it.ari.enter("p1", "screen", "c1", context="accept")
    await it.until(lambda: it.ari.asked("POST channels/p1/continue"))
    assert it.bus.events("transfer_connected")[0]["target"] == "desk"
    assert "p1" not in it.plane.rows
    assert not it.ari.asked("POST channels/p1/variable")


async def test_any_other_telephone_is_told(it: Exchange) -> None:
    it.ari.enter("p1", "screen", "c1", context="accept")
    await it.until(lambda: "p1" in it.plane.rows)
    assert not it.bus.events("transfer_connected")


async def test_what_a_call_is_about_is_told_in_writing_without_what_is_for_keys(it: Exchange) -> None:
    await it.until(lambda: it.bus.events("transfer_summary"))
    (told,) = it.bus.events("transfer_summary")
    spoken = next(job for job in it.bus.jobs() if getattr(job, "kind", "") == "summary")
    assert spoken.text == AGENT.line("summary_accept")
    assert told["target"] == "desk"
    assert told["text"]
    assert AGENT.line("summary_accept") not in told["text"]


async def test_who_declines_without_answering_has_declined(it: Exchange) -> None:
    before = Exchange.metric("parley_transfers_total", kind="extension", outcome="declined")
    it.ari.enter("c1", "back", "DECLINED", "100")
    await it.until(lambda: it.bus.events("transfer_ended"))
    assert it.bus.events("transfer_ended")[-1]["outcome"] == "declined"
    assert Exchange.metric("parley_transfers_total", kind="extension", outcome="declined") == before + 1
