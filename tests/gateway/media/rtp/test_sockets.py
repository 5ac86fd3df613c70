import errno
import socket
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from gateway.media.rtp.sockets import (
    BATCH,
    PACKET_CAPACITY,
    MmsgSocket,
    PacketSocket,
    PlainSocket,
    open_socket,
)

LOOPBACK = int.from_bytes(socket.inet_aton("127.0.0.1"))
KINDS = [PlainSocket] + ([MmsgSocket] if sys.platform == "linux" else [])


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def udp(request: pytest.FixtureRequest) -> Iterator[PacketSocket]:
    opened = request.param("127.0.0.1", 0)
    yield opened
    opened.close()


@pytest.fixture
def peer() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        other.bind(("127.0.0.1", 0))
        other.settimeout(2)
        yield other


def send(udp: PacketSocket, packets: list[bytes], ports: list[int], host: int = LOOPBACK) -> int:
    table = np.array([list(packet) for packet in packets], np.uint8)
    return udp.send(table, np.full(len(packets), host, np.uint32), np.array(ports, np.uint16))


def test_nothing_has_arrived(udp: PacketSocket) -> None:
    received = udp.receive()
    columns = (received.packets, received.lengths, received.hosts, received.ports, received.arrivals)
    assert [len(column) for column in columns] == [0] * 5


def test_bytes_lengths_and_addresses(udp: PacketSocket, peer: socket.socket) -> None:
    before = time.monotonic()
    for size in (1, 172, 652, PACKET_CAPACITY - 1):
        peer.sendto(bytes([size % 256]) * size, udp.address)
    received = udp.receive()
    assert received.lengths.tolist() == [1, 172, 652, PACKET_CAPACITY - 1]
    for packet, length in zip(received.packets, received.lengths, strict=True):
        assert packet[:length].tolist() == [length % 256] * length
    assert received.hosts.tolist() == [LOOPBACK] * 4
    assert received.ports.tolist() == [peer.getsockname()[1]] * 4
    assert ((received.arrivals > before - 0.1) & (received.arrivals <= time.monotonic())).all()


def test_a_packet_that_is_too_long_fills_the_whole_capacity(udp: PacketSocket, peer: socket.socket) -> None:
    peer.sendto(bytes(PACKET_CAPACITY + 300), udp.address)
    peer.sendto(b"next", udp.address)
    assert udp.receive().lengths.tolist() == [PACKET_CAPACITY, 4]


def test_an_empty_packet(udp: PacketSocket, peer: socket.socket) -> None:
    peer.sendto(b"", udp.address)
    assert udp.receive().lengths.tolist() == [0]


def test_more_than_a_batch(udp: PacketSocket, peer: socket.socket) -> None:
    for _ in range(BATCH // 64 + 1):  # in portions that any receive buffer holds
        for _ in range(64):
            peer.sendto(b"x" * 20, udp.address)
        time.sleep(0)
    first = udp.receive()
    assert len(first.packets) <= BATCH
    assert len(first.packets) + len(udp.receive().packets) == BATCH + 64


def test_send_to_several_addresses(udp: PacketSocket, peer: socket.socket) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        other.settimeout(2)
        ports = [peer.getsockname()[1], other.getsockname()[1]]
        assert send(udp, [b"to-one", b"to-two"], ports) == 2
        assert peer.recvfrom(100) == (b"to-one", udp.address)
        assert other.recvfrom(100) == (b"to-two", udp.address)


def test_sizes_may_change(udp: PacketSocket, peer: socket.socket) -> None:
    port = peer.getsockname()[1]
    for size in (652, 172, 652):
        send(udp, [bytes(size)], [port])
        assert len(peer.recv(2000)) == size


def test_send_more_than_a_batch(udp: PacketSocket, peer: socket.socket) -> None:
    n = BATCH + 10
    table = np.zeros((n, 12), np.uint8)
    table[:, :4] = np.arange(n, dtype=">u4").view(np.uint8).reshape(n, 4)
    hosts, ports = np.full(n, LOOPBACK, np.uint32), np.full(n, peer.getsockname()[1], np.uint16)
    assert udp.send(table, hosts, ports) == n
    peer.setblocking(False)
    numbers = []
    while True:
        try:
            numbers.append(int.from_bytes(peer.recv(100)[:4]))
        except BlockingIOError:
            break
    assert numbers == sorted(numbers)
    assert set(numbers) <= set(range(n))


@pytest.mark.parametrize(("host", "port"), [(LOOPBACK, 0), (0xFFFFFFFF, 9), (0, 0)])
def test_an_address_that_is_refused_costs_only_its_own_packet(
    udp: PacketSocket, peer: socket.socket, host: int, port: int
) -> None:
    good = peer.getsockname()[1]
    table = np.zeros((3, 12), np.uint8)
    hosts = np.array([LOOPBACK, host, LOOPBACK], np.uint32)
    assert udp.send(table, hosts, np.array([good, port, good], np.uint16)) == 2
    assert len(peer.recv(100)) == len(peer.recv(100)) == 12


def test_the_answer_to_a_closed_port_disturbs_nothing(udp: PacketSocket, peer: socket.socket) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        port = gone.getsockname()[1]
    for _ in range(3):
        send(udp, [b"x"], [port])
    peer.sendto(b"still here", udp.address)
    assert 10 in udp.receive().lengths.tolist()


def test_a_port_that_is_taken(udp: PacketSocket) -> None:
    with pytest.raises(OSError, match="in use"):
        type(udp)(*udp.address)


def test_the_fast_kind_is_chosen_on_linux() -> None:
    opened = open_socket("127.0.0.1", 0)
    opened.close()
    assert type(opened) is KINDS[-1]


def test_the_kernel_tells_when_a_packet_came(peer: socket.socket) -> None:
    if sys.platform != "linux":
        pytest.skip("only recvmmsg tells")
    udp = MmsgSocket("127.0.0.1", 0)
    peer.sendto(b"x", udp.address)
    sent = time.monotonic()
    time.sleep(0.3)
    assert udp.receive().arrivals[0] < sent + 0.2
    udp.close()


def test_a_system_that_refuses_a_large_buffer_is_asked_for_a_smaller_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Bsd(socket.socket):
        def setsockopt(self, level: int, option: int, value: int) -> None:  # type: ignore[override]
            if option == socket.SO_RCVBUF and value > 1 << 20:
                raise OSError(errno.ENOBUFS, "No buffer space available")
            super().setsockopt(level, option, value)

    monkeypatch.setattr(socket, "socket", Bsd)
    udp = PlainSocket("127.0.0.1", 0)
    assert udp.buffer_bytes >= 1 << 17
    udp.close()
