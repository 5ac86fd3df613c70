"""What the media plane tells the call control: frozen, with times in monotonic seconds of this process."""

from dataclasses import dataclass

from parley.audio import Pcm


@dataclass(frozen=True, slots=True)
class MediaEvent:
    """The root; `call` is the call's id."""

    call: str


@dataclass(frozen=True, slots=True)
class SpeechStarted(MediaEvent):
    """The caller began to speak."""

    sample: int
    """First sample of the speech, with pre-roll, on the caller's sample clock."""
    onset: float
    """Arrival of the first voiced packet."""
    played: int
    """Samples of the reply that had been sent when the speech was detected; 0 when nothing was playing."""
    last_speech_sent: float
    """When the last voiced packet of the agent had been sent; 0 when none had."""
    faint: bool = False
    """Whether it may be somebody in the background, and has silenced nobody."""


@dataclass(frozen=True, slots=True)
class SpeechHushed(MediaEvent):
    """The caller's voice is not heard for the moment: a pause may follow."""

    sample: int
    """One past the newest sample."""


@dataclass(frozen=True, slots=True)
class SpeechWentOn(MediaEvent):
    """The caller's voice is back after a hush, before it was a pause."""


@dataclass(frozen=True, slots=True)
class SpeechPaused(MediaEvent):
    """The caller has been silent for the pause time."""

    sample: int
    """One past the last sample to be transcribed."""
    voice_end: float
    """Arrival of the last voiced packet."""


@dataclass(frozen=True, slots=True)
class SpeechSustained(MediaEvent):
    """The caller has been speaking for so long that it cannot be a mere acknowledgement."""


@dataclass(frozen=True, slots=True)
class SpeechOverlong(MediaEvent):
    """The caller has been speaking for as long as a turn may be, without a pause; so after each such time."""

    sample: int
    """One past the last sample to be transcribed."""


@dataclass(frozen=True, slots=True)
class SilenceReached(MediaEvent):
    """The caller's silence has lasted as long as was asked for with `set_silence_deadline`."""


@dataclass(frozen=True, slots=True)
class CallerAudio(MediaEvent):
    """A stretch of the caller's audio, for the call's stream."""

    first_sample: int
    pcm: Pcm


@dataclass(frozen=True, slots=True)
class CallerHeard(MediaEvent):
    """All that has been heard since the last one, of a call that is monitored; see `set_monitored`."""

    pcm: Pcm
    """Whole frames."""
    speech: bool
    """Whether there is speech in it, as far as the detector knows."""


@dataclass(frozen=True, slots=True)
class SpeechSent(MediaEvent):
    """The first voiced packet of a reply has been sent."""

    reply: int
    at: float


@dataclass(frozen=True, slots=True)
class PlayoutFinished(MediaEvent):
    """Everything that was queued has been sent, and the reply had been marked as complete."""

    reply: int
    played: int
    """Samples."""


@dataclass(frozen=True, slots=True)
class PlayoutStopped(MediaEvent):
    """What was left of the reply has been thrown away."""

    reply: int
    played: int
    """Samples that had been sent."""


@dataclass(frozen=True, slots=True)
class MediaEnded(MediaEvent):
    """The call has left the media plane; its receive side in figures."""

    received: int
    """Packets."""
    lost: int
    """Packets."""
    jitter_s: float
    """Interarrival jitter (RFC 3550) at the end."""
