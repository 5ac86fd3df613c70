"""The send side: one packet per call and tick, always, with sequence number and timestamp going on (RFC 3550)."""

import secrets

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp import metrics
from gateway.media.rtp import packets as rtp
from gateway.media.rtp.codec import Codec
from gateway.media.rtp.legs import Legs
from gateway.media.rtp.packets import HEADER_BYTES, Ints
from gateway.media.rtp.sockets import PacketSocket
from parley.audio import FRAME_MS


class Outbox:
    """RTP send state of `capacity` calls, a row per call."""

    def __init__(self, capacity: int, codec: Codec, sockets: PacketSocket) -> None:
        self._codec = codec
        self._socket = sockets
        self._sequence = np.zeros(capacity, np.uint16)
        self._timestamp = np.zeros(capacity, np.uint32)
        self._ssrc = np.zeros(capacity, np.uint32)
        self._first = np.zeros(capacity, np.bool_)
        self._step = codec.clock_rate * FRAME_MS // 1000

    def reset(self, row: int) -> None:
        """Begin a stream with random numbers (RFC 3550, section 5.1)."""
        self._sequence[row] = secrets.randbelow(1 << 16)
        self._timestamp[row] = secrets.randbelow(1 << 32)
        self._ssrc[row] = secrets.randbelow(1 << 32)
        self._first[row] = True

    def send(self, legs: Legs, rows: Ints, frames: NDArray[np.int16], ticks: int) -> None:
        """Send one frame to each of `rows`; `ticks` have gone by since the last."""
        if not len(rows):
            return
        # The timestamp follows time, the sequence number packets (RFC 3550, 5.1): a tick that was left out is a pause
        # to the receiver, not a loss.
        self._sequence[rows] += np.uint16(1)
        self._timestamp[rows] += np.uint32(self._step * ticks)
        packets = np.empty((len(rows), HEADER_BYTES + self._codec.payload_bytes), np.uint8)
        rtp.build(
            packets,
            payload_type=self._codec.payload_type,
            marker=self._first[rows],
            sequence=self._sequence[rows],
            timestamp=self._timestamp[rows],
            ssrc=self._ssrc[rows],
        )
        self._first[rows] = False
        packets[:, HEADER_BYTES:] = self._codec.encode(rows, frames)
        metrics.SENT.inc(self._socket.send(packets, legs.host[rows], legs.port[rows]))
