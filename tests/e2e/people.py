"""Callers and people at their telephones, as the tests of transfers see them."""

import asyncio
import time

from caller.phone.call import PhoneCall
from caller.phone.phone import Softphone
from caller.sound.clip import Clip
from caller.sound.ears import Ears
from tests.e2e.stack import Witness, containers


async def greeted(call: PhoneCall) -> None:
    """Hear the agent's greeting to its end."""
    assert await call.listen(since=call.answered_at, silence=1.0) is not None, "no greeting"


async def rung(phone: Softphone, within: float = 40) -> PhoneCall:
    """Wait until a telephone rings, and answer it."""
    call = await asyncio.wait_for(phone.incoming.get(), within)
    await call.answer()
    return call


async def hear(call: PhoneCall, ears: Ears, since: float, within: float = 25, silence: float = 1.5) -> str:
    """Write down the next turn of the other side."""
    heard = await call.listen(since=since, silence=silence, within=within)
    assert heard is not None, "nothing was heard"
    return (await ears.transcribe(call.heard_between(heard.start - 0.1, heard.end + 0.3))).lower()


async def say(call: PhoneCall, clip: Clip) -> float:
    """Say something; return when it began."""
    said = await call.say(clip)
    assert said.start is not None
    return said.start


async def said(witness: Witness, call: PhoneCall, words: str) -> None:
    """Wait until the agent has said something with these words."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if any(words in str(e.data["text"]) for e in await witness.all("agent_said")):
            return
        await call.listen(silence=0.5, within=1)
    course = [(e.kind, e.data) for kind in ("turn", "agent_said") for e in await witness.all(kind)]
    raise AssertionError(f"not said: {words}; what was: {course}")


async def call_of(witness: Witness, caller: str, extension: str) -> str:
    """Id of the call that a caller has just made."""
    return (await witness.wait_for("call_started", caller=caller, extension=extension)).call


def asterisk(*command: str) -> str:
    """Run a command in Asterisk's container; return what it prints."""
    done = containers("asterisk")[0].exec_run(list(command))
    return str(done.output.decode(errors="replace"))
