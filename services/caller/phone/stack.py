"""The SIP stack of this process: baresip, the pump that moves its audio, and the sniffer. There can be only one.

Softphones share it and count themselves in and out; the last one out stops it.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator

from baresip import BaresipError, Config, Runtime

from caller.errors import CallerError
from caller.phone.pump import Pump
from caller.phone.wire import Sniffer

log = logging.getLogger(__name__)

# No jitter buffer, if none is asked for: received audio is decoded as it arrives, since this phone measures.
# Opus is offered in mono at a telephone's usual bit rate.
# The servers that it calls have certificates that they made themselves.
_CONFIG = """sip_listen {address}:{port}
sip_verify_server no
audio_jitter_buffer_type {jitter_buffer}
audio_jitter_buffer_ms {jitter_ms}-{jitter_ms}
audio_jitter_buffer_size 100
opus_stereo no
opus_sprop_stereo no
opus_bitrate 32000
opus_application voip
"""


_STARTS = 5
"""A port that was free may be taken when the SIP stack comes to it."""


class Stack:
    """What is started once per process."""

    def __init__(self, address: str, sniff: bool, jitter_ms: int = 0) -> None:
        self._address = address
        self._sniff = sniff
        self._jitter_ms = jitter_ms
        self._port = 0
        self.runtime = Runtime(native_log_level="error")
        self.pump = Pump()
        self.sniffer: Sniffer | None = None
        self.why_no_wire = "the wire clock was not asked for"
        """Why there is no sniffer, when there is none."""

    async def start(self) -> None:
        """Start everything; CallerError when the SIP stack cannot be."""
        for left in reversed(range(_STARTS)):
            try:
                await self._start_runtime()
                break
            except BaresipError as error:
                if not left:
                    raise CallerError(f"the SIP stack cannot start at {self._address}: {error}") from error
        self.pump.start()
        if self._sniff:
            self._open_sniffer()

    async def _start_runtime(self) -> None:
        """Start baresip at a port that is free; a runtime starts once only, so every try has its own."""
        self._port = _free_port(self._address)
        buffer = "fixed" if self._jitter_ms else "off"
        self.runtime = Runtime(native_log_level="error")
        await self.runtime.start(
            Config(
                net_interface=self._address,
                max_concurrent_calls=None,
                native_log_level="error",
                extra_config_text=_CONFIG.format(
                    address=self._address, port=self._port, jitter_buffer=buffer, jitter_ms=self._jitter_ms
                ),
            )
        )

    def _open_sniffer(self) -> None:
        sniffer = Sniffer(self._address, self._port)
        try:
            sniffer.open()
        except PermissionError:
            self.why_no_wire = "capturing packets needs the capability NET_RAW"
        except OSError as error:
            self.why_no_wire = f"packets cannot be captured here: {error}"
        else:
            self.sniffer = sniffer

    async def stop(self) -> None:
        """Stop everything."""
        self.pump.stop()
        if self.sniffer:
            self.sniffer.close()
        with contextlib.suppress(BaresipError):
            await self.runtime.close()


class _Shared:
    """The stack that runs, and how many use it: one a process is baresip's own limit."""

    def __init__(self) -> None:
        self.stack: Stack | None = None
        self.users = 0
        self._lock = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def lock(self) -> asyncio.Lock:
        """The lock of the running event loop: a test suite has one loop after another."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._lock, self._loop = asyncio.Lock(), loop
        return self._lock


_shared = _Shared()


@contextlib.asynccontextmanager
async def shared(address: str, sniff: bool, jitter_ms: int = 0) -> AsyncIterator[Stack]:
    """The process's stack, started for its first user, bound to the local `address`, and stopped after its last."""
    async with _shared.lock:
        if _shared.stack is None:
            stack = Stack(address, sniff, jitter_ms)
            await stack.start()
            _shared.stack = stack
        stack = _shared.stack
        _shared.users += 1
    try:
        yield stack
    finally:
        async with _shared.lock:
            _shared.users -= 1
            if not _shared.users:
                _shared.stack = None
                await stack.stop()


def local_address(server: str) -> str:
    """Address this host has toward `server` (an IPv4 address); OSError when there is no way to it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((server, 9))  # sends nothing: UDP connect only chooses the route
        address: str = probe.getsockname()[0]
        return address


def _free_port(address: str) -> int:
    """A port that is free for UDP and for TCP: the SIP stack listens on both."""
    while True:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            tcp.bind((address, 0))
            port: int = tcp.getsockname()[1]
            with contextlib.suppress(OSError):
                udp.bind((address, port))
                return port
