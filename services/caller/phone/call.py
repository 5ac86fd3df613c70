"""One call of a softphone, full duplex: what is said and what is heard go on side by side and are both kept."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable
from dataclasses import dataclass

import baresip

from caller.errors import CallEnded, TransferRefused
from caller.phone.buffers import CallBuffers
from caller.phone.line import Line, Utterance, padded
from caller.phone.rtp import CODECS, Codec, Quality, codec_of, decoded, of_codec, parse, quality
from caller.phone.stack import Stack
from caller.phone.wire import Leg
from caller.sound.clip import Clip
from caller.sound.measure import LiveVoice
from caller.sound.track import Track

_LOOK_EVERY_S = 0.02


@dataclass(frozen=True)
class Heard:
    """A turn of the other side, in seconds of CLOCK_MONOTONIC, as it was heard while it came in."""

    start: float
    end: float
    cut_short: bool = False
    """The listener stopped listening before the turn was over, or the call ended in it."""


@dataclass(frozen=True)
class Tracks:
    """Both directions of a call."""

    sent: Track
    received: Track
    received_quality: Quality | None
    """None on the pcm clock."""
    sent_quality: Quality | None
    """How evenly our own packets left; None on the pcm clock. On a busy host this phone stutters as any would."""
    remark: str = ""
    """Why this is not the wire clock, when it is not."""


class PhoneCall:
    """A call; made by `Softphone.dial` or taken from `Softphone.incoming`."""

    def __init__(self, native: baresip.Call, stack: Stack, codec: Codec) -> None:
        self._native = native
        self._stack = stack
        self.codec: Codec = codec
        self._line = Line(CallBuffers(native.audio))
        self._established = asyncio.Event()
        self._over = asyncio.Event()
        self._leg: Leg | None = None
        self.answered_at = time.monotonic()
        """When the call was answered; seconds of CLOCK_MONOTONIC, as every time here."""
        self.ended_at: float | None = None
        """When the call ended."""
        self.end_reason = ""
        self.ended_by_us = False
        self.digits = ""
        """DTMF digits that were received."""
        native.on(self._on_event)
        native.on_dtmf(self._on_digit)
        stack.pump.add(self._line)

    @property
    def caller(self) -> str:
        """SIP address of the other side."""
        return str(self._native.peer or "")

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self._over.is_set()

    @property
    def voice(self) -> LiveVoice | None:
        """What is heard, as stretches of voice; None before there is media."""
        return self._line.voice

    @property
    def heard_at(self) -> float | None:
        """When audio of any kind last arrived, silence too; None until then."""
        return self._line.heard_at

    def _on_event(self, event: baresip.StackEvent) -> None:
        if event.event is baresip.Event.CALL_ESTABLISHED:
            self.answered_at = time.monotonic()
            self._established.set()
        elif event.event is baresip.Event.CALL_CLOSED:
            self.close(event.text or "ended by the other side")

    def _on_digit(self, digit: baresip.DigitEvent) -> None:
        self.digits += digit.digit

    def close(self, reason: str) -> None:
        """Note that the call is over; the softphone calls this."""
        if self._over.is_set():
            return
        self.ended_at = time.monotonic()
        self.end_reason = reason
        self._over.set()
        self._established.set()
        self._stack.pump.remove(self._line)
        if self._stack.sniffer and self._native.call_id:
            self._leg = self._stack.sniffer.leg(self._native.call_id)

    async def answer(self) -> None:
        """Answer a call that rings here, and wait until it stands; CallEnded when the caller gave up."""
        with contextlib.suppress(baresip.StaleHandleError):
            await self._native.answer()
        await self._established.wait()
        await self.media()
        if self.is_over:
            raise CallEnded(self.end_reason)

    async def media(self) -> None:
        """Wait for the call's audio, which follows its answer within milliseconds; a second at most."""
        for _ in range(200):
            if self._line.rate is not None or self.is_over:
                return
            await asyncio.sleep(0.005)

    async def reject(self) -> None:
        """Refuse a call that rings here (486 Busy Here)."""
        with contextlib.suppress(baresip.StaleHandleError):
            await self._native.reject()

    async def hangup(self) -> None:
        """End the call, if it is not over."""
        if self.is_over:
            return
        self.ended_by_us = True
        with contextlib.suppress(baresip.BaresipError):
            await self._native.hangup()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), 2)
        self.close("hung up")

    async def give_to(self, address: str, within: float = 20) -> None:
        """Give the other side to somebody else (REFER); TransferRefused when it is not let."""
        await self._transfer(self._native.transfer(address, timeout=within))

    async def join(self, other: "PhoneCall", within: float = 20) -> None:
        """Bring the other sides of two calls together and leave both (REFER with Replaces)."""
        await self._transfer(self._native.attended_transfer(other._native, timeout=within))

    @staticmethod
    async def _transfer(transfer: Awaitable[None]) -> None:
        try:
            await transfer
        except baresip.BaresipError as error:
            raise TransferRefused(str(error)) from error

    async def ended(self, within: float) -> bool:
        """Wait up to `within` seconds for the end of the call; return whether it came."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), within)
        return self.is_over

    def speak(self, clip: Clip) -> Utterance:
        """Begin to say something (or queue it behind what is being said) and return at once.

        `finished` of the utterance can be awaited; `start` and `end` are known then.
        """
        if self.is_over:
            raise CallEnded(self.end_reason)
        loop = asyncio.get_running_loop()
        # Who is called must take the codec that is offered, so what stands counts, not what was wished for.
        rate = self._line.rate or CODECS[self.codec].rate
        utterance = Utterance(padded(clip, rate), loop.create_future(), loop)
        self._line.say(utterance)
        return utterance

    async def say(self, clip: Clip) -> Utterance:
        """Say something and wait until its last sample has left; CallEnded when the call ends before."""
        utterance = self.speak(clip)
        await utterance.finished  # also when the call ends: the line is hushed then
        if self.is_over:
            raise CallEnded(self.end_reason)
        return utterance

    def hush(self) -> None:
        """Stop speaking at once: at most one more packet leaves."""
        self._line.hush()

    async def press(self, digits: str) -> None:
        """Press keys: 0-9, A-D, * and # as RTP telephone events (RFC 4733), 100 ms each; CallEnded when it is over."""
        if self.is_over:
            raise CallEnded(self.end_reason)
        try:
            await self._native.send_dtmf(digits)
        except baresip.StaleHandleError as error:
            raise CallEnded("the other side has just ended it") from error

    async def hold(self) -> None:
        """Put the call on hold (re-INVITE, a=sendonly); CallEnded when it is over."""
        if self.is_over:
            raise CallEnded(self.end_reason)
        await self._native.hold()

    async def resume(self) -> None:
        """Come back from `hold`; CallEnded when the call is over."""
        if self.is_over:
            raise CallEnded(self.end_reason)
        await self._native.resume()

    async def listen(
        self,
        *,
        since: float | None = None,
        silence: float = 1.0,
        within: float = 15.0,
        longest: float = 60.0,
        at_most: float | None = None,
    ) -> Heard | None:
        """Wait for the other side's turn and hear it to its end.

        The turn begins with the first voice after `since` (default: now) or that is under way then, and ends
        with `silence` seconds without any. With `at_most` it is left after that many seconds of it, to
        interrupt it. Returns None when nothing is heard within `within` seconds or before the call ends;
        gives up on a turn longer than `longest` seconds.
        """
        since = time.monotonic() if since is None else since
        deadline = time.monotonic() + within
        start: float | None = None
        while True:
            now = time.monotonic()
            stretches = [s for s in (self.voice.stretches if self.voice else []) if s[1] >= since]
            if stretches:
                start, end = max(since, stretches[0][0]), stretches[-1][1]
                if now - end >= silence:
                    return Heard(start, end)
                if now - start >= longest or (at_most is not None and now - start >= at_most):
                    return Heard(start, now, cut_short=True)
                if self.is_over:
                    return Heard(start, end, cut_short=now - end < 0.3)
            elif now >= deadline or self.is_over:
                return None
            await asyncio.sleep(_LOOK_EVERY_S)

    def heard_between(self, start: float, end: float) -> Clip:
        """Return what was heard from `start` to `end`, on the pcm clock; good while the call goes on."""
        return self._line.received().between(start, end)

    async def tracks(self) -> Tracks:
        """Return everything that was sent and heard so far, on the wire clock if it was seen there."""
        if not self.is_over and self._stack.sniffer and self._native.call_id:
            self._leg = self._stack.sniffer.leg(self._native.call_id)
        if self._leg is not None:
            await asyncio.sleep(0.1)  # the sniffer reads every 50 ms
            wire = await asyncio.to_thread(wire_tracks, self._leg, self.codec)
            if wire.received_quality and wire.received_quality.packets and len(wire.sent.samples):
                return wire
            remark = "no packets of the call were seen"
        else:
            remark = self._stack.why_no_wire if not self._stack.sniffer else "its signalling was not seen"
        return Tracks(self._line.sent(), self._line.received(), None, None, remark)

    @property
    def stats(self) -> baresip.CallStats | None:
        """Counters of the SIP stack, once the call is over."""
        return self._native.final_stats


def wire_tracks(leg: Leg, codec: Codec) -> Tracks:
    """Decode what was captured of a call, which is in `codec` unless its packets say otherwise."""
    sent, received = parse(list(leg.sent)), parse(list(leg.received))
    codec = codec_of(received) or codec
    return Tracks(
        decoded(of_codec(sent, codec), codec),
        decoded(of_codec(received, codec), codec),
        quality(received, codec),
        quality(sent, codec),
    )
