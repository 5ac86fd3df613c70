"""What turn-taking remembers of a call, and the moves that several states share."""

from dataclasses import dataclass, field
from typing import Literal

from gateway.turns.actions import (
    Action,
    Cancel,
    EndCall,
    Outcome,
    Play,
    Say,
    SetSilenceDeadline,
    SetTimer,
    Transcribe,
    Transfer,
)
from gateway.turns.end_of_turn import Silences, form, silence_s
from gateway.turns.events import (
    Event,
    ReplyComplete,
    ReplyFailed,
    ReplyReady,
    SpeechStarted,
    State,
    Transcribed,
)
from parley import languages


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Times of the conversation, in seconds."""

    endpoint: Silences = field(default_factory=Silences)
    greeting_interruptible: bool = True
    interruption_s: float = 6.0
    """Speech over the agent silences it for so long at most while it is not known what was said."""
    caller_silence_s: float = 12.0
    """Silence after which the caller is asked whether they are there; after twice that, the call ends."""
    filler_after_s: float = 2.0
    """An answer that takes longer is bridged by a few words; 0: never."""
    reply_timeout_s: float = 12.0
    """An answer that takes longer is given up, with an apology."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A turn that is being answered, and may not have been over."""

    start: int
    """Its first sample."""
    text: str


class Core:
    """The memory of one call's turn-taking."""

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
        self._transfer_after: set[int] = set()
        """Revisions after whose reply the call is given to a person."""
        self._choice_s: float | None = None
        """How long a choice is waited for when the agent has spoken; None: there is none to make."""
        self._filled = False
        """Whether the wait for the attempt's answer has been bridged."""
        self._interruptible = True
        self._talking = False
        self._start = 0
        self._end = 0
        """The last sample of the attempt."""
        self._answered: Answered | None = None
        self._repeats = ""
        """Words of an answered turn with which the caller's turn begins again."""
        self._language = languages.DEFAULT
        """In which the caller's last words were."""
        self._text: str | None = None
        """The attempt's words; None until they are known."""
        self._own_line = True
        """Whether the attempt is a line of the agent's own, not an answer."""
        self._prompts = 0
        self._failures = 0
        self._leaving: Outcome | None = None

    def _try(self, end: int) -> Action:
        """Begin an attempt at the turn that may have ended at sample `end`."""
        self._talking = False
        self._end = end
        self._new_attempt(own_line=False)
        return Transcribe(self.turn + 1, self.revision, self._start, end, self._repeats)

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

    def _take_words(self, text: str) -> None:
        """The caller is there: noises do not tell that, words do."""
        self._text = text
        self._prompts = 0

    def _wait_for_end(self, event: Transcribed) -> Action:
        """Ask for the silence that ends the turn whose words these are."""
        self._language = event.language
        return SetSilenceDeadline(
            silence_s(event.text, event.end_of_turn, self._settings.endpoint, event.language)
        )

    def _play(self, event: ReplyReady | None = None) -> list[Action]:
        if self._attempt is None:  # told twice
            return []
        if event is not None:
            self._text = self._text or event.text
        self._speaking = self._attempt
        self._attempt = None
        self._interruptible = self._leaving != "completed" and self._speaking not in self._transfer_after
        self._answered = None
        text = repeats = ""
        if self.state is State.GREETING:
            self._interruptible = self._settings.greeting_interruptible
        elif self.state is State.TRANSFERRING:
            self._interruptible = False
        else:
            self.state = State.AGENT_SPEAKING
        if not self._own_line:
            self._failures = 0
            self.turn += 1
            text, repeats, self._repeats = self._text or "", self._repeats, ""
            if form(text, self._language) != "question":
                self._answered = Answered(self._start, text)
        play = Play(self.turn, self.revision, text, self._interruptible, repeats)
        return [SetTimer(None), SetSilenceDeadline(None), play]

    def _fail(self, _event: Event | None = None) -> list[Action]:
        """Apologise once; a second failure before there has been an answer ends the call."""
        if self._attempt in self._hang_up_after:  # an agent that has nothing to say but goodbye
            return self._hang_up(self._leaving or "completed")
        if self._attempt is not None and self._attempt in self._transfer_after:
            return self._transfer_unspoken(self._attempt)
        self._failures += 1
        if self._failures > 1 or self._leaving:
            return self._hang_up("failed")
        return [*self._drop_attempt(), *self._say("apology")]

    def _want_transfer(self, revision: int, text: str = "") -> list[Action]:
        """A reply has ended that hands the call over: call control knows to whom."""
        self.state = State.TRANSFERRING
        return [SetTimer(None), SetSilenceDeadline(None), Transfer(revision, text, self._repeats)]

    def _transfer_unspoken(self, revision: int) -> list[Action]:
        """All that the caller's words are answered with is a person."""
        self._attempt = None
        self.turn += 1
        return self._want_transfer(revision, self._text or "")

    def _say(self, kind: Literal["apology", "prompt", "farewell"]) -> list[Action]:
        """Have a line of the agent's own spoken."""
        self.state = State.THINKING
        self._new_attempt(own_line=True)
        return [Say(kind, self.turn, self.revision), SetTimer(self._settings.reply_timeout_s)]

    def _listen(self, actions: list[Action]) -> list[Action]:
        self.state = State.LISTENING
        return [*actions, SetTimer(self._choice_s or self._settings.caller_silence_s)]

    def _hang_up(self, outcome: Outcome) -> list[Action]:
        self.state = State.ENDED
        return [SetTimer(None), EndCall(outcome)]

    def _note_talking(self, event: SpeechStarted) -> list[Action]:
        self._talking = True
        self._start = event.sample
        self._repeats = ""
        return []

    def _note_over(self, event: ReplyComplete | ReplyFailed) -> list[Action]:
        if event.revision == self._attempt:
            self._over = True
        if isinstance(event, ReplyComplete) and event.action == "hangup":
            self._hang_up_after.add(event.revision)
        if isinstance(event, ReplyComplete) and event.action == "transfer":
            self._transfer_after.add(event.revision)
        return []

    def _ignore(self, _event: Event) -> list[Action]:
        return []
