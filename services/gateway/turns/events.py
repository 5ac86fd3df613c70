"""Whose turn it is, and what happens to change that. Time comes in as events."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from parley import languages


class State(Enum):
    """Whose turn it is."""

    GREETING = auto()
    """The agent's first words are awaited or spoken."""
    LISTENING = auto()
    """Nobody speaks."""
    CALLER_SPEAKING = auto()
    PAUSED = auto()
    """The caller is silent, perhaps only for a moment; an answer is being prepared."""
    THINKING = auto()
    """The turn is the agent's, and its speech is not there yet."""
    DOUBTING = auto()
    """The caller makes a sound while the agent thinks: its words tell whether it belongs to the turn."""
    AGENT_SPEAKING = auto()
    INTERRUPTED = auto()
    """The caller spoke over the agent: playout is paused until it is known whether that meant anything."""
    HELD = auto()
    """The caller's telephone has put the call on hold: nobody listens, and nobody is to be listened to."""
    TRANSFERRING = auto()
    """The call is being given to a person, or is theirs already."""
    ENDED = auto()


@dataclass(frozen=True, slots=True)
class Event:
    """The root of what happens."""


@dataclass(frozen=True, slots=True)
class SpeechStarted(Event):
    """The caller began to speak."""

    sample: int
    played: int = 0
    """Samples of the agent's reply that were out by then; 0 when none was being played."""
    faint: bool = False
    """Whether it is so faint over the agent that the agent goes on."""


@dataclass(frozen=True, slots=True)
class SpeechPaused(Event):
    """The caller has been silent for the pause time; `sample` is the end of what there is to transcribe."""

    sample: int


@dataclass(frozen=True, slots=True)
class SpeechSustained(Event):
    """The caller has been speaking for longer than an acknowledgement takes."""


@dataclass(frozen=True, slots=True)
class SpeechOverlong(Event):
    """The caller has been speaking for as long as a turn may be; `sample` is the end of what there is to transcribe."""

    sample: int


@dataclass(frozen=True, slots=True)
class SpeechWentOn(Event):
    """The caller's voice is back after a moment of silence that was no pause."""


@dataclass(frozen=True, slots=True)
class PartlyHeard(Event):
    """The words of a caller whose voice has just fallen silent, as far as they are known: a guess."""

    text: str
    asking: str = ""
    """The question that the caller had as good as heard when they spoke over the agent."""
    language: str = languages.DEFAULT


@dataclass(frozen=True, slots=True)
class SilenceReached(Event):
    """The silence asked for by SetSilenceDeadline has passed."""


@dataclass(frozen=True, slots=True)
class Transcribed(Event):
    """The words of a revision; empty when there were none."""

    revision: int
    text: str
    end_of_turn: float | None
    confidence: float | None = None
    """How sure it is that these were the words, 0…1; None when that is not known."""
    over: str = ""
    """What the agent was just saying when the caller spoke over it."""
    asking: str = ""
    """The question that the agent had as good as put when the caller spoke over it, if it had."""
    language: str = languages.DEFAULT
    """Code of the language that was listened for."""
    answers: bool = False
    """Whether call control knows that they answer what it has asked."""


@dataclass(frozen=True, slots=True)
class ReplyReady(Event):
    """The first speech of a revision's reply is there."""

    revision: int
    text: str = ""
    """What it answers, in case the transcript was lost."""


@dataclass(frozen=True, slots=True)
class ReplyComplete(Event):
    """All speech of a revision's reply is there."""

    revision: int
    action: Literal["none", "hangup", "transfer", "wait"]


@dataclass(frozen=True, slots=True)
class ReplyFailed(Event):
    """No reply, or no more of it, will come for a revision."""

    revision: int


@dataclass(frozen=True, slots=True)
class Played(Event):
    """A revision's reply has been played to its end."""

    revision: int


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    """The time of SetTimer has passed."""


@dataclass(frozen=True, slots=True)
class Leave(Event):
    """The agent is to say goodbye and hang up: the service stops, or the call has lasted too long."""


@dataclass(frozen=True, slots=True)
class Held(Event):
    """The caller's telephone has put the call on hold."""


@dataclass(frozen=True, slots=True)
class Unheld(Event):
    """The caller is back on the line."""


@dataclass(frozen=True, slots=True)
class Tell(Event):
    """A line is to be said at once, in place of whatever was going on."""

    text: str
    wait_s: float | None = None
    """Seconds in which the caller is to choose something after it; None: no choice is waited for."""
    hang_up: bool = False
    """Whether the call ends after it."""


@dataclass(frozen=True, slots=True)
class Answer(Event):
    """The caller's words are to be answered, which a gateway before this one had heard."""

    text: str
    remark: str
    """Is said before the answer."""
    repeats: str = ""
    """Words in the conversation that these begin with; see Transcribe."""


@dataclass(frozen=True, slots=True)
class Skip(Event):
    """The caller does not want to hear the rest."""

    wait_s: float | None = None
    """Seconds in which the caller is to choose something; None: as it was."""


@dataclass(frozen=True, slots=True)
class HandOver(Event):
    """The call is to be given to a person, after this sentence."""

    text: str


class IllegalEvent(Exception):
    """An event that cannot happen in this state; nothing has changed."""

    def __init__(self, state: State, event: Event) -> None:
        super().__init__(f"{type(event).__name__} in {state.name}")
        self.state = state
        self.event = event
