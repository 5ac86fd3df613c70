"""Calls that are to be made: taken one after the other while this gateway has room, and answered."""

import asyncio
import time

from gateway.calls.switchboard import Switchboard
from gateway.people.permission import NotRung
from parley import log
from parley.bus import BusError
from parley.outside.dialling import Dial, DialAnswer, Dials

_BLOCK_S = 1.0
_LOOK_S = 0.2
_AFTER_ERROR_S = 1.0

_log = log.get("making")


async def make_calls(dials: Dials, switchboard: Switchboard) -> None:
    """Make calls for ever, at a switchboard that has room for them."""
    while True:
        if (
            not switchboard.ari.connected or switchboard.sharing.peers.draining
        ):  # another gateway's, if there is one
            await asyncio.sleep(_LOOK_S)
            continue
        try:
            dial = await dials.take(_BLOCK_S)
            if dial is not None and time.time() < dial.until:
                await dials.answer(dial, await _made(dial, switchboard))
        except BusError as error:
            _log.error("Redis is away", error=str(error))
            await asyncio.sleep(_AFTER_ERROR_S)
        except Exception:  # one that breaks must not keep the others
            _log.exception("a call could not be made")


async def _made(dial: Dial, switchboard: Switchboard) -> DialAnswer:
    if lack := _lack(switchboard, dial):
        return DialAnswer(result="refused", reason=f"there is no room for another call: {lack}")
    try:
        await switchboard.dialling.ring(dial)
    except NotRung as error:
        return DialAnswer(result="refused", reason=str(error), rule=error.rule or "", tried=error.tried)
    return DialAnswer(result="allowed" if dial.dry_run else "ringing")


def _lack(switchboard: Switchboard, dial: Dial) -> str:
    """Why this call cannot be made now; empty: it can."""
    if switchboard.sharing.peers.draining:
        return "stopping"
    if dial.dry_run:
        return ""
    # Callers come first: a campaign has what they leave.
    if dial.campaign and switchboard.sharing.headroom.left() <= switchboard.dialling.reserve:
        return "the places left are kept for callers"
    return switchboard.readiness.lacking() or switchboard.sharing.headroom.refusal() or ""
