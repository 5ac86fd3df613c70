"""One UDP socket for the packets of all calls, many packets a system call where the platform can.

Linux moves a whole tick with recvmmsg(2) and sendmmsg(2); elsewhere a plain socket does the same one by one.
"""

import ctypes
import errno
import os
import socket
import sys
import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp.packets import Bytes, Ints

PACKET_CAPACITY = 1024
"""Bytes kept of a packet; 20 ms of slin16 with header are 652."""
BATCH = 1024
"""Packets that one system call takes or gives at most."""
_RECEIVE_BUFFER = 1 << 23
_SO_TIMESTAMPNS = 35
"""asm-generic/socket.h; Python's socket module does not name it."""
_CONTROL_BYTES = 32
_LONGEST_WAIT_S = 2.0


_FATAL = (errno.EBADF, errno.ENOTSOCK, errno.EFAULT)
"""Errors of the socket itself; any other one is about a single packet or its address."""


@dataclass(frozen=True, slots=True)
class Received:
    """Packets that have arrived, an entry each in every column; IPv4 addresses and ports in host order."""

    packets: Bytes
    """Shape (n, PACKET_CAPACITY); a view that the next `receive` overwrites."""
    lengths: Ints
    hosts: NDArray[np.uint32]
    ports: NDArray[np.uint16]
    arrivals: NDArray[np.float64]
    """Monotonic seconds; by the kernel's own clock where it tells."""


class PacketSocket(Protocol):
    """What the media plane needs of a socket; IPv4 addresses and ports as integers in host order."""

    address: tuple[str, int]
    buffer_bytes: int
    """What the system really grants for packets that wait to be received."""

    def receive(self) -> Received:
        """Take what has arrived, at most BATCH packets."""

    def send(self, packets: Bytes, hosts: NDArray[np.uint32], ports: NDArray[np.uint16]) -> int:
        """Send every row of `packets` (n, size) to its address; return how many the system took."""

    def close(self) -> None:
        """Release the port."""


def open_socket(host: str, port: int) -> PacketSocket:
    """Open a non-blocking UDP socket, the fast kind where there is one; OSError when the port is taken."""
    batched = sys.platform == "linux" and ctypes.sizeof(ctypes.c_void_p) == 8
    return MmsgSocket(host, port) if batched else PlainSocket(host, port)


def _bind(host: str, port: int) -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    _ask_for_room(udp)
    # Expedited forwarding, as voice is marked everywhere (RFC 4594, section 4.1).
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 46 << 2)
    try:
        udp.bind((host, port))
    except OSError:
        udp.close()
        raise
    udp.setblocking(False)
    return udp


def _ask_for_room(udp: socket.socket) -> None:
    """Ask for a large receive buffer: Linux grants what it allows, BSD and macOS refuse what is too much."""
    size = _RECEIVE_BUFFER
    while size >= 1 << 16:
        try:
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        except OSError:
            size //= 2
        else:
            return


def _granted(udp: socket.socket) -> int:
    return udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


class PlainSocket:
    """One system call per packet: for platforms without the batched calls."""

    def __init__(self, host: str, port: int) -> None:
        self._udp = _bind(host, port)
        self.address: tuple[str, int] = self._udp.getsockname()
        self.buffer_bytes = _granted(self._udp)
        self._packets = np.zeros((BATCH, PACKET_CAPACITY), np.uint8)

    def receive(self) -> Received:
        """See PacketSocket."""
        lengths: list[int] = []
        hosts: list[int] = []
        ports: list[int] = []
        while len(lengths) < BATCH:
            try:
                size, (host, port) = self._udp.recvfrom_into(memoryview(self._packets[len(lengths)]))
            except BlockingIOError:
                break
            except ConnectionRefusedError:  # an ICMP answer to something sent before
                continue
            lengths.append(size)
            hosts.append(int.from_bytes(socket.inet_aton(host)))
            ports.append(port)
        return Received(
            packets=self._packets[: len(lengths)],
            lengths=np.array(lengths, np.int64),
            hosts=np.array(hosts, np.uint32),
            ports=np.array(ports, np.uint16),
            arrivals=np.full(len(lengths), time.monotonic()),
        )

    def send(self, packets: Bytes, hosts: NDArray[np.uint32], ports: NDArray[np.uint16]) -> int:
        """See PacketSocket."""
        sent = 0
        for packet, host, port in zip(packets, hosts.tolist(), ports.tolist(), strict=True):
            try:
                self._udp.sendto(packet.tobytes(), (socket.inet_ntoa(host.to_bytes(4)), port))
                sent += 1
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno in _FATAL:
                    raise
        return sent

    def close(self) -> None:
        """See PacketSocket."""
        self._udp.close()


class _IoVec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _MsgHdr(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("iov", ctypes.c_void_p),
        ("iov_length", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _MMsgHdr(ctypes.Structure):
    _fields_ = (("header", _MsgHdr), ("length", ctypes.c_uint))


class _Messages:
    """The structures that recvmmsg and sendmmsg want, laid over numpy arrays once."""

    def __init__(self, packets: Bytes, *, control: bool) -> None:
        self.packets = packets
        self.addresses = np.zeros((len(packets), 16), np.uint8)
        """`struct sockaddr_in`: family, port and host, the latter two big-endian."""
        self._iov = (_IoVec * len(packets))()
        self.array = (_MMsgHdr * len(packets))()
        for i, (iov, message) in enumerate(zip(self._iov, self.array, strict=True)):
            iov.base = packets.ctypes.data + i * packets.strides[0]
            iov.length = packets.shape[1]
            header = message.header
            header.name = self.addresses.ctypes.data + i * self.addresses.strides[0]
            header.name_length = 16
            header.iov = ctypes.addressof(self._iov) + i * ctypes.sizeof(_IoVec)
            header.iov_length = 1
        # Fields of every message as numpy columns, read and written without a Python loop.
        fields = np.frombuffer(self.array, np.uint8).reshape(len(packets), ctypes.sizeof(_MMsgHdr))
        self.lengths = fields[:, _MMsgHdr.length.offset :][:, :4].view(np.uint32)[:, 0]
        self.control = np.zeros((len(packets), 4), np.int64)
        """A `struct cmsghdr` (length, level and type) and a `struct timespec` (seconds, nanoseconds)."""
        self.control_lengths = fields[:, _MsgHdr.control_length.offset :][:, :8].view(np.uint64)[:, 0]
        if control:
            fields[:, _MsgHdr.control.offset :][:, :8].view(np.uint64)[:, 0] = (
                self.control.ctypes.data + np.arange(len(packets), dtype=np.uint64) * self.control.strides[0]
            )

    def set_size(self, size: int) -> None:
        """Bytes of every packet to send."""
        for iov in self._iov:
            iov.length = size


class MmsgSocket:
    """A tick's packets in one recvmmsg and one sendmmsg."""

    def __init__(self, host: str, port: int) -> None:
        self._udp = _bind(host, port)
        self.address: tuple[str, int] = self._udp.getsockname()
        self.buffer_bytes = _granted(self._udp)
        self._udp.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._in = _Messages(np.zeros((BATCH, PACKET_CAPACITY), np.uint8), control=True)
        self._out = _Messages(np.zeros((BATCH, PACKET_CAPACITY), np.uint8), control=False)
        self._out_size = PACKET_CAPACITY
        family = np.frombuffer(int(socket.AF_INET).to_bytes(2, sys.byteorder), np.uint8)
        self._out.addresses[:, 0:2] = family

    def receive(self) -> Received:
        """See PacketSocket."""
        inbound = self._in
        inbound.control_lengths[:] = _CONTROL_BYTES
        n = self._libc.recvmmsg(self._udp.fileno(), inbound.array, BATCH, socket.MSG_DONTWAIT, None)
        n = max(0, n)  # nothing there, or an ICMP answer to something sent before
        addresses = inbound.addresses[:n]
        return Received(
            packets=inbound.packets[:n],
            lengths=inbound.lengths[:n].astype(np.int64),
            hosts=addresses[:, 4:8].view(">u4")[:, 0].astype(np.uint32),
            ports=addresses[:, 2:4].view(">u2")[:, 0].astype(np.uint16),
            arrivals=self._arrivals(n),
        )

    def _arrivals(self, n: int) -> NDArray[np.float64]:
        """When the kernel took the last n packets in, on the monotonic clock."""
        now = time.monotonic()
        to_monotonic = now - time.time()
        stamps = self._in.control[:n]
        arrivals = stamps[:, 2] + stamps[:, 3] * 1e-9 + to_monotonic
        # No stamp, or the wall clock was set meanwhile: then it is now.
        sane = (self._in.control_lengths[:n] == _CONTROL_BYTES) & (np.abs(now - arrivals) < _LONGEST_WAIT_S)
        return np.where(sane, np.minimum(arrivals, now), now)

    def send(self, packets: Bytes, hosts: NDArray[np.uint32], ports: NDArray[np.uint16]) -> int:
        """See PacketSocket."""
        if packets.shape[1] != self._out_size:
            self._out_size = packets.shape[1]
            self._out.set_size(self._out_size)
        sent = 0
        for begin in range(0, len(packets), BATCH):
            part = slice(begin, begin + BATCH)
            n = len(packets[part])
            self._out.packets[:n, : self._out_size] = packets[part]
            self._out.addresses[:n, 2:4] = ports[part].astype(">u2").view(np.uint8).reshape(n, 2)
            self._out.addresses[:n, 4:8] = hosts[part].astype(">u4").view(np.uint8).reshape(n, 4)
            sent += self._send(n)
        return sent

    def _send(self, n: int) -> int:
        """Send the first n prepared messages; one that the system refuses is left out."""
        at = refused = 0
        while at < n:
            done = self._libc.sendmmsg(
                self._udp.fileno(), ctypes.byref(self._out.array, at * ctypes.sizeof(_MMsgHdr)), n - at, 0
            )
            if done > 0:
                at += done
                continue
            code = ctypes.get_errno()
            if code in (errno.EAGAIN, errno.ENOBUFS):
                return at - refused
            if code in _FATAL:
                raise OSError(code, os.strerror(code))
            if code != errno.EINTR:
                at += 1
                refused += 1
        return at - refused

    def close(self) -> None:
        """See PacketSocket."""
        self._udp.close()
