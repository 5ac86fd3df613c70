"""Ways to Redis: to one server, or to whichever Sentinel names the primary.

    redis://user:password@host:port/db                       that server
    redis+sentinel://user:password@host:port,host:port/db    Sentinels that watch PRIMARY; user and password are Redis's

Sentinel is asked at every new connection, as
https://redis.io/docs/latest/develop/reference/sentinel-clients/ wants it; who was connected to a server that is no
primary any more is disconnected, and asks again.
"""

from typing import Any, Final
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import ExponentialBackoff

from parley.errors import SettingError
from parley.job_queue import AWAY

PRIMARY = "parley"
"""What Sentinels call the pair of servers (redis/sentinel)."""
SENTINEL_PORT = 26379

_BY_SENTINEL = "redis+sentinel://"
_NOT_A_URL = "must be like redis://:password@host:6379/0"  # without the value: it may hold the password
_HOW: Final[dict[str, Any]] = {
    "protocol": 2,
    "socket_connect_timeout": 3,
    "socket_timeout": 15,
    "health_check_interval": 15,
    "retry_on_error": list(AWAY),
}
# They are asked one after the other while somebody waits.
_HOW_SENTINELS: Final[dict[str, Any]] = {"protocol": 2, "socket_connect_timeout": 1, "socket_timeout": 1}


class _Pool(SentinelConnectionPool):
    """Connections to the primary, with those to the Sentinels that name it."""

    async def disconnect(self, inuse_connections: bool = True) -> None:
        await super().disconnect(inuse_connections)
        # Idle connections are let go of when there is another primary: the Sentinels are being asked then.
        if inuse_connections:
            await self.sentinel_manager.aclose()


def connection(url: str) -> Redis:
    """Prepare a pool of connections; nothing is sent yet. Raise SettingError for what is no URL of a Redis."""
    if "://" not in url:  # taken as a path, and localhost
        raise SettingError("REDIS_URL", _NOT_A_URL)
    retry = Retry(ExponentialBackoff(cap=1.0, base=0.05), 3)
    try:
        if url.startswith(_BY_SENTINEL):
            return _by_sentinel(url, retry)
        return Redis.from_url(url, retry=retry, **_HOW)
    except ValueError as error:
        raise SettingError("REDIS_URL", _NOT_A_URL) from error


def _by_sentinel(url: str, retry: Retry) -> Redis:
    parts = urlsplit(url)
    credentials, at, hosts = parts.netloc.rpartition("@")
    sentinels = [_address(host) for host in hosts.split(",")]
    server = parse_url(parts._replace(scheme="redis", netloc=f"{credentials}{at}{PRIMARY}").geturl())
    del server["host"]
    how = _HOW | server
    watched = Sentinel(sentinels, sentinel_kwargs=_HOW_SENTINELS, retry=retry, **how)  # type: ignore[no-untyped-call]
    return watched.master_for(PRIMARY, connection_pool_class=_Pool)


def _address(host: str) -> tuple[str, int]:
    """Host and port of one Sentinel; raise ValueError for what is none."""
    parts = urlsplit(f"//{host}")
    if not parts.hostname:
        raise ValueError(host)
    return parts.hostname, parts.port or SENTINEL_PORT
