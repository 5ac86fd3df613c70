"""What is known of callers who wait: remembered for some seconds, since every open page asks again and again."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from api.console.upstream import Refused, Upstream, part

KEPT_S = 15.0
"""Pages ask every five seconds, and the API answers a key so often in a minute (API_REQUESTS_PER_MINUTE)."""


class Waiting:
    """Calls as the API has them, by the key that asked: nobody sees more than their own key shows."""

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self.kept_s = kept_s
        self._known: dict[tuple[str, str], tuple[float, dict[str, Any] | None]] = {}

    async def of(self, api: Upstream, key: str, calls: Sequence[str]) -> list[dict[str, Any] | None]:
        """What there is of these calls; None of one that was forgotten meanwhile."""
        now = time.monotonic()
        self._known = {whose: one for whose, one in self._known.items() if now - one[0] < self.kept_s}
        new = [call for call in calls if (key, call) not in self._known]
        told = await asyncio.gather(*(whole(api, key, call) for call in new))
        known = self._known | {(key, call): (now, one) for call, one in zip(new, told, strict=True)}
        self._known |= known
        return [known[key, call][1] for call in calls]


async def whole(api: Upstream, key: str, call: str) -> dict[str, Any] | None:
    """A call as the API has it; None when there is none of this id."""
    try:
        return await api.get(key, f"/calls/{part(call)}")
    except Refused:
        return None
