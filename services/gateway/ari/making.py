"""Making and removing what has an id of our own choice in Asterisk, which what a dead gateway left may have still."""

import asyncio
from contextlib import suppress
from typing import Any

from gateway.ari.client import AriClient
from parley.errors import AriError

_AGAIN_S = 0.05
_TRIES = 40
"""What is removed leaves its id free when its threads have ended: in milliseconds, in a second on a busy machine."""
_TAKEN = 409


async def make(ari: AriClient, uri: str, *, instead_of: str, **query: str) -> Any:
    """Have Asterisk make something; what there is under its id already, `instead_of`, is removed. Raises AriError."""
    for _ in range(_TRIES):
        try:
            return await ari.request("POST", uri, **query)
        except AriError as error:
            if error.status != _TAKEN:
                raise
        with suppress(AriError):  # it is asked for again
            await remove(ari, instead_of)
        await asyncio.sleep(_AGAIN_S)
    return await ari.request("POST", uri, **query)


async def remove(ari: AriClient, uri: str, **query: str | int) -> None:
    """Have Asterisk remove something; what is gone already is no error."""
    try:
        await ari.request("DELETE", uri, **query)
    except AriError as error:
        if error.status != 404:
            raise
