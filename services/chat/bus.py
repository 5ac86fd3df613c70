"""Chats in Redis: beside what calls have there (call:{id} and its history), where a chat is. All may raise BusError.

call:{id}:state    string  what a restart goes on with; gone once the chat is over or forgotten
"""

from parley.bus import CALL_TTL_S, Bus, down_stream
from parley.messages import ReplyEnd

PREFIX = "chat-"
"""Begins the ids of chats; no call of Asterisk's begins so."""
_TTL_S = 6 * 3600


class ChatBus(Bus):
    """A connection to Redis for who holds chats."""

    async def keep_chat(self, chat: str, state: bytes, *, anew: bool = False) -> bool:
        """Keep where a chat is; False, and nothing is kept, where it is not `anew` and was forgotten meanwhile."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(f"call:{chat}:state", state, ex=_TTL_S, xx=not anew)
            pipe.expire(f"call:{chat}", CALL_TTL_S)
            done = await pipe.execute()
        return bool(done[0])

    async def open_down(self, name: str) -> None:
        """See that there is a stream for what is sent down to us: the API makes none, and it goes when it is quiet."""
        await self.publish(down_stream(name), ReplyEnd(call="", turn=0, revision=0))

    async def chats(self) -> dict[str, bytes]:
        """Where all chats are that are not over, by their ids."""
        found = {}
        async for key in self._redis.scan_iter(match=f"call:{PREFIX}*:state", count=1000):
            if state := await self._redis.get(key):
                found[key.decode().split(":")[1]] = state
        return found
