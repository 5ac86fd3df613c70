"""Redis's append-only file, the one place where it writes to a disk: the callers' voices are not to be in it.

What holds audio is written by scripts that tell Redis to append nothing of it to the file (UNWRITTEN). A rewrite of
the file puts down all that is in memory, though, so Redis is told to begin none by itself: it is begun here, when there
is no audio, and once more when there was.
"""

import asyncio
from typing import Any

UNWRITTEN = "redis.set_repl(redis.REPL_NONE)\n"
"""Begins the part of a script whose writes stay in memory."""
WRITTEN = "redis.set_repl(redis.REPL_ALL)\n"

SMALL = 64 << 20
"""Bytes below which a file is left as it is."""
LARGE = 1 << 30
"""Bytes above which there is no waiting for a moment without audio."""
_AUDIO = ("call:*:up", "gateway:*:down")
_STALE = "journal:stale"
"""There since the last rewrite when the file may hold what is to be in it no more."""
_PAGE = 1000
_LOOK_S = 0.2


class Journal:
    """The file of one Redis. Any method may raise BusError."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def look(self) -> bool:
        """Rewrite the file if it is time to; return whether that was begun."""
        info = await self._redis.info("persistence")
        if not info.get("aof_enabled") or info["aof_rewrite_in_progress"]:
            return False
        size, base = int(info["aof_current_size"]), int(info["aof_base_size"])
        grown = size > max(SMALL, 2 * base)
        stale = bool(await self._redis.exists(_STALE))
        quiet = (grown or stale) and not await self._has_audio()
        if not quiet and not (grown and size > LARGE):
            return False
        await self._rewrite(clean=quiet)
        return True

    async def rewrite(self, timeout_s: float = 60.0) -> bool:
        """Put down only what there is now, and wait for it; False when it takes longer. Audio that is there now is
        written, too, and taken out again at the first moment without any.
        """
        if not (await self._redis.info("persistence")).get("aof_enabled"):
            return True
        await self._rewrite(clean=not await self._has_audio())
        for _ in range(round(timeout_s / _LOOK_S)):
            info = await self._redis.info("persistence")
            if not info["aof_rewrite_in_progress"] and not info.get("aof_rewrite_scheduled"):
                return True
            await asyncio.sleep(_LOOK_S)
        return False

    async def _rewrite(self, *, clean: bool) -> None:
        await (self._redis.delete(_STALE) if clean else self._redis.set(_STALE, 1))
        await self._redis.bgrewriteaof()

    async def _has_audio(self) -> bool:
        for pattern in _AUDIO:
            async for _ in self._redis.scan_iter(match=pattern, count=_PAGE):
                return True
        return False
