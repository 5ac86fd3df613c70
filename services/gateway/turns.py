"""Turn-taking: whose turn it is, in one table. Pure: no clock, no I/O; time comes in as events.

The caller's pause starts an attempt (a revision) at transcript and answer before it is known whether the turn is over;
the end of the turn, decided by silence and by how finished the words sound, commits it. Speech over the agent pauses
playout at once and is judged afterwards: an acknowledgement lets the agent go on, anything else takes the turn.

    GREETING ──played──► LISTENING ◄──nothing said── PAUSED ◄──pause── CALLER_SPEAKING
        │                    │ speech                 │  ▲ │ speech again    ▲  ▲
        │                    └──────────────────────► │  │ └─────────────────┘  │
        │ speech                                 over │  │ real words           │ goes on for long
        └──────► INTERRUPTED ◄──speech── AGENT_SPEAKING │                       │
                      │ └── "uh-huh" ───────►  ▲ reply  │                       │
                      └───────────────────────►│────────┘───────────────────────┘
                                            THINKING
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Literal

from gateway.backchannels import is_backchannel


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
    AGENT_SPEAKING = auto()
    INTERRUPTED = auto()
    """The caller spoke over the agent: playout is paused until it is known whether that meant anything."""
    ENDED = auto()


# What happens


@dataclass(frozen=True, slots=True)
class Event:
    """The root of what happens."""


@dataclass(frozen=True, slots=True)
class SpeechStarted(Event):
    """The caller began to speak."""

    sample: int


@dataclass(frozen=True, slots=True)
class SpeechPaused(Event):
    """The caller has been silent for the pause time; `sample` is the end of what there is to transcribe."""

    sample: int


@dataclass(frozen=True, slots=True)
class SpeechSustained(Event):
    """The caller has been speaking for longer than an acknowledgement takes."""


@dataclass(frozen=True, slots=True)
class SilenceReached(Event):
    """The silence asked for by SetSilenceDeadline has passed."""


@dataclass(frozen=True, slots=True)
class Transcribed(Event):
    """The words of a revision; empty when there were none."""

    revision: int
    text: str
    end_of_turn: float | None


@dataclass(frozen=True, slots=True)
class ReplyReady(Event):
    """The first speech of a revision's reply is there."""

    revision: int


@dataclass(frozen=True, slots=True)
class ReplyComplete(Event):
    """All speech of a revision's reply is there."""

    revision: int
    action: Literal["none", "hangup"]


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


# What is to be done about it


@dataclass(frozen=True, slots=True)
class Action:
    """The root of what is to be done."""


@dataclass(frozen=True, slots=True)
class Transcribe(Action):
    """Have samples `start`…`end` written down, and the answer prepared."""

    turn: int
    revision: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Say(Action):
    """Have a line of the agent's own spoken."""

    kind: Literal["greeting", "apology", "prompt", "farewell"]
    turn: int
    revision: int


@dataclass(frozen=True, slots=True)
class Cancel(Action):
    """Drop the work for every revision up to this one, but for `keep`."""

    revision: int
    keep: int = -1


@dataclass(frozen=True, slots=True)
class Play(Action):
    """Begin to play a revision's speech. `text` is what the caller said, now part of the conversation."""

    turn: int
    revision: int
    text: str
    interruptible: bool


@dataclass(frozen=True, slots=True)
class PausePlayout(Action):
    """Fall silent, and keep the rest of the reply."""


@dataclass(frozen=True, slots=True)
class ResumePlayout(Action):
    """Go on where the reply was paused."""


@dataclass(frozen=True, slots=True)
class StopPlayout(Action):
    """Throw the rest of the reply away; what has been heard of it is part of the conversation."""

    barge_in: bool
    """Whether it was the caller who cut it short."""


@dataclass(frozen=True, slots=True)
class SetSilenceDeadline(Action):
    """Send SilenceReached once the caller has been silent for so long, counted from the last voice."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class Fill(Action):
    """Bridge the wait for the answer with a few words."""


@dataclass(frozen=True, slots=True)
class SetTimer(Action):
    """Send TimerFired in so many seconds unless another SetTimer comes first."""

    seconds: float | None


Outcome = Literal["completed", "silent", "failed"]
"""How the agent came to end a call: after a goodbye, because nobody spoke, because it could not speak."""


@dataclass(frozen=True, slots=True)
class EndCall(Action):
    """Hang up."""

    outcome: Outcome


class IllegalEvent(Exception):
    """An event that cannot happen in this state; nothing has changed."""

    def __init__(self, state: State, event: Event) -> None:
        super().__init__(f"{type(event).__name__} in {state.name}")
        self.state = state
        self.event = event


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Times of the conversation, in seconds."""

    endpoint_fast_s: float = 0.4
    """Silence that ends a turn whose words sound finished."""
    endpoint_s: float = 0.7
    """Silence that ends a turn when nothing is known of how finished it sounds."""
    endpoint_slow_s: float = 1.5
    """Silence that ends any turn."""
    finished_score: float = 0.5
    """End-of-turn score from which the words sound finished."""
    greeting_interruptible: bool = True
    interruption_s: float = 6.0
    """Speech over the agent silences it for so long at most while it is not known what was said."""
    caller_silence_s: float = 12.0
    """Silence after which the caller is asked whether they are there; after twice that, the call ends."""
    filler_after_s: float = 2.0
    """An answer that takes longer is bridged by a few words; 0: never."""
    reply_timeout_s: float = 12.0
    """An answer that takes longer is given up, with an apology."""


class Turns:
    """One call's turn-taking: feed it events with `handle`, carry out the actions it returns."""

    def __init__(self, settings: TurnSettings) -> None:
        self._settings = settings
        self.state = State.GREETING
        self.turn = 0
        """Turns of the caller's that have been answered."""
        self.revision = 0
        """The newest attempt."""
        self._attempt: int | None = 0
        """The revision that is being prepared; None when there is none."""
        self._speaking: int | None = None
        """The revision whose reply is played, or paused."""
        self._ready = False
        """Whether the attempt's first speech is there."""
        self._over = False
        """Whether no more speech of the attempt will come."""
        self._hang_up_after: set[int] = set()
        """Revisions after whose reply the call ends."""
        self._filled = False
        """Whether the wait for the attempt's answer has been bridged."""
        self._interruptible = True
        self._talking = False
        self._start = 0
        self._text: str | None = None
        """The attempt's words; None until they are known."""
        self._own_line = True
        """Whether the attempt is a line of the agent's own, not an answer."""
        self._prompts = 0
        self._failures = 0
        self._leaving: Outcome | None = None

    def begin(self) -> list[Action]:
        """Return what is to be done when the call has been answered."""
        return [Say("greeting", 0, 0), SetTimer(self._settings.reply_timeout_s)]

    def end(self) -> None:
        """The call is over, for whatever reason."""
        self.state = State.ENDED

    def handle(self, event: Event) -> list[Action]:
        """Take an event in; return what is to be done, in order. Raise IllegalEvent, changing nothing.

        What arrives for a revision that has been overtaken is no error and is ignored, in any state.
        """
        revision = getattr(event, "revision", None)
        if revision is not None and revision not in (self._attempt, self._speaking):
            return []
        handler = TABLE.get((self.state, type(event)))
        if handler is None:
            raise IllegalEvent(self.state, event)
        return handler(self, event)

    # The caller speaks

    def _new_turn(self, event: SpeechStarted) -> list[Action]:
        self._talking = True
        self._start = event.sample
        self._prompts = 0
        self.state = State.CALLER_SPEAKING
        return [SetTimer(None)]

    def _go_on(self, _event: SpeechStarted) -> list[Action]:
        """The caller had only paused: same turn, and what was prepared is worth nothing."""
        self._talking = True
        self.state = State.CALLER_SPEAKING
        return [*self._drop_attempt(), SetSilenceDeadline(None), SetTimer(None)]

    def _speak_before_agent(self, event: SpeechStarted) -> list[Action]:
        """The caller speaks up while an answer, or a line of the agent's own, is on its way."""
        if self._leaving == "completed":
            return self._note_talking(event)
        if not self._own_line:
            return self._go_on(event)
        self._leaving = None
        return [*self._drop_attempt(), *self._new_turn(event)]

    def _note_talking(self, event: SpeechStarted) -> list[Action]:
        self._talking = True
        self._start = event.sample
        return []

    def _note_quiet(self, _event: SpeechPaused) -> list[Action]:
        self._talking = False
        return []

    def _pause(self, event: SpeechPaused) -> list[Action]:
        self.state = State.PAUSED
        return [self._try(event.sample), SetSilenceDeadline(self._settings.endpoint_slow_s)]

    def _try(self, end: int) -> Action:
        """Begin an attempt at the turn that may have ended at sample `end`."""
        self._talking = False
        self._new_attempt(own_line=False)
        return Transcribe(self.turn + 1, self.revision, self._start, end)

    def _new_attempt(self, *, own_line: bool) -> None:
        self.revision += 1
        self._attempt = self.revision
        self._own_line = own_line
        self._text = None
        self._ready = self._over = self._filled = False

    def _drop_attempt(self) -> list[Action]:
        """Make everything stale but the reply that is being spoken."""
        self._attempt = None
        return [Cancel(self.revision, -1 if self._speaking is None else self._speaking)]

    # The caller has paused

    def _hear_words(self, event: Transcribed) -> list[Action]:
        if not event.text:
            return self._listen([*self._drop_attempt(), SetSilenceDeadline(None)])
        self._text = event.text
        return [SetSilenceDeadline(self._endpoint(event.end_of_turn))]

    def _endpoint(self, end_of_turn: float | None) -> float:
        if end_of_turn is None:
            return self._settings.endpoint_s
        if end_of_turn >= self._settings.finished_score:
            return self._settings.endpoint_fast_s
        return self._settings.endpoint_slow_s

    def _commit(self, _event: SilenceReached) -> list[Action]:
        self.state = State.THINKING
        if self._ready:
            return self._play()
        if self._over:
            return self._fail()
        return [SetTimer(self._settings.filler_after_s or self._settings.reply_timeout_s)]

    def _note_ready(self, event: ReplyReady) -> list[Action]:
        if event.revision == self._attempt:
            self._ready = True
        return []

    def _note_over(self, event: ReplyComplete | ReplyFailed) -> list[Action]:
        if event.revision == self._attempt:
            self._over = True
        if isinstance(event, ReplyComplete) and event.action == "hangup":
            self._hang_up_after.add(event.revision)
        return []

    def _note_prepared(self, event: ReplyComplete) -> list[Action]:
        """The whole answer is there before the turn is over. Who says goodbye has finished, however it sounds."""
        self._note_over(event)
        finished = event.revision == self._attempt and event.action == "hangup"
        return [SetSilenceDeadline(self._settings.endpoint_fast_s)] if finished else []

    # The agent thinks

    def _hear_words_late(self, event: Transcribed) -> list[Action]:
        if not event.text:
            return self._listen(self._drop_attempt())
        self._text = event.text
        return []

    def _play(self, _event: Event | None = None) -> list[Action]:
        if self._attempt is None:  # told twice
            return []
        self._speaking = self._attempt
        self._attempt = None
        self._interruptible = self._leaving != "completed"
        text = ""
        if self.state is State.GREETING:
            self._interruptible = self._settings.greeting_interruptible
        else:
            self.state = State.AGENT_SPEAKING
        if not self._own_line:
            self._failures = 0
            self.turn += 1
            text = self._text or ""
        play = Play(self.turn, self.revision, text, self._interruptible)
        return [SetTimer(None), SetSilenceDeadline(None), play]

    def _fill_or_fail(self, event: TimerFired) -> list[Action]:
        """The answer takes long: bridge the wait once, then give it up."""
        settings = self._settings
        if self._own_line or self._filled or not settings.filler_after_s:
            return self._fail(event)
        self._filled = True
        return [
            Fill(),
            SetTimer(max(settings.filler_after_s, settings.reply_timeout_s - settings.filler_after_s)),
        ]

    def _fail(self, _event: Event | None = None) -> list[Action]:
        """Apologise once; a second failure before there has been an answer ends the call."""
        if self._attempt in self._hang_up_after:  # an agent that has nothing to say but goodbye
            return self._hang_up(self._leaving or "completed")
        self._failures += 1
        if self._failures > 1 or self._leaving:
            return self._hang_up("failed")
        return [*self._drop_attempt(), *self._say("apology")]

    def _end_unspoken(self, event: ReplyComplete) -> list[Action]:
        """The reply has ended before any of it could be spoken."""
        self._note_over(event)
        return self._fail()

    def _say(self, kind: Literal["apology", "prompt", "farewell"]) -> list[Action]:
        """Have a line of the agent's own spoken."""
        self.state = State.THINKING
        self._new_attempt(own_line=True)
        return [Say(kind, self.turn, self.revision), SetTimer(self._settings.reply_timeout_s)]

    # The agent speaks

    def _end_greeting(self, event: ReplyComplete | ReplyFailed) -> list[Action]:
        return self._fail_greeting() if self._speaking is None else self._note_over(event)

    def _fail_greeting(self, _event: TimerFired | None = None) -> list[Action]:
        """Without a word to begin with there is no call."""
        return self._hang_up("failed")

    def _speak_over_agent(self, event: SpeechStarted) -> list[Action]:
        self._note_talking(event)
        if self._speaking is None or not self._interruptible:
            return []
        self.state = State.INTERRUPTED
        return [PausePlayout(), SetTimer(self._settings.interruption_s)]

    def _end_reply(self, event: Played) -> list[Action]:
        self._speaking = None
        if self._leaving:
            return self._hang_up(self._leaving)
        if event.revision in self._hang_up_after:
            return self._hang_up("completed")
        if self._talking:  # over a reply that may not be interrupted
            self.state = State.CALLER_SPEAKING
            return []
        return self._listen([])

    def _listen(self, actions: list[Action]) -> list[Action]:
        self.state = State.LISTENING
        return [*actions, SetTimer(self._settings.caller_silence_s)]

    # The caller has spoken over the agent

    def _pause_over_agent(self, event: SpeechPaused) -> list[Action]:
        return [self._try(event.sample)]

    def _go_on_over_agent(self, _event: SpeechStarted) -> list[Action]:
        self._talking = True
        return self._drop_attempt()

    def _judge(self, event: Transcribed) -> list[Action]:
        """The caller's words tell whether the agent goes on."""
        if event.revision != self._attempt:  # told twice: what the agent is answering
            return []
        if is_backchannel(event.text):
            return self._resume()
        self._text = event.text
        self.state = State.PAUSED
        return [*self._yield_turn(), SetTimer(None), SetSilenceDeadline(self._endpoint(event.end_of_turn))]

    def _fail_over_agent(self, event: ReplyFailed) -> list[Action]:
        """The caller's words could not be written down: they are not waited for."""
        return self._resume() if event.revision == self._attempt else self._note_over(event)

    def _settle(self, event: TimerFired) -> list[Action]:
        """No words have come back, or the bursts of sound do not end: the agent cannot be silent for ever."""
        return self._take_turn(event) if self._talking else self._resume()

    def _resume(self) -> list[Action]:
        self.state = State.GREETING if self._speaking == 0 else State.AGENT_SPEAKING
        return [*self._drop_attempt(), SetTimer(None), ResumePlayout()]

    def _take_turn(self, _event: SpeechSustained | TimerFired) -> list[Action]:
        """Nobody acknowledges for so long: the turn is the caller's, whatever the words are."""
        self.state = State.CALLER_SPEAKING
        return [*self._yield_turn(), SetTimer(None)]

    def _yield_turn(self) -> list[Action]:
        """Give up what the agent was saying, and all before the attempt at what the caller says."""
        self._speaking = None
        self._leaving = None
        stale = self.revision if self._attempt is None else self._attempt - 1
        return [StopPlayout(barge_in=True), Cancel(stale)]

    def _end_under_speech(self, event: Played) -> list[Action]:
        """The last of the reply went out just as the caller began to speak: nothing is left to go on with."""
        self._speaking = None
        if event.revision in self._hang_up_after or self._leaving:
            return self._hang_up(self._leaving or "completed")
        self.state = State.CALLER_SPEAKING if self._talking else State.PAUSED
        return [SetTimer(None), SetSilenceDeadline(None if self._talking else self._settings.endpoint_slow_s)]

    # Time passes

    def _ask_or_leave(self, _event: TimerFired) -> list[Action]:
        """The caller says nothing."""
        self._prompts += 1
        if self._prompts == 1:
            return self._say("prompt")
        self._leaving = "silent"
        return self._say("farewell")

    def _leave(self, _event: Leave) -> list[Action]:
        """Say goodbye, now, unless that is being done already."""
        if self._leaving == "completed":
            return []
        self._leaving = "completed"
        stop: list[Action] = [] if self._speaking is None else [StopPlayout(barge_in=False)]
        self._speaking = None
        return [*stop, *self._drop_attempt(), SetSilenceDeadline(None), *self._say("farewell")]

    def _hang_up(self, outcome: Outcome) -> list[Action]:
        self.state = State.ENDED
        return [SetTimer(None), EndCall(outcome)]

    def _ignore(self, _event: Event) -> list[Action]:
        return []


TABLE: dict[tuple[State, type[Event]], Callable[[Turns, Any], list[Action]]] = {
    (State.GREETING, SpeechStarted): Turns._speak_over_agent,
    (State.GREETING, SpeechPaused): Turns._note_quiet,
    (State.GREETING, SpeechSustained): Turns._ignore,
    (State.GREETING, ReplyReady): Turns._play,
    (State.GREETING, ReplyComplete): Turns._end_greeting,
    (State.GREETING, ReplyFailed): Turns._end_greeting,
    (State.GREETING, TimerFired): Turns._fail_greeting,
    (State.GREETING, Played): Turns._end_reply,
    (State.GREETING, Leave): Turns._leave,
    (State.LISTENING, SpeechStarted): Turns._new_turn,
    # Sent before the wish for it was taken back, because there had been no words.
    (State.LISTENING, SilenceReached): Turns._ignore,
    (State.LISTENING, TimerFired): Turns._ask_or_leave,
    (State.LISTENING, Leave): Turns._leave,
    (State.CALLER_SPEAKING, SpeechPaused): Turns._pause,
    (State.CALLER_SPEAKING, SpeechSustained): Turns._ignore,
    (State.CALLER_SPEAKING, Leave): Turns._leave,
    (State.PAUSED, SpeechStarted): Turns._go_on,
    (State.PAUSED, Transcribed): Turns._hear_words,
    (State.PAUSED, ReplyReady): Turns._note_ready,
    (State.PAUSED, ReplyComplete): Turns._note_prepared,
    (State.PAUSED, ReplyFailed): Turns._note_over,
    (State.PAUSED, SilenceReached): Turns._commit,
    (State.PAUSED, Leave): Turns._leave,
    (State.THINKING, SpeechStarted): Turns._speak_before_agent,
    # The caller was speaking when the call had to end.
    (State.THINKING, SpeechPaused): Turns._note_quiet,
    (State.THINKING, SpeechSustained): Turns._ignore,
    (State.THINKING, SilenceReached): Turns._ignore,
    (State.THINKING, Transcribed): Turns._hear_words_late,
    (State.THINKING, ReplyReady): Turns._play,
    (State.THINKING, ReplyComplete): Turns._end_unspoken,
    (State.THINKING, ReplyFailed): Turns._fail,
    (State.THINKING, TimerFired): Turns._fill_or_fail,
    (State.THINKING, Leave): Turns._leave,
    (State.AGENT_SPEAKING, SpeechStarted): Turns._speak_over_agent,
    (State.AGENT_SPEAKING, SpeechPaused): Turns._note_quiet,
    (State.AGENT_SPEAKING, SpeechSustained): Turns._ignore,
    # A shorter silence was asked for just as the longer one had passed.
    (State.AGENT_SPEAKING, SilenceReached): Turns._ignore,
    # Two workers wrote the same words down: one had seemed dead.
    (State.AGENT_SPEAKING, Transcribed): Turns._ignore,
    (State.AGENT_SPEAKING, ReplyReady): Turns._ignore,
    (State.AGENT_SPEAKING, ReplyComplete): Turns._note_over,
    (State.AGENT_SPEAKING, ReplyFailed): Turns._note_over,
    (State.AGENT_SPEAKING, Played): Turns._end_reply,
    (State.AGENT_SPEAKING, Leave): Turns._leave,
    (State.INTERRUPTED, SpeechStarted): Turns._go_on_over_agent,
    (State.INTERRUPTED, SpeechPaused): Turns._pause_over_agent,
    (State.INTERRUPTED, SpeechSustained): Turns._take_turn,
    (State.INTERRUPTED, SilenceReached): Turns._ignore,
    (State.INTERRUPTED, Transcribed): Turns._judge,
    (State.INTERRUPTED, ReplyReady): Turns._note_ready,
    (State.INTERRUPTED, ReplyComplete): Turns._note_over,
    (State.INTERRUPTED, ReplyFailed): Turns._fail_over_agent,
    (State.INTERRUPTED, Played): Turns._end_under_speech,
    # No words came back: whatever it was, the caller is waiting.
    (State.INTERRUPTED, TimerFired): Turns._settle,
    (State.INTERRUPTED, Leave): Turns._leave,
}
"""Every event that can happen in every state; any other pair is illegal."""
