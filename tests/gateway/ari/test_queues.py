"""How many people of a queue are free, asked for without a call."""

import pytest

from gateway.ari import queues
from parley.errors import AriError
from tests.fakes.gateway.exchange import exchange


@pytest.mark.parametrize(("told", "ready"), [("2", 2), ("0", 0), ("nonsense", 0)])
async def test_the_dialplan_tells_who_is_free(told: str, ready: int) -> None:
    async with exchange() as it:
        it.ari.variables["READY_sales"] = "7"  # of another time
        it.ari.ready["sales"] = told
        assert await queues.ready_in(it.switchboard.ari, "sales") == ready
        (asked,) = it.ari.asked("POST channels?")
        assert "endpoint=Local/sales@queue-ready/n" in asked


async def test_a_dialplan_that_does_not_tell_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "_TRIES", 2)
    async with exchange() as it:
        with pytest.raises(AriError, match="sales"):
            await queues.ready_in(it.switchboard.ari, "sales")
