"""A media plane without packets: carries commands out when told to tick, and tells what the real one would."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gateway.media.events import (
    CallerHeard,
    MediaEnded,
    MediaEvent,
    PlayoutFinished,
    PlayoutStopped,
    SpeechSent,
    SpeechStarted,
)
from parley.audio import FRAME_SAMPLES, Pcm

_QUIET = np.zeros(FRAME_SAMPLES, np.int16)


@dataclass
class Row:
    """What the plane knows of a call."""

    interruptible: bool
    silence_deadline: float | None = None
    reply: int | None = None
    queued: int = 0
    played: int = 0
    paused: bool = False
    deaf: bool = False
    monitored: bool = False
    complete: bool = False
    sent: bool = False


class FakePlane:
    """Every `tick` plays up to `speed` samples of each call's reply."""

    def __init__(self, speed: int = FRAME_SAMPLES) -> None:
        self.speed = speed
        self.rows: dict[str, Row] = {}
        self.commands: list[Callable[[], None]] = []
        self.heard: list[tuple[int, int]] = []
        """Reply and samples of whatever was played, in order: what the caller heard."""
        self.events: list[MediaEvent] = []
        self.emit: Callable[[list[MediaEvent]], None] = lambda events: None
        self.sounds: list[tuple[Pcm, bool]] = []
        """Frames that are heard next in the calls that are monitored, and whether they are speech; then nothing is."""
        self.now = 0.0

    def add(self, call: str, host: str, port: int, *, interruptible: bool) -> None:
        def command() -> None:
            assert call not in self.rows
            self.rows[call] = Row(interruptible)

        self.commands.append(command)

    def remove(self, call: str) -> None:
        def command() -> None:
            if self.rows.pop(call, None):
                self.events.append(MediaEnded(call, 0, 0, 0.0))

        self.commands.append(command)

    def _on_row(self, call: str, action: Callable[[Row], None]) -> None:
        self.commands.append(lambda: action(self.rows[call]) if call in self.rows else None)

    def set_interruptible(self, call: str, interruptible: bool) -> None:
        self._on_row(call, lambda row: setattr(row, "interruptible", interruptible))

    def set_deaf(self, call: str, deaf: bool) -> None:
        self._on_row(call, lambda row: setattr(row, "deaf", deaf))

    def set_monitored(self, call: str, monitored: bool) -> None:
        self._on_row(call, lambda row: setattr(row, "monitored", monitored))

    def speak(self, call: str, reply: int, pcm: Pcm) -> None:
        def action(row: Row) -> None:
            self._begin(row, reply)
            row.queued += len(pcm)

        self._on_row(call, action)

    def complete(self, call: str, reply: int) -> None:
        def action(row: Row) -> None:
            self._begin(row, reply)
            row.complete = True

        self._on_row(call, action)

    def _begin(self, row: Row, reply: int) -> None:
        if row.reply != reply:
            row.reply, row.queued, row.played = reply, 0, 0
            row.paused = row.complete = row.sent = False

    def pause(self, call: str) -> None:
        self._on_row(call, lambda row: setattr(row, "paused", True))

    def resume(self, call: str) -> None:
        self._on_row(call, lambda row: setattr(row, "paused", False))

    def clear(self, call: str) -> None:
        def action(row: Row) -> None:
            if row.reply is not None:
                self.events.append(PlayoutStopped(call, row.reply, row.played))
            row.reply, row.paused, row.complete = None, False, False

        self._on_row(call, action)

    def set_silence_deadline(self, call: str, silence_s: float | None) -> None:
        self._on_row(call, lambda row: setattr(row, "silence_deadline", silence_s))

    def playing(self, call: str) -> int | None:
        """Return the number of the reply that plays, None when there is none."""
        return self.rows[call].reply

    def tick(self) -> None:
        """Carry out the commands, play, and tell what came of it."""
        self.now += 0.02
        commands, self.commands = self.commands, []
        for command in commands:
            command()
        for call, row in self.rows.items():
            self._play(call, row)
            if row.monitored:
                frame, speech = self.sounds.pop(0) if self.sounds else (_QUIET, False)
                self.events.append(CallerHeard(call, frame, speech))
        events, self.events = self.events, []
        if events:
            self.emit(events)

    def _play(self, call: str, row: Row) -> None:
        if row.reply is None or row.paused:
            return
        samples = min(self.speed, row.queued - row.played)
        if samples:
            row.played += samples
            self.heard.append((row.reply, samples))
            if not row.sent:
                row.sent = True
                self.events.append(SpeechSent(call, row.reply, self.now))
        if row.complete and row.played == row.queued:
            self.events.append(PlayoutFinished(call, row.reply, row.played))
            row.reply = None

    def caller_speaks(self, call: str, sample: int = 0, onset: float = 0.0, last_sent: float = 0.0) -> None:
        """Speech begins: over a reply that may be interrupted, it pauses in the same tick."""
        row = self.rows[call]
        row.paused |= row.interruptible and row.reply is not None
        played = row.played if row.reply is not None else 0
        self.emit([SpeechStarted(call, sample, onset, played, last_sent)])

    def played(self, reply: int) -> int:
        """Samples of a reply that the caller heard."""
        return sum(samples for number, samples in self.heard if number == reply)
