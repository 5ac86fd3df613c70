"""The callers' side of the benchmark: RTP of many calls, both ways, in a process of its own."""

import argparse
import os
import resource
import socket
import struct
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from bench.instruments.callers import caller_track
from bench.instruments.stats import percentile
from gateway.media.rtp.codec import make_codec

TALK = 0.4
"""Share of the time that a caller talks."""
WARM_UP_S = 3.0
_TICK_S = 0.02
_SLICES = 10
"""The generator's calls do not send all at once but in so many portions of a tick."""


class Generator:
    """The other end of all calls."""

    def __init__(self, calls: int, target: tuple[str, int], codec_name: Any) -> None:
        codec = make_codec(codec_name, 1)
        row = np.array([0])
        track = caller_track(TALK)
        self._payloads = [codec.encode(row, frame[None])[0].tobytes() for frame in track]
        self._payload_type = codec.payload_type
        self._step = codec.clock_rate // 50
        self._sockets = [self._open(target) for _ in range(calls)]
        starts = np.random.default_rng(calls).integers(0, len(track), calls)
        self._at = [int(start) for start in starts]
        self._expected = [-1] * calls
        self.sent = self.received = self.lost = 0
        self.late: list[float] = []

    @staticmethod
    def _open(target: tuple[str, int]) -> socket.socket:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        udp.connect(target)
        udp.setblocking(False)
        return udp

    @property
    def ports(self) -> list[int]:
        return [udp.getsockname()[1] for udp in self._sockets]

    def run(self, seconds: float) -> None:
        due = time.monotonic()
        slices = [range(i, len(self._sockets), _SLICES) for i in range(_SLICES)]
        for number in range(int(seconds / _TICK_S)):
            for part in slices:
                due += _TICK_S / _SLICES
                delay = due - time.monotonic()
                if delay > 0:
                    time.sleep(delay)
                self.late.append(max(0.0, -delay))
                self._exchange(part, number)
        time.sleep(0.1)
        for i, udp in enumerate(self._sockets):
            self._receive(i, udp)

    def _exchange(self, part: Sequence[int], number: int) -> None:
        payloads, sockets = self._payloads, self._sockets
        for i in part:
            header = struct.pack(
                ">BBHII", 0x80, self._payload_type, number & 0xFFFF, number * self._step & 0xFFFFFFFF, i
            )
            sockets[i].send(header + payloads[(self._at[i] + number) % len(payloads)])
            self._receive(i, sockets[i])
        self.sent += len(part)

    def _receive(self, i: int, udp: socket.socket) -> None:
        try:
            while True:
                data = udp.recv(1024)
                sequence = data[2] << 8 | data[3]
                if self._expected[i] >= 0:
                    self.lost += (sequence - self._expected[i]) & 0xFFFF
                self._expected[i] = (sequence + 1) & 0xFFFF
                self.received += 1
        except BlockingIOError:
            return


def generate(pipe: Connection, calls: int, port: int, core: int, args: argparse.Namespace) -> None:
    """Be all callers, on `core`."""
    os.sched_setaffinity(0, {core})
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    generator = Generator(calls, ("127.0.0.1", port), args.format)
    pipe.send(generator.ports)
    pipe.recv()
    generator.run(WARM_UP_S + args.seconds + 1)
    pipe.send(
        {
            "sent": generator.sent,
            "received": generator.received,
            "lost": generator.lost,
            "late_p99_ms": 1000 * percentile(generator.late, 99),
        }
    )
