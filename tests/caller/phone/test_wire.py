"""What passes a network device: IP, UDP and SIP as far as the sniffer reads them."""

import os
import socket
import struct
import time

import pytest

from caller.phone.wire import Sniffer, audio_port, parse_ipv4

INVITE = b"""INVITE sip:100@172.17.0.2 SIP/2.0\r
Via: SIP/2.0/UDP 172.17.0.3:5060;branch=z9hG4bK1;rport\r
Call-ID: 4be1d88c5d22a15e\r
Content-Type: application/sdp\r
\r
v=0\r
c=IN IP4 172.17.0.3\r
m=audio 13088 RTP/AVP 0 101\r
a=rtpmap:0 PCMU/8000\r
"""


def ip(payload: bytes, *, protocol: int = 17, fragment: int = 0, options: bytes = b"") -> bytes:
    udp = struct.pack("!HHHH", 4000, 5060, 8 + len(payload), 0) + payload
    head = 20 + len(options)
    fixed = struct.pack(
        "!BBHHHBBH4s4s",
        0x40 | head // 4,
        0,
        head + len(udp),
        1,
        fragment,
        64,
        protocol,
        0,
        b"\x7f\0\0\1",
        b"\x7f\0\0\1",
    )
    return fixed + options + udp


def test_an_udp_datagram():
    datagram = parse_ipv4(ip(b"hello", options=b"\0" * 4) + b"trailing")
    assert datagram is not None
    assert (datagram.source_port, datagram.target_port, datagram.payload) == (4000, 5060, b"hello")


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x45" * 27,
        ip(b"x", protocol=6),
        ip(b"x", fragment=0x2000),
        ip(b"x", fragment=3),
        ip(b"xyz")[:-1],
    ],
)
def test_anything_else_is_none(packet: bytes):
    assert parse_ipv4(packet) is None


def test_the_audio_port_of_an_invitation():
    assert audio_port(INVITE) == ("4be1d88c5d22a15e", 13088)
    assert audio_port(INVITE.replace(b"INVITE sip:100@172.17.0.2 SIP/2.0", b"SIP/2.0 200 OK")) is not None
    assert audio_port(INVITE.replace(b"Call-ID", b"i")) == ("4be1d88c5d22a15e", 13088)


@pytest.mark.parametrize(
    "message", [b"", b"\x80\x00" + INVITE, INVITE.partition(b"m=")[0], b"OPTIONS sip:a SIP/2.0\r\n"]
)
def test_other_messages_have_none(message: bytes):
    assert audio_port(message) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="capturing needs the capability NET_RAW")
def test_packets_of_a_call_on_the_loopback_device_once_each_way_and_on_time():
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
    sip, rtp, peer = sockets
    for sock in sockets:
        sock.bind(("127.0.0.1", 0))
    sniffer = Sniffer("127.0.0.1", sip.getsockname()[1])
    sniffer.open()
    try:
        port = str(rtp.getsockname()[1]).encode()
        sip.sendto(INVITE.replace(b"13088", port), peer.getsockname())
        sent = []
        for _ in range(5):
            before = time.monotonic()
            rtp.sendto(b"to the peer", peer.getsockname())
            sent.append((before, time.monotonic()))
            peer.sendto(b"from the peer", rtp.getsockname())
            time.sleep(0.02)
        time.sleep(0.15)
        leg = sniffer.leg("4be1d88c5d22a15e")
    finally:
        sniffer.close()
        for sock in sockets:
            sock.close()
    assert leg is not None
    assert [payload for _, payload in leg.sent] == [b"to the peer"] * 5
    assert [payload for _, payload in leg.received] == [b"from the peer"] * 5
    for (when, _), (before, after) in zip(leg.sent, sent, strict=True):
        assert before - 0.001 <= when <= after + 0.001
