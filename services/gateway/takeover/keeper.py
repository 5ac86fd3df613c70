"""Keeps where a call is, whenever that has changed: once for all that happens at a time, and only what is new."""

import asyncio
from collections.abc import Callable

from gateway.takeover.snapshot import Snapshot, build


class Keeper:
    """One call's."""

    def __init__(self, take: Callable[[], Snapshot], save: Callable[[bytes], None]) -> None:
        """`take` makes a snapshot, `save` has it kept."""
        self._take = take
        self._save = save
        self._kept = b""
        self._due: asyncio.Handle | None = None
        self._closed = False

    def changed(self) -> None:
        """Something may be different; it is looked at when all of what happens now has been dealt with."""
        if self._due is None and not self._closed:
            self._due = asyncio.get_running_loop().call_soon(self._keep)

    def close(self) -> None:
        """Keep nothing more: the call ends, or is another gateway's."""
        self._closed = True
        if self._due is not None:
            self._due.cancel()

    def _keep(self) -> None:
        self._due = None
        state = build(self._take())
        if state != self._kept:
            self._kept = state
            self._save(state)
