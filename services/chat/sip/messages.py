"""SIP messages (RFC 3428): taken from Asterisk's ARI, answered to the telephone that wrote, a thread for each sender.

Asterisk tells ARI who has logged in (the endpoint), which a sender cannot forge; From says what it likes. Answers go to
the endpoint's telephone. Messages that come by the trunk are texts (SMS) where it carries these, else left alone; whom
they are from, the provider says in From.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import msgspec

from chat import measures
from chat.sip.pieces import pieces
from chat.talk.board import Line
from chat.talk.house import Full, House
from chat.talk.talk import Talk
from chat.talk.threads import Threads
from gateway.ari.client import AriClient
from gateway.ari.protocol import AriEvent
from parley import log
from parley.agents import Agent, by_extension
from parley.bus import BusError
from parley.errors import AriError
from parley.telephone import numbers

MOST_CHARS = 2000
"""Of a message, as of one of a page; the rest is not read."""
_MOST_WAITING = 500
"""Messages that wait to be taken in; more is a flood."""
_AGAIN_S = 1.0
_TRIES = 60
"""As often an answer is tried to be sent while Asterisk is away."""
_ADDRESS = re.compile(r"sip:[0-9*#+]{1,32}@[A-Za-z0-9.:\[\]-]{1,255}")

_log = log.get("messages")


class _Told(msgspec.Struct):
    """The fields of a message that are used."""

    to: str
    body: str
    sender: str = msgspec.field(name="from", default="")


class _Endpoint(msgspec.Struct):
    technology: str
    resource: str


class Received(msgspec.Struct):
    """ARI's TextMessageReceived."""

    message: _Told
    endpoint: _Endpoint


class Limits(Protocol):
    """How often senders may write; see `web/visitors.py`."""

    def allows(self, sender: str) -> bool:
        """Count a message; return whether it is none too many."""


TRUNK = "trunk"
"""The endpoint of asterisk/etc/pjsip_trunk.conf."""

Carry = Callable[[str, str, str], Awaitable[None]]
"""Takes a text that the trunk has brought: from whom, to which number, and its words."""


class Messages:
    """Takes messages in, and sends what is written back."""

    def __init__(
        self,
        url: str,
        app: str,
        house: House,
        agents: Mapping[str, Agent],
        limits: Limits,
        *,
        carry: Carry | None = None,
    ) -> None:
        """`url`: of ARI's events for the application `app`; `carry`: None where the trunk carries no texts."""
        self._carry = carry
        self._ari = AriClient(url, self._on_event, self._on_connected)
        self._app = app
        self._house = house
        self._agents = agents
        self._limits = limits
        self._received: asyncio.Queue[Received] = asyncio.Queue(_MOST_WAITING)
        self._threads = Threads(house, "sip", self._send)

    @property
    def ari(self) -> AriClient:
        """The way to Asterisk, for what else is sent."""
        return self._ari

    async def run(self) -> None:
        """Take in and send, for ever."""
        self._threads.resume()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._ari.run(), name="ari")
            group.create_task(self._take_all(), name="take messages")

    async def _on_connected(self) -> None:
        try:
            await self._ari.request(
                "POST", f"applications/{self._app}/subscription", eventSource="endpoint:PJSIP"
            )
        except AriError as error:
            _log.error("Asterisk gives us no messages", error=str(error))

    def _on_event(self, event: AriEvent) -> None:
        if event.kind != "TextMessageReceived":
            return
        try:
            self._received.put_nowait(msgspec.convert(event.data, Received))
        except asyncio.QueueFull:
            measures.REFUSED.labels("flood").inc()
        except msgspec.ValidationError as error:
            _log.error("a message of Asterisk's cannot be read", error=str(error))

    async def _take_all(self) -> None:
        while True:
            received = await self._received.get()
            try:
                await self._take(received)
            except Full:
                measures.REFUSED.labels("full").inc()
            except BusError as error:
                _log.error("a message is lost: Redis does not take it", error=str(error))
            except Exception:  # one message that breaks something must not keep the others
                _log.exception("a message broke")

    async def _take(self, received: Received) -> None:
        """Bring a message to its thread, or begin one."""
        sender, text = received.endpoint.resource, " ".join(received.message.body[:MOST_CHARS].split())
        address = received.message.to.removeprefix("pj")
        dialled = numbers.user_of(f"<{address}>")
        if sender == TRUNK and self._carry is not None and text:
            # Both stand in addresses again when it is answered: nothing but a number may come that far.
            whom = numbers.plain(numbers.user_of(received.message.sender)), numbers.plain(dialled)
            await self._carry(*whom, text)
            return
        agent = by_extension(self._agents, dialled)
        if not sender.isdigit() or not text or agent is None or not agent.file.chat.sip:
            measures.REFUSED.labels("agent").inc()
            _log.info("a message for no agent", dialled=dialled)
            return
        if not self._limits.allows(sender):
            measures.REFUSED.labels("rate").inc()
            return
        talk = self._house.thread("sip", agent.name, sender)
        whose = {"caller": sender, "extension": dialled, "address": _plain(address)}
        await self._threads.bring(talk, agent, text, **whose)

    # What is written back

    async def _send(self, talk: Talk, line: Line) -> None:
        uri = f"endpoints/PJSIP/{talk.kept.caller}/sendMessage"
        sender = {"from": talk.kept.address or f"sip:{talk.kept.extension}@parley"}
        for piece in pieces(line.text):
            for _ in range(_TRIES):
                try:
                    await self._ari.request("PUT", uri, **sender, body=piece)
                    break
                except AriError as error:
                    _log.warning("an answer was not sent", call=talk.id, error=str(error))
                    if error.status:  # Asterisk knows no such telephone
                        return
                    await asyncio.sleep(_AGAIN_S)


def _plain(address: str) -> str:
    """An address without its parameters, where it is an ordinary one: the sender's telephone shows one thread then."""
    found = _ADDRESS.match(address)
    return found[0] if found else ""
