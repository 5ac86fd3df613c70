"""The moves that several states share. Each changes the memory and returns what is to be done about it, in order.

What gives work up comes before what begins new work: a Cancel covers every revision up to the newest of that moment,
and would take the new one with it. What asks call control for a decision comes last: call control acts at once, and
what came after it would undo what it has set.
"""

from dataclasses import replace
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
    StopPlayout,
    Transcribe,
    Transfer,
    Unanswered,
)
from gateway.turns.end_of_turn import form, silence_s
from gateway.turns.events import (
    Event,
    ReplyComplete,
    ReplyFailed,
    ReplyReady,
    SpeechPaused,
    SpeechStarted,
    State,
    Transcribed,
)
from gateway.turns.memory import After, Attempt, CallerTurn, Memory, Spoken
from gateway.turns.repetition import REMEMBERED
from parley.audio import LONGEST_TURN, MOST_HEARD

_AFTER = {
    "none": After.NOTHING,
    "hangup": After.HANG_UP,
    "transfer": After.TRANSFER,
    "wait": After.WAIT,
}


def ignore(_memory: Memory, _event: Event) -> list[Action]:
    """Take an event that may come, and means nothing here."""
    return []


# What the caller does


def note_talking(memory: Memory, event: SpeechStarted) -> list[Action]:
    """A turn may begin here, whatever becomes of it."""
    memory.talking = True
    memory.caller = CallerTurn(event.sample)
    return []


def note_quiet(memory: Memory, _event: SpeechPaused) -> list[Action]:
    """The caller has stopped making a sound that was not listened to."""
    memory.talking = False
    return []


def hear(memory: Memory, end: int, *, missed: bool = False) -> Action:
    """Begin an attempt at the turn that may have ended at sample `end`."""
    memory.talking = False
    attempt = new_attempt(memory, end=end, missed=missed)
    # The turn is counted when it is answered; until then every attempt at it has the same number.
    caller, written = memory.caller, memory.caller.written_before(end)
    start = caller.start if written else max(caller.start, end - MOST_HEARD)
    return Transcribe(memory.turn + 1, attempt.revision, start, end, caller.repeats, written=written)


def take_words(memory: Memory, text: str) -> None:
    """The caller is there: noises do not tell that, words do."""
    memory.attempt = replace(memory.pending, text=text)
    memory.prompts = 0
    memory.patient = False


def wait_for_end(memory: Memory, event: Transcribed) -> Action:
    """Ask for the silence that ends the turn whose words these are."""
    memory.language = event.language
    endpoint, end = memory.settings.endpoint, memory.pending.end
    # Who has spoken for that long has said what there is to say, however it sounds.
    if end is not None and end - memory.caller.start >= LONGEST_TURN:
        return SetSilenceDeadline(endpoint.fast_s)
    return SetSilenceDeadline(silence_s(event.text, event.end_of_turn, endpoint, event.language))


def leave_unanswered(memory: Memory) -> list[Action]:
    """Say nothing to the caller's turn, and give the caller time."""
    attempt = memory.pending
    memory.patient = True
    note = end_turn(memory, attempt)
    return [*drop_attempt(memory), note, SetSilenceDeadline(None), *listen(memory)]


def end_turn(memory: Memory, attempt: Attempt) -> Action:
    """The caller's turn is over, and not answered."""
    memory.turn += 1
    note = Unanswered(memory.turn, attempt.text, memory.caller.repeats)
    memory.caller = CallerTurn(memory.caller.start)
    note_said(memory, attempt.text)
    return note


def note_said(memory: Memory, text: str) -> None:
    """Remember a turn of the caller's."""
    memory.said = (*memory.said, text)[-REMEMBERED:]


def listen(memory: Memory) -> list[Action]:
    """Wait for the caller to speak, or to choose; who is speaking since a hold is listened to from there."""
    if memory.talking:
        memory.state = State.CALLER_SPEAKING
        return [SetTimer(None)]
    memory.state = State.LISTENING
    settings = memory.settings
    silence_s = settings.patience_s if memory.patient else settings.caller_silence_s
    return [SetTimer(memory.choice_s or silence_s)]


# What the agent says


def say(
    memory: Memory,
    kind: Literal["apology", "prompt", "farewell", "line"],
    text: str = "",
    *,
    state: State = State.THINKING,
    after: After = After.NOTHING,
) -> list[Action]:
    """Have a line of the agent's own spoken."""
    memory.state = state
    attempt = new_attempt(memory, after=after)
    return [Say(kind, memory.turn, attempt.revision, text), SetTimer(memory.settings.reply_timeout_s)]


def play(memory: Memory) -> list[Action]:
    """Begin to play the attempt, whose first speech is there; an answer makes the caller's words a turn."""
    attempt = memory.attempt
    # Two workers made the same speech, as one had seemed dead: it is being played already.
    if attempt is None:
        return []
    interruptible = _interruptible(memory, attempt)
    # The greeting and the handoff sentence are played in states of their own, where other rules hold.
    if memory.state not in (State.GREETING, State.TRANSFERRING):
        memory.state = State.AGENT_SPEAKING
    memory.attempt = memory.missed = None
    memory.speaking = Spoken(attempt.revision, interruptible, after=attempt.after)
    text = repeats = ""
    if not attempt.own_line:
        text, repeats = attempt.text, memory.caller.repeats
        memory.speaking = replace(memory.speaking, unfinished=_unfinished(memory, text))
        # From now on the words before are in the conversation once, as part of these.
        memory.caller = CallerTurn(memory.caller.start)
        memory.turn += 1
        note_said(memory, text)
        # The engines work again: the next failure is a first one.
        memory.failures = 0
    begin = Play(memory.turn, attempt.revision, text, interruptible, repeats)
    return [SetTimer(None), SetSilenceDeadline(None), begin]


def _interruptible(memory: Memory, attempt: Attempt) -> bool:
    if memory.state is State.GREETING:
        return memory.settings.greeting_interruptible
    if memory.state is State.TRANSFERRING:
        return False
    # The last goodbye, and words that hand the call over, are heard to their end. The farewell of a caller who has
    # said nothing is not the last word: who speaks over it is there after all.
    return memory.leaving != "completed" and After.TRANSFER not in attempt.after


def _unfinished(memory: Memory, text: str) -> CallerTurn | None:
    # Who has asked a whole question is not going on with it: what they say next is another turn.
    return None if form(text, memory.language) == "question" else replace(memory.caller, repeats=text)


def note_ready(memory: Memory, event: ReplyReady) -> list[Action]:
    """The first speech of what is being prepared is there."""
    attempt = memory.attempt
    # With the caller speaking over the agent it may be the agent's reply, told twice.
    if attempt is not None and attempt.revision == event.revision:
        # The transcript's own message may be lost; the answer brings the words along.
        memory.attempt = replace(attempt, ready=True, text=attempt.text or event.text)
    return []


def note_over(memory: Memory, event: ReplyComplete | ReplyFailed) -> list[Action]:
    """No more speech of a revision will come; remember what is to follow it."""
    attempt, speaking = memory.attempt, memory.speaking
    # With the caller speaking over the agent both are there, and either may end first.
    if attempt is not None and attempt.revision == event.revision:
        memory.attempt = ended(attempt, event)
    if speaking is not None and speaking.revision == event.revision:
        memory.speaking = replace(speaking, after=speaking.after | _after(event))
    return []


def ended(attempt: Attempt, event: ReplyComplete | ReplyFailed) -> Attempt:
    """An attempt of which no more speech will come."""
    return replace(attempt, over=True, after=attempt.after | _after(event))


def _after(event: ReplyComplete | ReplyFailed) -> After:
    return _AFTER[event.action] if isinstance(event, ReplyComplete) else After.NOTHING


def await_answer(memory: Memory) -> list[Action]:
    """Go on with the attempt: speak it, if it is there, or wait for it."""
    attempt, settings = memory.pending, memory.settings
    memory.state = State.THINKING
    if attempt.ready:
        return play(memory)
    if attempt.over:
        return fail(memory)
    # A line of the agent's own is no answer, and without words to bridge the wait there is one wait only.
    if attempt.own_line or not settings.filler_after_s:
        return [SetTimer(settings.reply_timeout_s)]
    memory.waited_s = min(settings.filler_after_s, memory.bridge_after_s)
    return [SetTimer(memory.waited_s)]


def fail(memory: Memory) -> list[Action]:
    """Apologise once; a second failure before there has been an answer ends the call."""
    attempt = memory.pending
    # An answer that only ends the call, or hands it over, has not failed: it had nothing to say.
    if After.HANG_UP in attempt.after:
        return hang_up(memory, memory.leaving or "completed")
    if After.TRANSFER in attempt.after:
        memory.attempt = None
        # The caller's words are answered, if by nothing but a person.
        memory.turn += 1
        return want_transfer(memory, attempt.revision, attempt.text)
    if After.WAIT in attempt.after:
        # Nothing is to be said to a machine that lets the agent wait.
        return leave_unanswered(memory)
    memory.failures += 1
    # An engine that is away stays away: apologies without end help nobody, nor does one after a goodbye.
    if memory.failures > 1 or memory.leaving:
        return hang_up(memory, "failed")
    return [*drop_attempt(memory), *say(memory, "apology")]


# What is given up


def drop_attempt(memory: Memory) -> list[Action]:
    """Make everything stale but the reply that is being spoken."""
    memory.attempt = memory.aside = None
    # That one is older than what is dropped, and may be only paused: the rest of its speech is still wanted.
    return [Cancel(memory.revision, -1 if memory.speaking is None else memory.speaking.revision)]


def stop_speaking(memory: Memory) -> list[Action]:
    """Silence the agent, which has something else to say."""
    stop: list[Action] = [] if memory.speaking is None else [StopPlayout(barge_in=False)]
    memory.speaking = None
    return stop


def want_transfer(memory: Memory, revision: int, text: str = "") -> list[Action]:
    """A reply has ended that hands the call over: call control knows to whom."""
    memory.state = State.TRANSFERRING
    return [SetTimer(None), SetSilenceDeadline(None), Transfer(revision, text, memory.caller.repeats)]


def hang_up(memory: Memory, outcome: Outcome) -> list[Action]:
    """End the call."""
    memory.state = State.ENDED
    return [SetTimer(None), EndCall(outcome)]


def new_attempt(
    memory: Memory, *, end: int | None = None, after: After = After.NOTHING, missed: bool = False
) -> Attempt:
    """Begin an attempt: at an answer to what was said until sample `end`, or at a line of the agent's own."""
    memory.revision += 1
    memory.attempt = attempt = Attempt(memory.revision, end, after=after, missed=missed)
    return attempt
