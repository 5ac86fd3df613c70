"""The events of a call, as the gateway tells them: greeting, a question that is answered, an interruption, goodbye."""

from typing import Any

from parley.messages import Event

CALL = "1700000000.1"
BEGAN = 1_700_000_000.0


def event(kind: str, at: float, call: str = CALL, **data: Any) -> Event:
    return Event(call=call, kind=kind, at=BEGAN + at, data={"agent": "shop", **data})


TURN = {
    "turn": 1,
    "revision": 2,
    "voice_to_voice": 1.5,
    "endpoint": 0.6,
    "stt": 0.3,
    "llm": 0.5,
    "tts": 0.1,
    "transport": 0.05,
    "playout": 0.02,
    "asked_at": 0.25,
    "ready_at": 1.2,
}

EVENTS = [
    event("call_started", 0.0, caller="1000", extension="100"),
    event("agent_speaks", 0.1, revision=0),
    event("agent_said", 2.1, revision=0, text="Hello.", whole=True, seconds=2.0),
    event("key", 2.5, digit="5"),
    event("caller_speaks", 3.0),
    event("caller_speaks", 4.0),
    event("caller_said", 5.6, turn=1, text="When do you open?"),
    event("turn", 6.5, **TURN),
    event("agent_speaks", 6.5, revision=2),
    event("caller_speaks", 7.0),
    event("barge_in", 7.2, outcome="interrupted", stop_s=0.06),
    event("agent_said", 7.3, revision=2, text="At", whole=False, seconds=0.6),
    event("caller_said", 8.5, turn=2, text="Goodbye."),
    event("call_ended", 10.0, outcome="caller_hung_up"),
]
