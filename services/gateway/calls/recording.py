"""Recordings of calls: off unless the agent's file says otherwise, and begun only once the caller has heard of it."""

from collections.abc import Callable

from gateway.ari.channels import Channels
from parley import log
from parley.agents import Agent
from parley.errors import AriError

_log = log.get("recording")


def opening(agent: Agent, closed: str) -> str:
    """The call's first words; empty: the agent's greeting. `closed`: what stands in its place now, if anything."""
    said = notice(agent)
    return f"{said} {closed or agent.file.greeting}" if said else closed


def notice(agent: Agent) -> str:
    """What whoever comes onto the line is told before anything else; empty: calls are not recorded."""
    recording = agent.file.recording
    return recording.announcement if recording.enabled else ""


async def begin(call: str, channels: Channels, emit: Callable[..., None]) -> None:
    """Record the call from now on, until its bridge ends; a call that cannot be recorded goes on all the same."""
    try:
        await channels.record(call, call)
    except AriError as error:
        _log.error("a call is not recorded", call=call, error=str(error))
    else:
        emit("recording", file=f"{call}.wav")
