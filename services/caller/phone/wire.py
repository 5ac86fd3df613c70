"""The softphone's own packets as the kernel saw them pass, with the kernel's timestamps.

An AF_PACKET socket (Linux, needs CAP_NET_RAW) sees every UDP packet of one network device, leaving and arriving. The
SIP messages among them tell which RTP port belongs to which call; the packets of those ports are kept. Times are those
the kernel stamped (SO_TIMESTAMPNS, wall clock), turned into CLOCK_MONOTONIC.
"""

import contextlib
import ctypes
import fcntl
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

_SO_TIMESTAMPNS = 35
_SO_ATTACH_FILTER = 26
_SIOCGIFADDR = 0x8915
_ETH_P_ALL = 0x0003  # with ETH_P_IP the kernel shows arriving packets only
_READ_EVERY_S = 0.05
_BUFFER_BYTES = 8 << 20
_TIMESPEC = struct.Struct("@qq")

_SIP = re.compile(rb"\A(?:SIP/2\.0 \d{3} |[A-Z]+ sips?:)")
_CALL_ID = re.compile(rb"^(?:Call-ID|i)[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_AUDIO_PORT = re.compile(rb"^m=audio (\d+) ", re.MULTILINE)

Captured = list[tuple[float, bytes]]


@dataclass
class Leg:
    """The RTP datagrams of one call, each with its time; both lists grow while the call lasts."""

    port: int
    sent: Captured = field(default_factory=list)
    received: Captured = field(default_factory=list)


@dataclass(frozen=True)
class Datagram:
    """An UDP datagram that passed a network device."""

    source_port: int
    target_port: int
    payload: bytes


def parse_ipv4(packet: bytes) -> Datagram | None:
    """Parse an IPv4 packet (RFC 791, 768); None unless it is a whole UDP datagram."""
    if len(packet) < 28 or packet[0] >> 4 != 4 or packet[9] != socket.IPPROTO_UDP:
        return None
    if int.from_bytes(packet[6:8]) & 0x3FFF:  # more fragments, or not the first
        return None
    head = 4 * (packet[0] & 0x0F)
    source, target, length = struct.unpack_from("!HHH", packet, head)
    if length < 8 or head + length > len(packet):
        return None
    return Datagram(source, target, packet[head + 8 : head + length])


def audio_port(message: bytes) -> tuple[str, int] | None:
    """Return Call-ID and audio port of a SIP message that carries a session description (RFC 8866, section 5.14)."""
    if not _SIP.match(message):
        return None
    call_id, port = _CALL_ID.search(message), _AUDIO_PORT.search(message)
    return (call_id[1].decode("ascii", "replace"), int(port[1])) if call_id and port else None


class Sniffer:
    """Collects the RTP of every call that is signalled from our own SIP port."""

    def __init__(self, address: str, sip_port: int) -> None:
        self._address = address
        self._sip_port = sip_port
        self._socket: socket.socket | None = None
        self._ports: dict[str, int] = {}
        self._legs: dict[int, Leg] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Start to listen; PermissionError without CAP_NET_RAW, other OSErrors where there is no AF_PACKET."""
        if not hasattr(socket, "AF_PACKET"):
            raise OSError("this system has no packet sockets")
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_ALL))
        # One device only: through a bridge a packet passes several.
        self._socket.bind((_device_of(self._address), _ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        _attach_udp_filter(self._socket)
        self._socket.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="caller-wire", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop to listen."""
        self._stopping.set()
        if self._thread:
            self._thread.join(1)
        if self._socket:
            self._socket.close()

    def leg(self, call_id: str) -> Leg | None:
        """Return the packets of the call with this SIP Call-ID; None when its signalling was not seen (any thread)."""
        port = self._ports.get(call_id)
        return None if port is None else self._legs.get(port)

    def _run(self) -> None:
        # The kernel stamps, so reading late costs nothing, and seldom costs fewer turns of the interpreter.
        while not self._stopping.wait(_READ_EVERY_S):
            self.drain()

    def drain(self) -> None:
        """Take what has passed."""
        assert self._socket is not None
        offset = time.time() - time.monotonic()
        while True:
            try:
                packet, extra, _, address = self._socket.recvmsg(65_535, 64)
            except BlockingIOError:
                return
            datagram = parse_ipv4(packet)
            if datagram is None or not extra:
                continue
            seconds, nanoseconds = _TIMESPEC.unpack(extra[0][2])
            self._sort(datagram, seconds + nanoseconds / 1e9 - offset, address[2] == socket.PACKET_OUTGOING)

    def _sort(self, datagram: Datagram, when: float, outgoing: bool) -> None:
        # A packet on the loopback device is seen twice, leaving and arriving: each call takes the side that is its own.
        port = datagram.source_port if outgoing else datagram.target_port
        leg = self._legs.get(port)
        if leg is not None:
            (leg.sent if outgoing else leg.received).append((when, datagram.payload))
        elif outgoing and datagram.source_port == self._sip_port and (found := audio_port(datagram.payload)):
            call_id, port = found  # only the offers and answers we send name our own ports
            self._ports[call_id] = port
            self._legs.setdefault(port, Leg(port))


def _device_of(address: str) -> str:
    """Name of the network device that has an IPv4 address; OSError when none has."""
    if address.startswith("127."):
        return "lo"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):  # a device without an address
                request = struct.pack("256s", name.encode())
                if socket.inet_ntoa(fcntl.ioctl(sock, _SIOCGIFADDR, request)[20:24]) == address:
                    return name
    raise OSError(f"no network device has the address {address}")


def _attach_udp_filter(sock: socket.socket) -> None:
    """Let the kernel pass on UDP only (classic BPF: byte 9 of the IP header is 17)."""
    program = struct.pack("HBBI" * 4, 0x30, 0, 0, 9, 0x15, 0, 1, 17, 0x06, 0, 0, 0xFFFF, 0x06, 0, 0, 0)
    code = ctypes.create_string_buffer(program)
    sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", 4, ctypes.addressof(code)))
