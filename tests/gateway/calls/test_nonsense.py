"""Damaged events of Asterisk's: the gateway goes on, and so do its calls."""

import json

from bench.instruments.damage import Damage
from gateway.turns.events import State
from tests.fakes.gateway.exchange import exchange
from tests.fakes.servers.ari_server import make_channel

EVENTS = [
    json.dumps({"type": kind, "channel": make_channel(channel, "100"), **more}).encode()
    for channel in ("c1", "c9")
    for kind, more in (
        ("StasisStart", {"args": []}),
        ("ChannelDtmfReceived", {"digit": "1"}),
        ("ChannelVarset", {"variable": "RTPAUDIOQOS", "value": "rxcount=1;"}),
        ("ChannelStateChange", {}),
    )
]


async def test_damaged_events_end_no_call_and_the_next_one_is_answered() -> None:
    damage = Damage(11)
    async with exchange() as it:
        await it.answered("c1")
        for _ in range(300):
            it.ari.send(damage.of(EVENTS)[:20_000].decode(errors="replace"))
        await it.answered("c2")
        assert it.state("c1") is State.LISTENING
        assert len(it.ari.connections) == 1
