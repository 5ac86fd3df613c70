"""Dialling so that no event of the call is missed.

The SIP stack tells of a call by events, and baresip hears them only once it has the answer to its command. On a busy
machine the event loop finds both at once: that a call is answered, or refused, was told to nobody then, and it seemed
to ring for ever.
"""

import baresip


async def dial(
    runtime: baresip.Runtime, agent: baresip.UserAgent, uri: str, headers: dict[str, str] | None
) -> baresip.Call:
    """Begin a call, and tell it what has come meanwhile; raises BaresipError."""
    early: list[baresip.StackEvent] = []

    def note(event: baresip.StackEvent) -> None:
        early.append(event)

    runtime.subscribe(note)
    try:
        call = await agent.dial(uri, headers)
    finally:
        runtime.unsubscribe(note)
    if call.state is baresip.CallState.OUTGOING:
        for event in early:
            call._on_stack_event(event)  # it takes its own
    return call
