"""RTP as columns, and its sound."""

import struct

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caller.phone.rtp import CODECS, Codec, codec_of, decoded, of_codec, parse, quality

# A G.711 µ-law packet as an Asterisk sent it: version 2, marker, payload type 0, silence.
CAPTURED = bytes.fromhex("80808a2e000000a05d3f2c11") + b"\xff" * 160


def packet(
    sequence: int,
    timestamp: int,
    payload: bytes = b"\xff" * 160,
    *,
    kind: int = 0,
    ssrc: int = 7,
    first: int = 0x80,
) -> bytes:
    return struct.pack("!BBHII", first, kind, sequence % 2**16, timestamp % 2**32, ssrc) + payload


def stream(count: int, start: int = 65_530, begin: float = 50.0) -> list[tuple[float, bytes]]:
    return [(begin + 0.02 * i, packet(start + i, 2**32 - 480 + 160 * i)) for i in range(count)]


def test_a_captured_packet():
    packets = parse([(1.5, CAPTURED)])
    assert packets.time.tolist() == [1.5]
    assert packets.sequence.tolist() == [0x8A2E]
    assert packets.timestamp.tolist() == [160]
    assert packets.ssrc.tolist() == [0x5D3F2C11]
    assert packets.payload_type.tolist() == [0]
    assert packets.marker.tolist() == [True]
    assert packets.payloads == [b"\xff" * 160]


def test_contributing_sources_extension_and_padding_are_cut_off():
    head = struct.pack("!BBHIIII", 0x80 | 0x30 | 2, 0, 1, 2, 3, 4, 5)  # X and P set, two CSRCs
    extension = struct.pack("!HHI", 0xBEDE, 1, 0)
    assert parse([(0.0, head + extension + b"speech" + b"\0\0\3")]).payloads == [b"speech"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80" * 11,
        packet(1, 2, first=0x40),  # version 1
        packet(
            1, 2, b"\x00" * 4, first=0xA0
        ),  # no bytes of padding, although P is set: nothing is cut, so it is kept
        packet(1, 2, b"\xff", first=0x8F),  # fifteen contributing sources that are not there
        packet(1, 2, b"\xbe\xde\xff\xff", first=0x90),  # an extension longer than the packet
        packet(1, 2, b"\x09", first=0xA0),  # more padding than packet
        struct.pack("!BBHII", 0x80, 200, 6, 7, 8),  # RTCP sender report
        packet(1, 2, b""),
    ],
)
def test_malformed_packets_are_left_out(data: bytes):
    kept = parse([(0.0, data)])
    assert kept.payloads in ([], [b"\x00" * 4])


@given(st.lists(st.binary(max_size=64), max_size=20))
def test_no_bytes_break_the_parser(datagrams: list[bytes]):
    packets = parse([(float(i), d) for i, d in enumerate(datagrams)])
    columns = (
        packets.time,
        packets.sequence,
        packets.timestamp,
        packets.ssrc,
        packets.payload_type,
        packets.marker,
    )
    assert {len(column) for column in columns} == {len(packets)}


def test_quality_over_the_wrap_of_sequence_and_timestamp():
    captured = stream(20)
    judged = quality(parse(captured), "ulaw")
    assert (judged.packets, judged.lost, judged.reordered) == (20, 0, 0)
    assert judged.jitter_ms == pytest.approx(0, abs=0.01)
    assert judged.longest_gap_ms == pytest.approx(20, abs=0.1)


def test_quality_counts_loss_and_disorder():
    captured = stream(20)
    del captured[7]
    captured[10], captured[11] = (captured[10][0], captured[11][1]), (captured[11][0], captured[10][1])
    judged = quality(parse(captured), "ulaw")
    assert (judged.packets, judged.lost, judged.reordered) == (19, 1, 1)


def test_a_key_pressed_is_not_loss():
    captured = stream(20)
    captured[5] = (captured[5][0], packet(65_535, 160, b"\x01\x0a\x00\xa0", kind=101))
    assert quality(parse(captured), "ulaw").lost == 0
    assert len(of_codec(parse(captured), "ulaw")) == 19


def test_opus_is_the_commonest_dynamic_type():
    captured = [(0.0, packet(i, 960 * i, b"o", kind=107)) for i in range(5)]
    captured += [(0.0, packet(9, 0, b"e", kind=113))]
    assert len(of_codec(parse(captured), "opus")) == 5
    assert codec_of(parse(captured)) == "opus"
    assert codec_of(parse(stream(3))) == "ulaw"
    assert codec_of(parse([])) is None


def encoded(codec: Codec, sound: np.ndarray) -> list[bytes]:
    facts = CODECS[codec]
    name = "libopus" if codec == "opus" else facts.decoder
    context = av.CodecContext.create(name, "w")
    context.sample_rate, context.layout, context.format = facts.rate, "mono", "s16"
    packets: list[bytes] = []
    width = facts.rate // 50
    for i in range(0, len(sound) - width + 1, width):
        frame = av.AudioFrame.from_ndarray(sound[None, i : i + width], format="s16", layout="mono")
        frame.sample_rate, frame.pts = facts.rate, i
        packets += [bytes(p) for p in context.encode(frame)]
    return packets


@pytest.mark.parametrize("codec", list(CODECS))
def test_every_codec_comes_back_as_sound_at_its_place(codec: Codec):
    facts = CODECS[codec]
    time = np.arange(facts.rate) / facts.rate
    sound = (8_000 * np.sin(2 * np.pi * 440 * time) * (time >= 0.5)).astype(np.int16)
    kind = 107 if facts.payload_type is None else facts.payload_type
    captured = [
        (9.0 + 0.02 * i, packet(i, i * facts.clock // 50, p, kind=kind))
        for i, p in enumerate(encoded(codec, sound))
    ]
    track = decoded(of_codec(parse(captured), codec), codec)
    assert track.rate == facts.rate
    assert track.seconds == pytest.approx(1.0, abs=0.05)
    loud = np.abs(track.samples.astype(int)) > 2_000
    assert np.argmax(loud) / track.rate == pytest.approx(0.5, abs=0.015)
    assert np.abs(track.samples[-facts.rate // 4 :].astype(int)).max() == pytest.approx(8_000, rel=0.1)


def test_a_lost_packet_leaves_a_hole_and_moves_nothing():
    captured = stream(20)
    del captured[7:9]
    track = decoded(parse(captured), "ulaw")
    assert len(track.samples) == 20 * 160
    assert track.time_of(9 * 160) == pytest.approx(50.18)


def test_a_late_packet_is_put_in_order_and_a_double_one_dropped():
    captured = stream(10)
    captured = [
        *captured[:4],
        captured[5],
        (captured[5][0] + 0.001, captured[4][1]),
        captured[5],
        *captured[6:],
    ]
    track = decoded(parse(captured), "ulaw")
    assert len(track.samples) == 10 * 160
    assert track.time_of(4 * 160) == pytest.approx(50.101)


def test_a_new_source_starts_where_it_arrives():
    captured = stream(10) + [(50.2 + 0.5 + 0.02 * i, packet(i, 12_345 + 160 * i, ssrc=8)) for i in range(10)]
    track = decoded(parse(captured), "ulaw")
    assert track.starts[10] / track.rate == pytest.approx(0.7, abs=0.001)


def test_no_packets_no_sound():
    assert decoded(parse([]), "g722").seconds == 0
