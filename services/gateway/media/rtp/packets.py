"""RTP headers of many packets at once (RFC 3550, section 5.1), as columns of numpy arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEADER_BYTES = 12
VERSION = 2

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Headers:
    """One entry per packet in every column; the fields of a packet that is not `valid` mean nothing."""

    valid: Bools
    marker: Bools
    payload_type: Bytes
    sequence: NDArray[np.uint16]
    timestamp: NDArray[np.uint32]
    ssrc: NDArray[np.uint32]
    start: Ints
    """Offset of the payload's first byte."""
    end: Ints
    """Offset past the payload's last byte; padding is outside."""


def parse(packets: Bytes, lengths: Ints) -> Headers:
    """Parse packets of shape (n, capacity), each `lengths` bytes long.

    A packet is valid when its version is 2 and its CSRC list, extension and padding lie within its length. A packet
    that fills the whole capacity may have been cut off by it and counts as invalid.
    """
    n, capacity = packets.shape
    rows = np.arange(n)
    first, second = packets[:, 0], packets[:, 1]
    valid = (lengths >= HEADER_BYTES) & (lengths < capacity) & (first >> 6 == VERSION)
    start = HEADER_BYTES + 4 * (first & 0x0F).astype(np.int64)
    extended = (first & 0x10) != 0
    if extended.any():
        start = start + np.where(extended, _extension_bytes(packets, rows, start), 0)
    padded = (first & 0x20) != 0
    padding = np.zeros(n, np.int64)
    if padded.any():
        last = packets[rows, np.clip(lengths - 1, 0, capacity - 1)].astype(np.int64)
        padding = np.where(padded, last, 0)
        # The count includes itself, so that zero is not a count (RFC 3550, section 5.1).
        valid &= ~padded | (padding > 0)
    end = lengths - padding
    valid &= start <= end
    return Headers(
        valid=valid,
        marker=(second & 0x80) != 0,
        payload_type=(second & 0x7F).astype(np.uint8),
        sequence=_column(packets, 2, ">u2").astype(np.uint16),
        timestamp=_column(packets, 4, ">u4").astype(np.uint32),
        ssrc=_column(packets, 8, ">u4").astype(np.uint32),
        start=start,
        end=end,
    )


def _extension_bytes(packets: Bytes, rows: Ints, start: Ints) -> Ints:
    """Length of the header extension that begins at `start` (section 5.3.1)."""
    at = np.minimum(start + 2, packets.shape[1] - 2)
    words = packets[rows, at].astype(np.int64) << 8 | packets[rows, at + 1]
    return 4 + 4 * words


def _column(packets: Bytes, offset: int, kind: str) -> NDArray[np.unsignedinteger]:
    width = np.dtype(kind).itemsize
    return np.ascontiguousarray(packets[:, offset : offset + width]).view(kind)[:, 0]


def payloads(packets: Bytes, headers: Headers, chosen: Ints, size: int) -> Bytes:
    """The first `size` payload bytes of the `chosen` packets, shape (len(chosen), size).

    Every chosen packet must be valid and hold at least `size` bytes of payload.
    """
    start = headers.start[chosen]
    if (start == HEADER_BYTES).all():
        return packets[chosen, HEADER_BYTES : HEADER_BYTES + size]
    return packets[chosen[:, None], start[:, None] + np.arange(size)]


def build(
    out: Bytes,
    *,
    payload_type: int,
    marker: Bools,
    sequence: NDArray[np.uint16],
    timestamp: NDArray[np.uint32],
    ssrc: NDArray[np.uint32],
) -> None:
    """Write one header at the start of every row of `out`, shape (n, ≥ 12)."""
    out[:, 0] = VERSION << 6
    out[:, 1] = np.where(marker, 0x80 | payload_type, payload_type)
    out[:, 2:4] = _big_endian(sequence, ">u2")
    out[:, 4:8] = _big_endian(timestamp, ">u4")
    out[:, 8:12] = _big_endian(ssrc, ">u4")


def _big_endian(column: NDArray[np.unsignedinteger], kind: str) -> Bytes:
    return column.astype(kind).view(np.uint8).reshape(len(column), -1)


def sequence_distance(later: NDArray[np.uint16], earlier: NDArray[np.uint16]) -> NDArray[np.int16]:
    """How far `later` is ahead, −32768…32767, across the wrap at 65536."""
    return (later - earlier).astype(np.int16)
