"""What turn-taking remembers of a call.

Only a `Memory` changes. What it holds is frozen, and what only means something together is one value, which is there or
None: nothing of an attempt outlives it, and a copy of the memory is a snapshot.
"""

import math
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Literal, cast

import msgspec

from gateway.turns.actions import Outcome, Written
from gateway.turns.end_of_turn import Silences
from gateway.turns.events import State
from parley import languages
from parley.audio import ONE_DECODE

GAP = 100
"""Revisions that are left out when another gateway goes on with a call: those that it has not been told of."""
STALL_S = 5.0
"""Between the words by which a caller is told to wait on while what they said reaches nobody."""
MOST_STALLS = 4
"""So often they are told; with the waits before and after, a caller waits for half a minute at most."""
MOST_WRITTEN = 32
"""Pauses of a turn whose words are remembered: more are not made in what one decode takes."""
GREETING = 0
"""The revision of the greeting; every later attempt counts up from it."""


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Times of the conversation, in seconds."""

    endpoint: Silences = field(default_factory=Silences)
    greeting_interruptible: bool = True
    partial_words: bool = False
    """Whether words are asked for while they are still spoken."""
    # Speech that goes on takes the turn long before, and words come back before: this bound is for words that never
    # come, and for bursts of sound that do not end.
    interruption_s: float = 6.0
    """Speech over the agent silences it for so long at most while it is not known what was said."""
    caller_silence_s: float = 12.0
    """Silence after which the caller is asked whether they are there; after twice that, the call ends."""
    patience_s: float = 180.0
    """The same for a caller who has asked the agent to wait."""
    filler_after_s: float = 2.0
    """An answer that takes longer is bridged by a few words, which may begin before; 0: never."""
    reply_timeout_s: float = 12.0
    """An answer that takes longer is given up, with an apology."""
    # As long as Asterisk waits for packets of a call on hold.
    hold_s: float = 900.0
    """A call that is on hold for longer has been forgotten, and ends."""


class After(Flag):
    """What happens when a revision's reply has been heard.

    A flag, because nothing keeps a worker that seemed dead from telling another end than the one which took over: both
    are remembered. Hanging up goes first.
    """

    NOTHING = 0
    HANG_UP = auto()
    TRANSFER = auto()
    WAIT = auto()
    """The caller is given minutes."""


@dataclass(frozen=True, slots=True)
class CallerTurn:
    """Where a turn of the caller's begins."""

    start: int
    """Its first sample."""
    repeats: str = ""
    """Words of the turn before which it holds again: the caller has gone on with that one."""
    written: tuple[Written, ...] = ()
    """What is known of its words, as far as each of its pauses."""

    def written_before(self, end: int) -> Written | None:
        """The words that need not be written down again in a turn that ends at `end`; None: it is short.

        As few as leave no more than one decode takes: what is heard in one piece is understood best.
        """
        if end - self.start <= ONE_DECODE or not self.written:
            return None
        return next((one for one in self.written if end - one.end <= ONE_DECODE), self.written[-1])


@dataclass(frozen=True, slots=True)
class Missed:
    """What the caller said over the agent without silencing it: samples `start`…`end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A revision that is being prepared: an answer to the caller, or a line of the agent's own."""

    revision: int
    end: int | None = None
    """The last sample of the words that are answered; None: a line of the agent's own, which answers nothing."""
    text: str = ""
    """The words that are answered; empty until they are known."""
    ready: bool = False
    """Whether its first speech is there."""
    over: bool = False
    """Whether no more speech of it will come."""
    missed: bool = False
    """Whether its words were said over the agent without silencing it, and so may have been for nobody."""
    bridged: bool = False
    """Whether the wait for it has been bridged."""
    stalls: int = 0
    """How often the caller was told to wait on, since it reached nobody who could make it."""
    after: After = After.NOTHING

    @property
    def own_line(self) -> bool:
        """Whether this is a line of the agent's own, not an answer."""
        return self.end is None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A revision whose reply is being played, or is paused."""

    revision: int
    interruptible: bool
    unfinished: CallerTurn | None = None
    """The turn that it answers, as the caller would go on with it; None: that one is over, or there was none."""
    after: After = After.NOTHING


@dataclass(slots=True)
class Memory:
    """All that is remembered of one call's turns. Handlers change it: functions of a memory and an event."""

    settings: TurnSettings
    state: State = State.GREETING
    turn: int = 0
    """Turns of the caller's that have been answered."""
    revision: int = GREETING
    """The newest attempt's, whether it is still there or not."""
    # The greeting is ordered before anything can happen.
    attempt: Attempt | None = Attempt(GREETING)
    aside: Attempt | None = None
    """The answer that is being prepared while it is judged what the caller says meanwhile."""
    aside_from: int = 0
    """The first sample of that."""
    speaking: Spoken | None = None
    caller: CallerTurn = CallerTurn(0)
    """The caller's turn that goes on, or the last one."""
    language: str = languages.DEFAULT
    """In which the caller's last words were."""
    talking: bool = False
    """Whether the caller is making a sound, whoever's turn it is."""
    unheard: bool = False
    """Whether the sound that the caller makes, or last made, was over the agent without silencing it."""
    missed: Missed | None = None
    """The words of such sounds since the agent began to speak."""
    went_on: bool = False
    """In INTERRUPTED: whether the agent speaks on already, since the words so far acknowledge; the last word on that is
    still to come."""
    bridge_after_s: float = math.inf
    """How long an answer had best be waited for in silence; the settings say how long at most."""
    stalled: bool = False
    """Whether what is asked for reaches nobody at the moment: Redis is away."""
    waited_s: float = 0.0
    """How long the one that is waited for was at first."""
    choice_s: float | None = None
    """How long a choice is waited for when the agent has spoken; None: there is none to make."""
    prompts: int = 0
    """How often the caller was asked whether they are there, since they last said something."""
    said: tuple[str, ...] = ()
    """The caller's last turns; see `repetition.py`."""
    patient: bool = False
    """Whether the caller has asked to be waited for, and has not spoken since."""
    failures: int = 0
    """Answers that have failed since the last one that was spoken."""
    leaving: Outcome | None = None
    """How the call ends when the line that is now said has been heard; None: it goes on."""

    @property
    def pending(self) -> Attempt:
        """The attempt, in the states that always have one: PAUSED and THINKING."""
        assert self.attempt is not None
        return self.attempt

    def is_live(self, revision: int) -> bool:
        """Whether a revision is being prepared or spoken; any other has been overtaken."""
        return any(
            one is not None and one.revision == revision for one in (self.attempt, self.aside, self.speaking)
        )

    def after(self, revision: int) -> After:
        """Say what follows a revision that is being prepared or spoken."""
        live = (one for one in (self.attempt, self.aside, self.speaking) if one is not None)
        return next((one.after for one in live if one.revision == revision), After.NOTHING)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What of a memory outlives the gateway; what was being said or prepared is begun anew."""

    turn: int
    revision: int
    language: str
    state: Literal["greeting", "talking", "transferring"]
    said: tuple[str, ...] = ()
    prompts: int = 0
    patient: bool = False
    failures: int = 0
    choice_s: float | None = None
    """Seconds that a choice is waited for; None: there is none to make."""

    @classmethod
    def of(cls, memory: Memory) -> "Kept":
        """Take it from a call's memory."""
        after = memory.speaking.after if memory.speaking is not None else After.NOTHING
        state = {State.GREETING: "greeting", State.TRANSFERRING: "transferring"}.get(memory.state, "talking")
        return cls(
            turn=memory.turn,
            revision=memory.revision,
            language=memory.language,
            state=cast(Literal["greeting", "talking", "transferring"], state),
            said=memory.said,
            prompts=memory.prompts,
            patient=memory.patient or After.WAIT in after,
            failures=memory.failures,
            choice_s=memory.choice_s,
        )

    def remembered(self, settings: TurnSettings) -> Memory:
        """The memory with which another gateway goes on."""
        transferring = self.state == "transferring"
        return Memory(
            settings,
            state=State.TRANSFERRING if transferring else State.LISTENING,
            turn=self.turn,
            revision=self.revision + GAP,
            attempt=None,
            language=self.language,
            said=self.said,
            prompts=self.prompts,
            patient=self.patient,
            failures=self.failures,
            choice_s=self.choice_s,
        )
