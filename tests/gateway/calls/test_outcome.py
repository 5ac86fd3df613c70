"""What is to be known after a call is asked for at its end, unless secrets were told in it."""

import msgspec

from parley.agents.schema import Outcome
from tests.fakes.gateway.exchange import AGENT, Exchange, exchange

CURIOUS = msgspec.structs.replace(AGENT, file=msgspec.structs.replace(AGENT.file, outcome=Outcome()))


async def over(it: Exchange) -> list[str]:
    """Hang up; return the verbs of the last that Redis was told, from the end of the call on."""
    it.ari.hang_up("c1")
    await it.over("c1")
    await it.until(lambda: ("close_call", "c1") in it.bus.done)
    kinds = [done[1] if done[0] == "event" else done[0] for done in it.bus.done]
    return kinds[kinds.index("call_ended") :]


async def test_it_is_asked_for_when_the_end_was_told() -> None:
    async with exchange(agent=CURIOUS) as it:
        await it.answered("c1")
        assert await over(it) == ["call_ended", "outcome", "close_call"]
        assert it.bus.events("call_ended")[0]["outcome_follows"] is True
        assert ("outcome", "c1", "exchange") in it.bus.done


async def test_an_agent_that_wants_nothing_asks_for_nothing() -> None:
    async with exchange() as it:
        await it.answered("c1")
        assert await over(it) == ["call_ended", "close_call"]
        assert "outcome_follows" not in it.bus.events("call_ended")[0]


async def test_a_call_in_which_a_secret_was_told_is_not_read() -> None:
    async with exchange(agent=CURIOUS) as it:
        await it.answered("c1")
        call = it.switchboard.call("c1")
        assert call is not None
        call.conversation.hide("4711")
        assert await over(it) == ["call_ended", "close_call"]


async def test_a_call_that_was_taken_over_is_not_read_for_its_secrets_are_not_known() -> None:
    async with exchange(agent=CURIOUS) as it:
        await it.answered("c1")
        await it.die()
        await it.until(lambda: it.bus.events("call_resumed"))
        assert await over(it) == ["call_ended", "close_call"]
