"""A softphone: registers one SIP user with a server, makes calls and takes them."""

import asyncio
import contextlib
import socket
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self
from urllib.parse import quote

import baresip

from caller.errors import CallFailed, NoAnswer, RegistrationError, ServerUnreachable
from caller.phone import dialling
from caller.phone.call import PhoneCall
from caller.phone.rtp import Codec
from caller.phone.stack import Stack, local_address, shared

_BARESIP_NAMES: dict[Codec, str] = {
    "ulaw": "pcmu",
    "alaw": "pcma",
    "g722": "g722/16000/1",
    "opus": "opus/48000/2",
}
_REGISTER_S = 6.0


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who calls, and by which server."""

    server: str = "asterisk"
    """Host name or IPv4 address, with `:port` when that is not 5060, or with TLS 5061."""
    user: str
    password: str = field(repr=False)
    encrypted: bool = False
    """SIP by TLS, and audio as SRTP with the keys in the SDP; the server's certificate is not looked at."""

    @property
    def host(self) -> str:
        """The server without its port."""
        return self.server.partition(":")[0]

    @property
    def port(self) -> int:
        """The server's SIP port; ValueError when it is none."""
        return int(self.server.partition(":")[2] or (5061 if self.encrypted else 5060))

    @property
    def transport(self) -> Literal["udp", "tls"]:
        """How its SIP travels."""
        return "tls" if self.encrypted else "udp"


class Softphone:
    """A registered SIP user; use it as `async with Softphone(identity) as phone`.

    Any number of softphones and calls may live in one process. Every call uses `codec` and no other, so that a
    wrong codec is an error and not a surprise. `wire` asks for the packets' own times, where the host lets us see
    them; `jitter_ms`, if not 0, is how late a packet may come to be heard in its place, and how late all are heard (of
    both the first softphone of a process decides). `register` False is for a peer without a registrar. `keys` says how
    keys travel: beside the audio (RFC 4733) or as SIP INFO. Entering raises ServerUnreachable or RegistrationError.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        codec: Codec = "opus",
        wire: bool = True,
        jitter_ms: int = 0,
        register: bool = True,
        keys: Literal["rtpevent", "info"] = "rtpevent",
    ) -> None:
        self._identity = identity
        self._codec: Codec = codec
        self._wire = wire and not identity.encrypted  # what is captured could not be listened to
        self._jitter_ms = jitter_ms
        self._register = register
        self._keys: Literal["rtpevent", "info"] = keys
        self._exits = contextlib.AsyncExitStack()
        self._stack: Stack | None = None
        self._agent: baresip.UserAgent | None = None
        self._domain = ""
        self.incoming: asyncio.Queue[PhoneCall] = asyncio.Queue()
        """Calls that ring here: `answer()` or `reject()` them."""

    async def __aenter__(self) -> Self:
        try:
            await self._enter()
        except BaseException:
            await self._exits.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exits.aclose()

    async def _enter(self) -> None:
        server = self._identity.server
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                self._identity.host, self._identity.port, family=socket.AF_INET, type=socket.SOCK_DGRAM
            )
            # An address spares the SIP stack its own look-ups (NAPTR, SRV, A), a time-out each without DNS.
            host, port = str(found[0][4][0]), int(found[0][4][1])
            address = local_address(host)
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise ServerUnreachable(server, reason) from error
        self._domain = f"{host}:{port}"
        self._stack = await self._exits.enter_async_context(shared(address, self._wire, self._jitter_ms))
        account = baresip.Account(
            user=self._identity.user,
            domain=self._domain,
            password=self._identity.password,
            reg_interval=600 if self._register else 0,
            transport=self._identity.transport,
            dtmf_mode=self._keys,
            audio_codecs=(_BARESIP_NAMES[self._codec],),
            extra_params=("mediaenc=srtp-mand",) if self._identity.encrypted else (),
        )
        self._agent = await baresip.UserAgent.create(self._stack.runtime, account)
        self._agent.on_incoming(self._ring)
        if self._register:
            await self._sign_on(self._agent)

    async def _sign_on(self, agent: baresip.UserAgent) -> None:
        try:
            await agent.register(timeout=_REGISTER_S)
        except baresip.RegistrationError as error:
            if error.status is None:
                reason = error.reason or f"no answer within {_REGISTER_S:g} s"
                raise ServerUnreachable(self._identity.server, reason) from error
            raise RegistrationError(
                self._identity.user, self._identity.server, error.status, error.reason
            ) from error
        self._exits.push_async_callback(self._sign_off, agent)

    async def _sign_off(self, agent: baresip.UserAgent) -> None:
        with contextlib.suppress(baresip.BaresipError):
            await agent.unregister(timeout=2)

    def _ring(self, call: baresip.Call) -> None:
        assert self._stack is not None
        self.incoming.put_nowait(PhoneCall(call, self._stack, self._codec))

    async def dial(
        self, extension: str, *, within: float = 15.0, headers: dict[str, str] | None = None
    ) -> PhoneCall:
        """Call an extension and wait until it is answered.

        Raises CallFailed with the SIP status when it is refused (404: nobody has that extension), NoAnswer
        after `within` seconds.
        """
        if self._stack is None or self._agent is None:
            raise RuntimeError("a softphone dials only inside its `async with`")
        uri = f"sip:{quote(extension, safe='+*')}@{self._domain};transport={self._identity.transport}"
        try:
            native = await dialling.dial(self._stack.runtime, self._agent, uri, headers)
        except baresip.BaresipError as error:
            raise CallFailed(extension, 0, str(error)) from error
        call = PhoneCall(native, self._stack, self._codec)
        try:
            await native.wait_established(within)
        except baresip.CallTimeout as error:
            call.close("not answered")
            raise NoAnswer(extension, within) from error
        except baresip.CallFailed as error:
            call.close(error.reason)
            # Asterisk's reason phrase carries its Reason header: "Decline,Q.850;cause=0".
            raise CallFailed(extension, error.status or 0, error.reason.partition(",")[0]) from error
        except BaseException:
            await call.hangup()
            raise
        await call.media()
        return call
