"""What was done in calls, in memory; Redis may be away."""

from redis.exceptions import ConnectionError as RedisConnectionError

from parley.outside.deeds import Deed


class FakeDeeds:
    def __init__(self) -> None:
        self.kept: dict[str, list[Deed]] = {}
        self.away = False

    async def add(self, call: str, deed: Deed) -> None:
        self._try()
        self.kept.setdefault(call, []).append(deed)

    async def of(self, call: str) -> list[Deed]:
        self._try()
        return list(self.kept.get(call, ()))

    def _try(self) -> None:
        if self.away:
            raise RedisConnectionError("away")
