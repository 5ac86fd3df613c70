"""At the limit of calls: the next caller is told so, unanswered, and those who talk are left alone."""

import asyncio
import os

import pytest

from caller.errors import CallFailed
from tests.e2e.conftest import PhoneFactory
from tests.e2e.stack import Witness, until_all_places_are_free

pytestmark = pytest.mark.stack

LIMIT = int(os.environ.get("MAX_CALLS", "6"))


async def test_a_call_above_the_limit_hears_that_all_lines_are_busy(phone: PhoneFactory):
    here, there = await phone("1000", codec="ulaw"), await phone("1001", codec="ulaw")
    await until_all_places_are_free(LIMIT)
    witness = await Witness.begin()
    calls = await asyncio.gather(*(here.dial("100", within=30) for _ in range(LIMIT)))
    try:
        with pytest.raises(CallFailed) as refused:
            await there.dial("100", within=30)
        assert refused.value.status == 503
        ended = await witness.wait_for("call_ended", caller="1001")
        assert (ended.data["outcome"], ended.data["reason"], ended.data["told"]) == ("busy", "calls", True)
        assert not any(call.is_over for call in calls)
        await calls.pop().hangup()
        await witness.wait_for("call_ended", outcome="caller_hung_up")
        again = await there.dial("100", within=30)
        await again.hangup()
    finally:
        for call in calls:
            await call.hangup()
