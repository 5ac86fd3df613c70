"""Asks the companies' own services who calls, any number at a time: a caller waits for the answer, a little."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import msgspec

from parley import log, remote
from parley.agents import Agent, find
from parley.agents.schema import Lookup as Service
from parley.bus import BusError
from parley.errors import EngineError
from parley.outside.lookups import Lookup, LookupAnswer, Lookups

MAX_BYTES = 64_000
"""Longest answer that is read."""
MOST_OF_VALUE = 200
"""Characters of a field; more is nothing that is said in a sentence."""
_NOBODY = (204, 404)
"""Statuses of a service that does not know the caller."""
_BLOCK_S = 5.0
_AFTER_ERROR_S = 1.0

_log = log.get("lookups")


class LookingUp:
    """Looks callers up for the agents of this worker."""

    def __init__(
        self, agents: Mapping[str, Agent], lookups: Lookups, client: httpx.AsyncClient, secrets: Path
    ) -> None:
        """`client` follows no redirects, and goes where requests may go; `secrets` is the folder of what headers only
        name.
        """
        self._agents = agents
        self._lookups = lookups
        self._client = client
        self._secrets = secrets

    async def run(self) -> None:
        """Look up for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    lookup = await self._lookups.take(_BLOCK_S)
                except BusError as error:
                    _log.warning("cannot take lookups", error=str(error))
                    await asyncio.sleep(_AFTER_ERROR_S)
                    continue
                if lookup is not None and time.time() < lookup.until:
                    group.create_task(self._answer(lookup), name=f"lookup {lookup.id}")

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def _answer(self, lookup: Lookup) -> None:
        log.bind(call=lookup.id)
        try:
            await self._lookups.answer(lookup, await self.look_up(lookup))
        except BusError as error:
            _log.warning("what is known of a caller could not be told", error=str(error))
        except Exception:  # one that breaks must not end the others
            _log.exception("a lookup broke")

    async def look_up(self, lookup: Lookup) -> LookupAnswer:
        """Ask the agent's service; it is asked once."""
        agent = find(self._agents, lookup.agent)
        if agent is None or agent.file.lookup is None:
            return LookupAnswer(result="failed")
        try:
            return await self._ask(agent.file.lookup, lookup)
        except EngineError as error:
            _log.warning("who calls is not known", agent=agent.name, kind=error.kind, detail=error.detail)
            return LookupAnswer(result="failed")

    async def _ask(self, service: Service, lookup: Lookup) -> LookupAnswer:
        headers = {name: remote.secret(value, self._secrets) for name, value in service.headers.items()}
        try:
            url = httpx.URL(service.url).copy_merge_params({"caller": lookup.caller, "called": lookup.called})
            async with (
                asyncio.timeout(service.timeout_s),
                self._client.stream("GET", url, headers=headers | remote.PLAIN) as response,
            ):
                if response.status_code in _NOBODY:
                    return LookupAnswer(result="unknown")
                if not response.is_success:  # a redirect neither
                    raise EngineError("http", str(response.status_code))
                fields = fields_of(await remote.body(response, MAX_BYTES), service.fields)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise remote.failure(error) from error
        return LookupAnswer(result="known" if fields else "unknown", fields=fields)


def fields_of(body: bytes, wanted: Mapping[str, str]) -> dict[str, str]:
    """The fields of an answer that are wanted, as one line of text each; EngineError unless it is a JSON object."""
    try:
        told = msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise EngineError("protocol", "the answer is no JSON object") from error
    found = {name: _text(told.get(name)) for name in wanted}
    return {name: text for name, text in found.items() if text}


def _text(value: object) -> str:
    """Text and numbers as they are; nothing, lists and objects are nothing that can be said."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    words = "".join(char if char.isprintable() else " " for char in str(value)).split()
    return " ".join(words)[:MOST_OF_VALUE].strip()
