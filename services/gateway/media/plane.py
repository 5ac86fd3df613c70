"""The media plane: a thread that moves the audio of all calls together, one tick of 20 ms after another.

Per-packet objects would cost a core at about a hundred calls; here a tick does a fixed number of numpy and system
calls however many calls there are. Call control lives on the event loop: it sends commands, which the next tick carries
out, and receives events, a list per tick. Neither waits for the other.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial

import numpy as np

from gateway.media import metrics
from gateway.media.events import (
    MediaEnded,
    MediaEvent,
    PlayoutFinished,
    PlayoutStopped,
    SilenceReached,
    SpeechHushed,
    SpeechOverlong,
    SpeechPaused,
    SpeechSent,
    SpeechStarted,
    SpeechSustained,
    SpeechWentOn,
)
from gateway.media.playout import Playout
from gateway.media.rtp import metrics as rtp_metrics
from gateway.media.rtp.codec import Codec
from gateway.media.rtp.legs import Legs
from gateway.media.rtp.outbox import Outbox
from gateway.media.rtp.receiver import Receiver
from gateway.media.rtp.sockets import PacketSocket
from gateway.media.speech import metrics as speech_metrics
from gateway.media.speech.caller_audio import CHUNK_FRAMES, CallerAudioStreams
from gateway.media.speech.detections import Detections
from gateway.media.speech.detector import NO_DEADLINE, SpeechDetector
from gateway.media.speech.levels import voiced
from parley import log
from parley.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE, Pcm

TICK_S = FRAME_MS / 1000
_METER_TICKS = 50
"""A second's: to tell Prometheus in every tick would cost more than it is worth."""
_KERNEL_BYTES = 2304
"""What a waiting packet of slin16 takes of Linux's receive buffer."""

_log = log.get("media")


def ticks_until_next(behind: float) -> int:
    """How many ticks on the next deadline is, `behind` seconds after the last one.

    A tick that is late by less than its length is made up for at once; what came later than that is left out, so that
    no burst is sent.
    """
    return max(1, int(behind / TICK_S))


class MediaPlane:
    """All calls' media. The public methods may be called from any thread."""

    def __init__(self, capacity: int, codec: Codec, udp: PacketSocket, detector: SpeechDetector) -> None:
        self._codec = codec
        self._socket = udp
        self._detector = detector
        self._legs = Legs(capacity)
        self._receiver = Receiver(capacity, codec, udp, self._legs)
        self._rtp_meter = rtp_metrics.Meter(self._receiver.inbox.counts, self._receiver.jitter)
        self._speech_meter = speech_metrics.Meter(detector)
        self._outbox = Outbox(capacity, codec, udp)
        self._playout = Playout(capacity)
        self._reflex, self._deaf, self._awaits_voice, self._starved = np.zeros((4, capacity), np.bool_)
        self._voice_sent = np.zeros(capacity)
        self._caller_audio = CallerAudioStreams(capacity, detector)
        self._commands: deque[Callable[[], None]] = deque()
        self._events: list[MediaEvent] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="media", daemon=True)
        self._emit: Callable[[list[MediaEvent]], object]
        self._beat: Callable[[], None]
        room = udp.buffer_bytes // _KERNEL_BYTES
        if room < 2 * capacity:
            _log.warning("the receive buffer is small: raise net.core.rmem_max", packets=room, calls=capacity)

    def start(
        self, emit: Callable[[list[MediaEvent]], object], beat: Callable[[], None] = lambda: None
    ) -> None:
        """Begin to tick; `emit` is called with the events of a tick, `beat` in every one.

        Both are called on the tick thread, and must not block.
        """
        self._emit = emit
        self._beat = beat
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close the socket."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._socket.close()

    def add(self, call: str, host: str, port: int, *, interruptible: bool) -> None:
        """Serve a call whose packets come from and go to this IPv4 address; TooManyCalls when there is no row left."""
        self._legs.book(call)
        self._commands.append(partial(self._add, call, host, port, interruptible))

    def remove(self, call: str) -> None:
        """Stop serving a call; MediaEnded follows."""
        self._legs.give_back(call)
        self._commands.append(partial(self._remove, call))

    def set_interruptible(self, call: str, interruptible: bool) -> None:
        """Whether speech over the agent pauses it in the same tick."""
        self._on_row(call, lambda row: self._reflex.__setitem__(row, interruptible))

    def set_deaf(self, call: str, deaf: bool) -> None:
        """Whether what comes from the caller counts as silence: their telephone plays music to nobody."""
        self._on_row(call, lambda row: self._deaf.__setitem__(row, deaf))

    def set_monitored(self, call: str, monitored: bool) -> None:
        """Whether CallerHeard is told in every tick: also what is no speech."""
        self._on_row(call, partial(self._caller_audio.monitor, monitored))

    def speak(self, call: str, reply: int, pcm: Pcm) -> None:
        """Queue more speech of a reply; the first of a new reply takes the place of the one before."""
        self._on_row(call, partial(self._speak, reply, pcm))

    def complete(self, call: str, reply: int) -> None:
        """Say that all of the reply has been queued: PlayoutFinished follows when it has been played."""
        self._on_row(call, partial(self._complete, reply))

    def pause(self, call: str) -> None:
        """Fall silent and keep the rest."""
        self._on_row(call, lambda row: self._playout.paused.__setitem__(row, True))

    def resume(self, call: str) -> None:
        """Go on playing where the reply was paused."""
        self._on_row(call, lambda row: self._playout.paused.__setitem__(row, False))

    def clear(self, call: str) -> None:
        """Throw the rest of the reply away; PlayoutStopped follows if there was one."""
        self._on_row(call, self._clear)

    def set_silence_deadline(self, call: str, silence_s: float | None) -> None:
        """Ask for SilenceReached once the caller has been silent for so long; None takes the wish back."""
        samples = NO_DEADLINE if silence_s is None else int(silence_s * SAMPLE_RATE)
        self._on_row(call, partial(self._wait_for_silence, samples))

    def _on_row(self, call: str, action: Callable[[int], None]) -> None:
        def command() -> None:
            row = self._legs.row_of(call)
            if row is not None:  # the call may have ended a moment ago
                action(row)

        self._commands.append(command)

    # What commands do, on the tick thread

    def _add(self, call: str, host: str, port: int, interruptible: bool) -> None:
        row = self._legs.add(call, host, port)
        # A row is used again: whatever a call before has left in it would be heard by this one.
        for part in (self._codec, self._receiver, self._outbox, self._detector, self._caller_audio):
            part.reset(row)
        self._playout.clear(row)
        for column in (self._awaits_voice, self._voice_sent, self._starved, self._deaf):
            column[row] = 0
        self._reflex[row] = interruptible
        metrics.LEGS.set(len(self._legs.rows))

    def _remove(self, call: str) -> None:
        row = self._legs.remove(call)
        if row is not None:
            self._playout.clear(row)
            inbox, jitter = self._receiver.inbox, float(self._receiver.jitter.seconds[row])
            self._events.append(MediaEnded(call, int(inbox.received[row]), int(inbox.lost[row]), jitter))
            metrics.LEGS.set(len(self._legs.rows))

    def _wait_for_silence(self, samples: int, row: int) -> None:
        # A wish that comes when the caller has gone on is for a pause that is over.
        if samples == NO_DEADLINE or not self._detector.talking[row]:
            self._detector.silence_deadline[row] = samples

    def _speak(self, reply: int, pcm: Pcm, row: int) -> None:
        if self._playout.begin(row, reply):
            self._awaits_voice[row] = True
        self._starved[row] = False
        self._playout.append(row, pcm)

    def _complete(self, reply: int, row: int) -> None:
        self._playout.begin(row, reply)
        self._playout.complete[row] = True

    def _clear(self, row: int) -> None:
        playout = self._playout
        if playout.active[row]:
            reply = int(playout.reply[row])
            self._events.append(PlayoutStopped(self._legs.calls[row], reply, playout.clear(row)))
        playout.paused[row] = self._awaits_voice[row] = self._starved[row] = False

    # The tick

    def _run(self) -> None:
        due = time.monotonic()
        ticks = 1
        count = 0
        while not self._stopping.is_set():
            # Towards a deadline, not for 20 ms: what a tick takes would add up, and the clock drift from Asterisk's.
            delay = due - time.monotonic()
            if delay > 0:
                time.sleep(delay)
            began = time.monotonic()
            try:
                self._tick(began, ticks)
            except Exception:  # one bad tick must not end all calls
                _log.exception("a tick failed")
            self._beat()
            now = time.monotonic()
            metrics.TICK_LATE.observe(began - due)
            metrics.TICK_WORK.observe(now - began)
            ticks = ticks_until_next(now - due)
            metrics.TICKS_SKIPPED.inc(ticks - 1)
            due += ticks * TICK_S
            count += 1
            if count % _METER_TICKS == 0:
                self._rtp_meter.tell(self._legs.rows)
                self._speech_meter.tell()

    def _tick(self, now: float, ticks: int) -> None:
        # Commands first: a leg that was added is there for the packets of this tick. Hearing before sending: speech
        # over the agent silences it in the packet that is sent now.
        while self._commands:
            command = self._commands.popleft()
            try:
                command()
            except Exception:
                _log.exception("a media command failed")
        self._receiver.receive()
        self._hear(ticks)
        self._send(now, ticks)
        if self._events:
            self._emit(self._events)
            self._events = []

    def _hear(self, ticks: int) -> None:
        """Feed what is due to the detector, and tell what it found."""
        for heard, frames, arrivals in self._receiver.due(rows := self._legs.rows, ticks):
            frames[self._deaf[heard]] = 0
            self._detector.feed(heard, frames, arrivals)
        found = self._detector.detect(rows)
        self._events += self._caller_audio.chunks(rows, found, self._legs.calls)
        self._tell(found)
        self._events += self._caller_audio.heard(rows, self._legs.calls)

    def _tell(self, found: Detections) -> None:
        detector, playout, calls = self._detector, self._playout, self._legs.calls
        starts, ends, voices = detector.start_sample, detector.clock, detector.voice_end
        # The reflex waits for nobody: call control decides afterwards whether it was an interruption.
        loud = found.started[~detector.faint[found.started]]
        playout.paused[loud] |= self._reflex[loud] & playout.active[loud]
        for row in found.started:
            played = int(playout.read[row]) if playout.active[row] else 0
            start, onset, sent = int(starts[row]), float(detector.onset[row]), float(self._voice_sent[row])
            faint = bool(detector.faint[row])
            self._events.append(SpeechStarted(calls[row], start, onset, played, sent, faint))
        self._events += [SpeechSustained(calls[row]) for row in found.sustained]
        self._events += [SpeechWentOn(calls[row]) for row in found.went_on]
        self._events += [SpeechHushed(calls[row], int(ends[row])) for row in found.hushed]
        self._events += [SpeechPaused(calls[row], int(ends[row]), float(voices[row])) for row in found.paused]
        # The newest chunk has not been told yet: nothing ends here.
        told = ends - CHUNK_FRAMES * FRAME_SAMPLES
        self._events += [SpeechOverlong(calls[row], int(told[row])) for row in found.overlong]
        self._events += [SilenceReached(calls[row]) for row in found.silence_reached]

    def _send(self, now: float, ticks: int) -> None:
        """One packet to every call: its reply's next frame, or silence."""
        rows, playout = self._legs.rows, self._playout
        frames, playing = playout.next_frames(rows)
        self._outbox.send(self._legs, rows, frames, ticks)
        self._detector.echo.sent(rows, frames)
        self._detector.agent_speaks[rows] = playing
        # A reply may begin with silence; what counts for the clocks is its first packet that can be heard.
        audible = rows[playing][voiced(frames[playing])]
        self._voice_sent[audible] = now
        for row in audible[self._awaits_voice[audible]]:
            self._events.append(SpeechSent(self._legs.calls[row], int(playout.reply[row]), now))
        self._awaits_voice[audible] = False
        silent = rows[~playing]
        waiting = silent[playout.active[silent] & ~playout.complete[silent] & ~playout.paused[silent]]
        metrics.UNDERRUNS.inc(int((~self._starved[waiting]).sum()))
        self._starved[waiting] = True  # counted once for each gap, not for each of its ticks
        for row in playout.finished(rows):
            self._awaits_voice[row] = False
            reply = int(playout.reply[row])
            self._events.append(PlayoutFinished(self._legs.calls[row], reply, playout.clear(int(row))))
