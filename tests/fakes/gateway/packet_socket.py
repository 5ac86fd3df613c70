"""A PacketSocket without a network: what is put in is received, what is sent is kept."""

import struct
from collections import deque
from dataclasses import dataclass

import numpy as np

from gateway.media.rtp.sockets import BATCH, PACKET_CAPACITY, Received


@dataclass(frozen=True)
class Sent:
    """One packet that the media plane has sent."""

    data: bytes
    host: int
    port: int

    @property
    def sequence(self) -> int:
        return struct.unpack_from(">H", self.data, 2)[0]

    @property
    def timestamp(self) -> int:
        return struct.unpack_from(">I", self.data, 4)[0]

    @property
    def marker(self) -> bool:
        return self.data[1] >= 0x80

    @property
    def samples(self) -> np.ndarray:
        """The payload of slin16."""
        return np.frombuffer(self.data[12:], ">i2").astype(np.int16)


class FakePacketSocket:
    def __init__(self) -> None:
        self.address = ("127.0.0.1", 40_000)
        self.buffer_bytes = 1 << 30
        self.waiting: deque[tuple[bytes, int, int, float]] = deque()
        self.sent: list[Sent] = []
        self.closed = False

    def put(self, data: bytes, host: int, port: int, at: float) -> None:
        self.waiting.append((data, host, port, at))

    def receive(self) -> Received:
        n = min(BATCH, len(self.waiting))
        taken = [self.waiting.popleft() for _ in range(n)]
        packets = np.zeros((n, PACKET_CAPACITY), np.uint8)
        for row, (data, _, _, _) in zip(packets, taken, strict=True):
            cut = data[:PACKET_CAPACITY]
            row[: len(cut)] = np.frombuffer(cut, np.uint8)
        return Received(
            packets=packets,
            lengths=np.array([min(len(data), PACKET_CAPACITY) for data, *_ in taken], np.int64),
            hosts=np.array([host for _, host, _, _ in taken], np.uint32),
            ports=np.array([port for _, _, port, _ in taken], np.uint16),
            arrivals=np.array([at for *_, at in taken], np.float64),
        )

    def send(self, packets: np.ndarray, hosts: np.ndarray, ports: np.ndarray) -> int:
        for packet, host, port in zip(packets, hosts.tolist(), ports.tolist(), strict=True):
            self.sent.append(Sent(packet.tobytes(), host, port))
        return len(packets)

    def close(self) -> None:
        self.closed = True
