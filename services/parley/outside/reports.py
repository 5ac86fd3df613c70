"""What `make doctor` found last, for those who cannot look for themselves. Any method may raise BusError.

doctor:report   string  JSON: when, whether all is well, and every check
"""

from typing import Any, Literal

import msgspec

from parley.errors import MessageError

_KEY = "doctor:report"


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the checklist."""

    name: str
    mark: Literal["ok", "wrong", "unknown"]
    figure: str
    """What was seen, in a few words with a number."""
    advice: str
    """What to do about it."""
    seconds: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole checklist."""

    at: float
    """Unix time in seconds."""
    ok: bool
    checks: list[Looked]


class Reports:
    """Keeps the last one; made by `Commands.reports`."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def save(self, report: Report) -> None:
        """Keep a report in place of the last."""
        await self._redis.set(_KEY, msgspec.json.encode(report))

    async def last(self) -> Report | None:
        """The last one; None: nobody has looked since Redis was emptied."""
        found = await self._redis.get(_KEY)
        if found is None:
            return None
        try:
            return msgspec.json.decode(found, type=Report)
        except msgspec.MsgspecError as error:
            raise MessageError(f"{_KEY}: {error}") from error
