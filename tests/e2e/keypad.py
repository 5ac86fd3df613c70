"""A telephone that sends each of its keys both ways, as many do: with its audio (RFC 4733) and as SIP INFO."""

import socket
import struct
import threading
import time
from collections import deque
from types import TracebackType
from typing import Self

from tests.stack.asterisk.sip import Phone

_PACKET_S, _SAMPLES = 0.02, 160
_SILENCE = b"\xff" * _SAMPLES
_PRESSED, _RELEASED = 5, 3
"""Packets of an event: while the key is down, and the end, which is sent three times."""


class Keypad:
    """A call of user 1002's; leaving it hangs up. It hears nothing."""

    def __init__(self, extension: str, server: str, port: int, password: str) -> None:
        self._extension = extension
        self._phone = Phone("1002", password, server, port)
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._keys: deque[str] = deque()
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._rtp.bind(("0.0.0.0", 0))
        offer = self._phone.sdp(self._rtp.getsockname()[1], "ulaw")
        self._answer = self._phone.request("INVITE", self._extension, body=offer)
        assert self._answer.status == 200
        self._sender = threading.Thread(target=self._send, daemon=True)
        self._sender.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._sender.join()
        self._phone.bye(self._extension, self._answer)
        self._phone.socket.close()
        self._rtp.close()

    def press(self, keys: str, every_s: float = 0.25) -> None:
        """Press keys one after another."""
        uri = f"sip:{self._extension}@{self._phone.server}"
        for key in keys:
            self._keys.append(key)
            self._phone.content = "application/dtmf-relay"
            body = f"Signal={key}\r\nDuration=160\r\n"
            self._phone.send("INFO", uri, body, (), to=self._answer.headers["to"])
            time.sleep(every_s)

    def _send(self) -> None:
        number = stamp = 0
        event: deque[bytes] = deque()
        while not self._over.is_set():
            if not event and self._keys:
                event.extend(_event(self._keys.popleft()))
            begins = len(event) == _PRESSED + _RELEASED
            if begins or not event:
                stamp = number * _SAMPLES
            kind = 0 if not event else 101 | (0x80 if begins else 0)
            header = struct.pack(">BBHII", 0x80, kind, number & 0xFFFF, stamp, 7)
            self._rtp.sendto(header + (event.popleft() if event else _SILENCE), self._answer.media)
            number += 1
            time.sleep(_PACKET_S)


def _event(key: str) -> list[bytes]:
    """The packets of a key, from its press to its end."""
    code = "0123456789*#".index(key)
    pressed = [struct.pack(">BBH", code, 10, (n + 1) * _SAMPLES) for n in range(_PRESSED)]
    return pressed + [struct.pack(">BBH", code, 0x80 | 10, (_PRESSED + 1) * _SAMPLES)] * _RELEASED
