"""A campaign of people whose numbers are in tests/carrier/extensions.conf, made and followed by the API."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bench.instruments.engine import Engine
from parley.errors import ParleyError

NUMBERS = [f"+493023125{n:03}" for n in (*range(100), *range(900, 1000))]
"""People who say a sentence, listen for 15 s and hang up."""
PLAN = {"agent": "techstore", "greeting": "Hello {name}, your order is ready.", "at_once": 50, "ring_s": 20}
"""As many at a time as the stack's settings let all campaigns have."""
_URL = "http://api:8000/api/v1"
_BEGINS_S = 30.0


class NoCampaign(ParleyError):
    """The campaign does not run: calls beside it would be calls alone."""


class Campaign:
    """One that has been started."""

    def __init__(self, api: httpx.AsyncClient, name: str) -> None:
        self._api = api
        self._name = name

    async def look(self) -> dict[str, Any]:
        """How it stands."""
        answer = await self._api.get(f"/campaigns/{self._name}", params={"limit": 1})
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def runs(self) -> bool:
        """Whether it still calls people."""
        return bool((await self.look())["state"] == "running")

    async def until_calling(self) -> None:
        """Wait until the first are called; raise NoCampaign when none is."""
        deadline = time.monotonic() + _BEGINS_S
        while not (found := await self.look())["calling"]:
            if time.monotonic() > deadline:
                raise NoCampaign(f"nobody is called after {_BEGINS_S:g} s: it is {found['state']}")
            await asyncio.sleep(0.5)


@asynccontextmanager
async def started(engine: Engine, people: int) -> AsyncIterator[Campaign]:
    """Have so many people called, for as long as the block runs."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    (container,) = await asyncio.to_thread(engine.containers, "api")
    making = f"python -m api.access make {name} campaigns:read,campaigns:write"
    key = (await asyncio.to_thread(engine.run, container, making)).strip()
    rows = [{"number": number, "consent": "benchmark", "name": "Jane"} for number in NUMBERS[:people]]
    headers = {"Authorization": f"Bearer {key}"}
    try:
        async with httpx.AsyncClient(base_url=_URL, headers=headers, timeout=20) as api:
            put = await api.post("/campaigns", json={"name": name, "definition": PLAN, "rows": rows})
            put.raise_for_status()
            (await api.post(f"/campaigns/{name}/start")).raise_for_status()
            try:
                yield Campaign(api, name)
            finally:
                for verb in ("resume", "pause"):  # one that has stopped by itself would be alerted of
                    await api.post(f"/campaigns/{name}/{verb}")
    finally:
        await asyncio.to_thread(engine.run, container, f"python -m api.access revoke {name}")
