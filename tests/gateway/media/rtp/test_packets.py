import struct
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.media.rtp import packets as rtp
from gateway.media.rtp.packets import HEADER_BYTES

CAPACITY = 1024


def columns(packets: list[bytes], capacity: int = CAPACITY) -> tuple[np.ndarray, np.ndarray]:
    """Packets as the socket hands them over; what does not belong to a packet is rubbish of an earlier one."""
    table = np.full((len(packets), capacity), 0xA5, np.uint8)
    for row, packet in zip(table, packets, strict=True):
        row[: len(packet)] = np.frombuffer(packet[:capacity], np.uint8)
    return table, np.array([min(len(packet), capacity) for packet in packets], np.int64)


def parse(*packets: bytes) -> rtp.Headers:
    return rtp.parse(*columns(list(packets)))


@dataclass(frozen=True)
class Reference:
    """The same by the book (RFC 3550, section 5.1), one packet at a time."""

    valid: bool
    payload: bytes = b""

    @classmethod
    def of(cls, data: bytes) -> "Reference":
        if len(data) < 12 or len(data) >= CAPACITY or data[0] >> 6 != 2:
            return cls(valid=False)
        start = 12 + 4 * (data[0] & 0x0F)
        if data[0] & 0x10:
            if start + 4 > len(data):
                return cls(valid=False)
            start += 4 + 4 * struct.unpack_from(">H", data, start + 2)[0]
        padding = data[-1] if data[0] & 0x20 else 0
        if data[0] & 0x20 and padding == 0:
            return cls(valid=False)
        if start > len(data) - padding:
            return cls(valid=False)
        return cls(valid=True, payload=data[start : len(data) - padding])


def build_one(payload: bytes, **fields: int) -> bytes:
    csrc, extension, padding = (fields.get(name, 0) for name in ("csrc", "extension", "padding"))
    first = 0x80 | (0x20 if padding else 0) | (0x10 if extension else 0) | csrc
    header = struct.pack(
        ">BBHII",
        first,
        fields.get("marker", 0) << 7 | fields.get("payload_type", 118),
        fields.get("sequence", 7),
        fields.get("timestamp", 320),
        fields.get("ssrc", 0xCAFE),
    )
    header += bytes(4 * csrc)
    if extension:
        header += struct.pack(">HH", 0xBEDE, extension - 1) + bytes(4 * (extension - 1))
    return header + payload + (bytes(padding - 1) + bytes([padding]) if padding else b"")


def test_packets_of_asterisk(captured: tuple[str, list[bytes]]) -> None:
    name, packets = captured
    headers = parse(*packets)
    assert headers.valid.all()
    assert (headers.payload_type == {"slin16": 118, "ulaw": 0, "alaw": 8}[name]).all()
    assert len(set(headers.ssrc.tolist())) == 1
    steps = rtp.sequence_distance(headers.sequence[1:], headers.sequence[:-1])
    assert steps.tolist() == [1, 39]
    per_frame = 320 if name == "slin16" else 160
    assert np.diff(headers.timestamp)[0] == per_frame  # later it may jump with the marker bit set
    size = 640 if name == "slin16" else 160
    assert (headers.end - headers.start == size).all()


@given(st.lists(st.binary(max_size=CAPACITY + 8), min_size=1, max_size=8))
def test_parse_never_raises_and_agrees_with_the_book(packets: list[bytes]) -> None:
    headers = parse(*packets)
    for i, packet in enumerate(packets):
        expected = Reference.of(packet[:CAPACITY])
        assert headers.valid[i] == expected.valid
        if expected.valid:
            assert packet[headers.start[i] : headers.end[i]] == expected.payload


@given(
    st.binary(max_size=400),
    st.fixed_dictionaries(
        {
            "csrc": st.integers(0, 15),
            "extension": st.integers(0, 20),
            "padding": st.integers(0, 255),
            "marker": st.integers(0, 1),
            "payload_type": st.integers(0, 127),
            "sequence": st.integers(0, 65535),
            "timestamp": st.integers(0, 2**32 - 1),
            "ssrc": st.integers(0, 2**32 - 1),
        }
    ),
    st.integers(0, 3),
)
def test_every_field_and_the_payload_are_found(payload: bytes, fields: dict[str, int], cut: int) -> None:
    packet = build_one(payload, **fields)
    headers = parse(packet)
    assert headers.valid[0]
    assert packet[headers.start[0] : headers.end[0]] == payload
    assert bool(headers.marker[0]) == bool(fields["marker"])
    for name in ("payload_type", "sequence", "timestamp", "ssrc"):
        assert int(getattr(headers, name)[0]) == fields[name]
    assert Reference.of(packet[: len(packet) - cut]).valid == parse(packet[: len(packet) - cut]).valid[0]


@given(st.data())
def test_what_is_built_is_parsed(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 20))

    def column(bits: int, kind: type[np.generic]) -> np.ndarray:
        return np.array(data.draw(st.lists(st.integers(0, 2**bits - 1), min_size=n, max_size=n)), kind)

    payload_type = data.draw(st.integers(0, 127))
    sequence, timestamp, ssrc = column(16, np.uint16), column(32, np.uint32), column(32, np.uint32)
    marker = column(1, np.bool_)
    table = np.zeros((n, CAPACITY), np.uint8)
    rtp.build(
        table, payload_type=payload_type, marker=marker, sequence=sequence, timestamp=timestamp, ssrc=ssrc
    )
    headers = rtp.parse(table, np.full(n, HEADER_BYTES, np.int64))
    assert headers.valid.all()
    assert (headers.payload_type == payload_type).all()
    for name, sent in (("marker", marker), ("sequence", sequence), ("timestamp", timestamp), ("ssrc", ssrc)):
        assert (getattr(headers, name) == sent).all()


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x80",
        bytes(640),
        build_one(b"x" * 640)[:11],
        b"\x40" + build_one(b"x" * 640)[1:],
        build_one(b"", csrc=15)[:40],
        build_one(b"", extension=9)[:44],
        build_one(b"", extension=1)[:14],
        build_one(b"x", padding=4)[:-1] + b"\x00",
        build_one(b"x", padding=4)[:-1] + b"\xff",
        build_one(bytes(2000)),
    ],
    ids=[
        "empty",
        "one-byte",
        "version-0",
        "short-header",
        "version-1",
        "csrc-cut",
        "extension-cut",
        "extension-header-cut",
        "padding-zero",
        "padding-too-long",
        "cut-off-by-the-buffer",
    ],
)
def test_malformed_packets_are_refused(packet: bytes) -> None:
    good = build_one(b"p" * 640)
    assert parse(good, packet, good).valid.tolist() == [True, False, True]


def test_payloads_behind_headers_of_different_lengths() -> None:
    packets = [build_one(bytes([i]) * 640, csrc=i, extension=i) for i in range(4)]
    table, lengths = columns(packets)
    headers = rtp.parse(table, lengths)
    chosen = np.array([3, 0, 2])
    assert rtp.payloads(table, headers, chosen, 640).tolist() == [[i] * 640 for i in (3, 0, 2)]


@given(st.integers(0, 65535), st.integers(-32768, 32767))
def test_sequence_distance_wraps(earlier: int, ahead: int) -> None:
    later = np.array([(earlier + ahead) % 65536], np.uint16)
    assert rtp.sequence_distance(later, np.array([earlier], np.uint16))[0] == ahead
