"""How many people of a queue could take a call now, while no call of ours is there that could be asked for it.

Only a channel can ask Asterisk for a function of the dialplan's. One is made that goes nowhere but through the context
`queue-ready`, which leaves the answer in a global variable.
"""

import asyncio

from gateway.ari.client import AriClient
from parley.errors import AriError

_READY = "READY_"
_LOOK_S = 0.05
_TRIES = 40


async def ready_in(ari: AriClient, queue: str) -> int:
    """People of a queue who are free, beyond the time that they have after a call; raise AriError when nobody knows."""
    name = _READY + queue
    await ari.request("POST", "asterisk/variable", variable=name)  # what was answered before
    way = {"endpoint": f"Local/{queue}@queue-ready/n", "context": "queue-ready", "extension": "s"}
    await ari.request("POST", "channels", **way, priority="1", timeout="5")
    for _ in range(_TRIES):
        body = await ari.request("GET", "asterisk/variable", variable=name)
        if isinstance(body, dict) and (found := str(body.get("value", ""))):
            return int(found) if found.isdecimal() else 0
        await asyncio.sleep(_LOOK_S)
    raise AriError("POST", "channels", 0, f"the dialplan does not tell who of the queue {queue} is free")
