"""Lets a request in, or refuses it: its key, the key's scopes, how often it asks. Blocking."""

import math
import time
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from prometheus_client import Counter

from api.access.keys import Key, Keys
from api.problems import Problem

REFUSED = Counter("parley_api_refused_total", "Requests that were not let in, by why.", ["reason"])

_bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="parley_…",
    description="A key made by `make api-key NAME=crm SCOPES=calls:read`.",
)


class Guard:
    """Knows the keys, and how often each was used of late."""

    def __init__(self, keys: Keys, requests_per_minute: int) -> None:
        self._keys = keys
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(requests_per_minute)

    def admit(self, shown: str, scopes: list[str], address: str) -> Key:
        """The key of a request; raise Problem unless it may ask for this now."""
        key = self._keys.known(shown)
        if key is None:
            # Who has a good key at that address is not slowed down by it.
            self._count(f"address {address}")
            REFUSED.labels("key").inc()
            raise Problem(
                401,
                "no-key",
                "this needs a key: Authorization: Bearer parley_...",
                headers={"WWW-Authenticate": "Bearer"},
            )
        self._count(f"key {key.id}")
        if lacking := [scope for scope in scopes if scope not in key.scopes]:
            REFUSED.labels("scope").inc()
            raise Problem(403, "no-scope", f"the key {key.name} is not good for {lacking[0]}")
        return key

    def _count(self, whose: str) -> None:
        item = self._requests
        if self._limiter.hit(item, whose):
            return
        REFUSED.labels("rate").inc()
        wait_s = max(1, math.ceil(self._limiter.get_window_stats(item, whose).reset_time - time.time()))
        raise Problem(
            429,
            "too-many-requests",
            f"no more than {item.amount} in a minute",
            headers={"Retry-After": str(wait_s)},
        )


def admitted(
    request: Request,
    scopes: SecurityScopes,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Key:
    """The key of a request, as a dependency of what needs one: `Security(admitted, scopes=[...])`."""
    guard: Guard = request.app.state.guard
    address = request.client.host if request.client else ""
    return guard.admit(credentials.credentials if credentials else "", scopes.scopes, address)
