"""One try to deliver a message: a signed POST, bounded in time; of the answer nothing but its status is of interest."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime

import httpx
from standardwebhooks.webhooks import Webhook

from parley import log
from parley.outside.addresses import Guarded, InsideError
from parley.outside.endpoints import Endpoint
from parley.outside.spool import Letter
from webhooks.failed import Failed

CONNECT_S = 5.0
ANSWER_S = 10.0
"""Longest wait for any part of the answer's head."""
TOTAL_S = 15.0
"""Longest time of all together, looking the name up included."""
GONE = 410
"""The receiver wants none of these any more."""

_log = log.get("sending")


class Sender:
    """Sends messages; redirects are not followed, and the inside is not reached unless allowed."""

    def __init__(self, guarded: Guarded) -> None:
        self._client = client(guarded)

    async def send(self, endpoint: Endpoint, letter: Letter, now: float) -> Failed | None:
        """Deliver a message; return None when it was taken. `now` is Unix time in seconds, and is signed."""
        return await tried(self._post(endpoint, letter, now), endpoint.name)

    async def _post(self, endpoint: Endpoint, letter: Letter, now: float) -> Failed | None:
        headers = signed(endpoint.secret, letter.id, letter.body, now)
        request = self._client.stream("POST", endpoint.url, content=letter.body.encode(), headers=headers)
        # The body, of whatever size, is not read: the connection ends with this.
        async with request as response:
            return judged(response)

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()


def client(guarded: Guarded) -> httpx.AsyncClient:
    """What requests are made with."""
    return httpx.AsyncClient(
        transport=guarded,
        follow_redirects=False,
        timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
        headers={"User-Agent": "Parley", "Accept-Encoding": "identity"},
    )


async def tried(trying: Awaitable[Failed | None], whose: str) -> Failed | None:
    """See a try to its end, within TOTAL_S, and tell how it failed; `whose` is logged."""
    try:
        async with asyncio.timeout(TOTAL_S):
            return await trying
    except InsideError as error:
        return Failed("inside", str(error))
    except httpx.ConnectError as error:
        return Failed("refused", str(error)[:200])
    except (TimeoutError, httpx.TimeoutException):
        return Failed("timeout", f"no answer within {TOTAL_S:.0f} s")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
        return Failed("protocol", type(error).__name__)
    except Exception as error:  # whatever one of them is: it must not keep the others, for ever
        _log.error("a message cannot be sent", endpoint=whose, error=type(error).__name__)
        return Failed("fault", type(error).__name__)


def signed(secret: str, id_: str, body: str, now: float) -> dict[str, str]:
    """The headers of a message (Standard Webhooks, "Webhook metadata"); the time is that of the try."""
    moment = datetime.fromtimestamp(int(now), UTC)
    return {
        "Content-Type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": Webhook(secret).sign(id_, moment, body),
    }


def judged(response: httpx.Response) -> Failed | None:
    """What the head of an answer says of a try; None: it was taken."""
    status = response.status_code
    if response.is_success:
        return None
    if status == GONE:
        return Failed("gone", "410: the receiver wants no more of these")
    if response.is_redirect:
        return Failed("redirect", f"{status}: redirects are not followed")
    return Failed("status", str(status), _seconds(response.headers.get("retry-after")))


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and retry_after.isdecimal() and len(retry_after) < 7 else None
