"""RTP packets of one direction as numpy columns, and the sound in them (RFC 3550, 3551, 7587)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

from caller.sound.clip import Samples
from caller.sound.track import Track, assembled, empty

Codec = Literal["ulaw", "alaw", "g722", "opus"]


@dataclass(frozen=True)
class CodecFacts:
    """What RTP and the decoder need to know about a codec."""

    decoder: str
    """FFmpeg's name."""
    rate: int
    """Samples per second of the sound."""
    clock: int
    """Units of an RTP timestamp per second; G.722's is 8000 by an old mistake (RFC 3551, section 4.5.2)."""
    payload_type: int | None
    """The static one, if there is one."""


CODECS: dict[Codec, CodecFacts] = {
    "ulaw": CodecFacts("pcm_mulaw", 8_000, 8_000, 0),
    "alaw": CodecFacts("pcm_alaw", 8_000, 8_000, 8),
    "g722": CodecFacts("g722", 16_000, 8_000, 9),
    "opus": CodecFacts("libopus", 48_000, 48_000, None),
}


@dataclass(frozen=True)
class Packets:
    """The packets of one direction in the order they went by; every column has one entry a packet."""

    time: NDArray[np.float64]
    sequence: NDArray[np.int64]
    timestamp: NDArray[np.int64]
    ssrc: NDArray[np.int64]
    payload_type: NDArray[np.int64]
    marker: NDArray[np.bool_]
    payloads: list[bytes]

    def __len__(self) -> int:
        return len(self.payloads)

    def only(self, keep: NDArray[np.bool_]) -> "Packets":
        """Return those for which `keep` holds."""
        return Packets(
            self.time[keep],
            self.sequence[keep],
            self.timestamp[keep],
            self.ssrc[keep],
            self.payload_type[keep],
            self.marker[keep],
            [p for p, k in zip(self.payloads, keep, strict=True) if k],
        )


def parse(captured: Sequence[tuple[float, bytes]]) -> Packets:
    """Parse datagrams with their times; what is no RTP version 2 packet, or is cut short, is left out."""
    good = [(t, d, p) for t, d in captured if (p := _payload(d)) is not None]
    heads = np.frombuffer(b"".join(d[:12] for _, d, _ in good), np.uint8).reshape(-1, 12)
    words = heads.astype(np.int64)
    return Packets(
        time=np.array([t for t, _, _ in good], np.float64),
        sequence=words[:, 2] << 8 | words[:, 3],
        timestamp=words[:, 4] << 24 | words[:, 5] << 16 | words[:, 6] << 8 | words[:, 7],
        ssrc=words[:, 8] << 24 | words[:, 9] << 16 | words[:, 10] << 8 | words[:, 11],
        payload_type=words[:, 1] & 0x7F,
        marker=words[:, 1] >= 0x80,
        payloads=[p for _, _, p in good],
    )


def _payload(data: bytes) -> bytes | None:
    """Payload of an RTP packet (RFC 3550, section 5.1), None if it is not one."""
    if (
        len(data) < 12 or data[0] >> 6 != 2 or 192 <= data[1] <= 223
    ):  # RTCP on the same port: RFC 5761, section 4
        return None
    start = 12 + 4 * (data[0] & 0x0F)
    if data[0] & 0x10:
        if len(data) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
    end = len(data) - (data[-1] if data[0] & 0x20 else 0)
    return data[start:end] if start < end else None


def of_codec(packets: Packets, codec: Codec) -> Packets:
    """Return the packets that carry `codec`: no telephone events, no comfort noise.

    A dynamic payload type is the one most packets have, since nothing but telephone events is beside it.
    """
    wanted = CODECS[codec].payload_type
    return packets.only(packets.payload_type == (_commonest_dynamic(packets) if wanted is None else wanted))


def codec_of(packets: Packets) -> Codec | None:
    """Return the codec that most packets carry, None when there are none or it is another."""
    counts = {codec: len(of_codec(packets, codec)) for codec in CODECS}
    best = max(counts, key=lambda codec: counts[codec])
    return best if counts[best] else None


def _commonest_dynamic(packets: Packets) -> int:
    types, counts = np.unique(packets.payload_type[packets.payload_type >= 96], return_counts=True)
    return int(types[np.argmax(counts)]) if len(types) else -1


@dataclass(frozen=True)
class Quality:
    """How well packets went by."""

    packets: int
    lost: int
    """Sequence numbers that never came."""
    reordered: int
    """Packets that came after a later one."""
    jitter_ms: float
    """RFC 3550, appendix A.8."""
    longest_gap_ms: float
    """Longest time between two packets."""


def quality(packets: Packets, codec: Codec) -> Quality:
    """Judge all packets of one direction; jitter and gaps are those of the codec's."""
    speech = of_codec(packets, codec)
    if len(speech) < 2:
        return Quality(len(speech), 0, 0, 0.0, 0.0)
    lost = reordered = 0
    # Telephone events share the numbering: without them a key pressed would look like packets lost.
    for ssrc in np.unique(packets.ssrc):
        numbers = _unwrapped(packets.sequence[packets.ssrc == ssrc], 16)
        lost += int(numbers.max() - numbers.min() + 1 - len(np.unique(numbers)))
        reordered += int(np.sum(numbers < np.maximum.accumulate(numbers)))
    gaps = np.diff(speech.time)
    transit = gaps - _signed(np.diff(speech.timestamp), 32) / CODECS[codec].clock
    steady = (np.diff(speech.ssrc) == 0) & (np.abs(transit) < 1)
    jitter = 0.0
    for change in np.abs(transit[steady]):
        jitter += (float(change) - jitter) / 16
    return Quality(len(speech), lost, reordered, round(jitter * 1000, 2), round(float(gaps.max()) * 1000, 1))


def _signed(difference: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    """Difference of numbers that wrap at 2**bits, as the short way round."""
    half = 1 << (bits - 1)
    return (difference + half) % (1 << bits) - half


def _unwrapped(numbers: NDArray[np.int64], bits: int) -> NDArray[np.int64]:
    return np.concatenate([numbers[:1], numbers[0] + np.cumsum(_signed(np.diff(numbers), bits))])


def decoded(packets: Packets, codec: Codec) -> Track:
    """Return the sound of packets of one codec, each at the place its RTP timestamp gives it.

    A new source (SSRC), or a timestamp that jumps more than 0.1 s away from the clock, starts where its arrival
    puts it.
    """
    facts = CODECS[codec]
    if not len(packets):
        return empty(facts.rate, "wire")
    packets = _in_order(packets)
    jumps = _jumps(packets, facts.clock)
    decoder = _Decoder(facts)
    sounds = [decoder.decode(payload) for payload in packets.payloads]
    placed: list[tuple[float, Samples]] = []
    base = 0
    units = _unwrapped(packets.timestamp, 32)
    for i, sound in enumerate(sounds):
        if i == 0 or jumps[i - 1]:
            base = i
        due = float(packets.time[base]) + float(units[i] - units[base]) / facts.clock
        placed.append((due, sound))
    track = assembled(placed, facts.rate, "wire", late_s=0.015)
    return Track(track.samples, track.rate, track.starts, packets.time, "wire")


def _in_order(packets: Packets) -> Packets:
    """Sort the packets of each source by sequence number; sources keep the order in which they first came."""
    _, first = np.unique(packets.ssrc, return_index=True)
    order: list[int] = []
    for source in packets.ssrc[np.sort(first)]:
        mine = np.flatnonzero(packets.ssrc == source)
        _, unique = np.unique(_unwrapped(packets.sequence[mine], 16), return_index=True)
        order += mine[unique].tolist()
    taken = np.array(order, np.int64)
    return Packets(
        packets.time[taken],
        packets.sequence[taken],
        packets.timestamp[taken],
        packets.ssrc[taken],
        packets.payload_type[taken],
        packets.marker[taken],
        [packets.payloads[i] for i in order],
    )


def _jumps(packets: Packets, clock: int) -> NDArray[np.bool_]:
    by_timestamp = _signed(np.diff(packets.timestamp), 32) / clock
    result: NDArray[np.bool_] = (np.diff(packets.ssrc) != 0) | (
        np.abs(np.diff(packets.time) - by_timestamp) > 0.1
    )
    return result


class _Decoder:
    def __init__(self, facts: CodecFacts) -> None:
        context = av.CodecContext.create(facts.decoder, "r")
        assert isinstance(context, AudioCodecContext)
        context.sample_rate = facts.rate
        context.layout = "mono"
        self._context = context
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=facts.rate)

    def decode(self, payload: bytes) -> Samples:
        try:
            frames = self._context.decode(av.Packet(payload))
        except av.FFmpegError:  # one damaged packet is one gap
            return np.zeros(0, np.int16)
        parts = [out.to_ndarray().reshape(-1) for f in frames for out in self._resampler.resample(f)]
        return np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, np.int16)
