"""The way in: the packets of all calls, from the socket to the frames that are due."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gateway.media.rtp import metrics
from gateway.media.rtp import packets as rtp
from gateway.media.rtp.codec import Codec
from gateway.media.rtp.inbox import WINDOW, Inbox
from gateway.media.rtp.jitter import Jitter
from gateway.media.rtp.legs import Legs
from gateway.media.rtp.packets import Ints
from gateway.media.rtp.sockets import BATCH, PacketSocket, Received

_MAX_BATCHES = 16
"""A tick takes in so many batches at most, so that a flood cannot hold it up."""


class Receiver:
    """The receive side of `capacity` calls, a row per call; what is not a call's gets no further than here."""

    def __init__(self, capacity: int, codec: Codec, udp: PacketSocket, legs: Legs) -> None:
        self._codec = codec
        self._socket = udp
        self._legs = legs
        self.inbox = Inbox(capacity, codec.frame_samples)
        self.jitter = Jitter(capacity, codec.clock_rate)

    def reset(self, row: int) -> None:
        """Make a row ready for a new call."""
        self.inbox.reset(row)
        self.jitter.reset(row)

    def receive(self) -> None:
        """Take in everything that has arrived."""
        for _ in range(_MAX_BATCHES):
            received = self._socket.receive()
            if len(received.packets):
                self._place(received)
            if len(received.packets) < BATCH:
                break

    def _place(self, received: Received) -> None:
        """Place the payloads of a batch into the calls' windows."""
        packets = received.packets
        rows, known = self._legs.find(received.hosts, received.ports)
        headers = rtp.parse(packets, received.lengths)
        fits = headers.end - headers.start == self._codec.payload_bytes
        good = known & headers.valid & fits & (headers.payload_type == self._codec.payload_type)
        if not good.all():
            metrics.REFUSED.labels("source").inc(int((~known).sum()))
            metrics.REFUSED.labels("malformed").inc(int((known & ~good).sum()))
        chosen = np.nonzero(good)[0]
        # After the address and the form: a stray packet must not make an SSRC known.
        ours = self.inbox.known_ssrc(rows[chosen], headers.ssrc[chosen], headers.sequence[chosen])
        chosen = chosen[ours]
        if len(chosen):
            frames = self._codec.decode(rtp.payloads(packets, headers, chosen, self._codec.payload_bytes))
            rows, arrivals = rows[chosen], received.arrivals[chosen]
            self.jitter.note(rows, headers.timestamp[chosen], arrivals)
            self.inbox.put(rows, headers.sequence[chosen], frames, arrivals)

    def due(self, rows: Ints, ticks: int) -> Iterator[tuple[Ints, NDArray[np.int16], NDArray[np.float64]]]:
        """Frames of the calls `rows` whose turn it is, `ticks` after the last time: rows, frames at 16 kHz, arrivals.

        At most one frame of each call at a time, in order; a made-up frame has arrival 0.
        """
        # A frame for every tick that has gone by, made up where none has come; then what is in order and there already:
        # after a late tick, or packets in a burst, nobody's audio stays behind.
        gone_by = min(ticks, WINDOW)
        for turn in range(gone_by + WINDOW):
            heard, frames, arrivals = self.inbox.take(rows, first=turn < gone_by)
            if turn >= gone_by and not len(heard):
                break
            yield heard, self._codec.widen(heard, frames), arrivals
