"""Handlers of the caller's turn: CALLER_SPEAKING and PAUSED, and speech before the agent has begun."""

from gateway.turns.actions import Action, SetSilenceDeadline, SetTimer
from gateway.turns.events import (
    ReplyComplete,
    SilenceReached,
    SpeechOverlong,
    SpeechPaused,
    SpeechStarted,
    State,
    Transcribed,
)
from gateway.turns.memory import CallerTurn, Memory
from gateway.turns.moves import (
    await_answer,
    drop_attempt,
    hear,
    listen,
    note_over,
    note_talking,
    take_words,
    wait_for_end,
)
from gateway.turns.words import answer_repeated, means_nothing


def new_turn(memory: Memory, event: SpeechStarted) -> list[Action]:
    """The caller begins to speak, and nobody else does."""
    note_talking(memory, event)
    memory.state = State.CALLER_SPEAKING
    return [SetTimer(None)]


def go_on(memory: Memory, _event: SpeechStarted) -> list[Action]:
    """The caller had only paused: same turn, and what was prepared is worth nothing."""
    # Not noted as a beginning: the next attempt takes in the whole turn, from where it began.
    memory.talking = True
    memory.state = State.CALLER_SPEAKING
    return [*drop_attempt(memory), SetSilenceDeadline(None), SetTimer(None)]


def speak_before_agent(memory: Memory, event: SpeechStarted) -> list[Action]:
    """The caller speaks up while an answer, or a line of the agent's own, is on its way."""
    # The call has to end: its goodbye is said, whoever speaks.
    if memory.leaving == "completed":
        return note_talking(memory, event)
    if not memory.pending.own_line:
        return go_on(memory, event)
    # A line of the agent's own answers nothing, so there is no turn to go on with. If it was to be the farewell of a
    # silent caller, they are there after all.
    memory.leaving = None
    return [*drop_attempt(memory), *new_turn(memory, event)]


def pause(memory: Memory, event: SpeechPaused) -> list[Action]:
    """The turn may be over: prepare its answer while that is found out."""
    memory.state = State.PAUSED
    # Until the words are known they may be a sentence without an end: wait as long as for one.
    return [hear(memory, event.sample), SetSilenceDeadline(memory.settings.endpoint.open_s)]


def cut(memory: Memory, event: SpeechOverlong) -> list[Action]:
    """Nobody speaks for so long without a pause, but a television: what there is is answered, whoever goes on."""
    heard = hear(memory, event.sample)
    # What follows is listened to when the agent has spoken, as a turn of its own.
    memory.talking = memory.unheard = True
    memory.caller = CallerTurn(event.sample, memory.caller.repeats)
    return [heard, *await_answer(memory)]


def hear_words(memory: Memory, event: Transcribed) -> list[Action]:
    """The words tell how long a silence ends the turn; none: there was no turn."""
    if means_nothing(memory, event):
        return [*drop_attempt(memory), SetSilenceDeadline(None), *listen(memory)]
    take_words(memory, event.text)
    return [wait_for_end(memory, event)]


def commit(memory: Memory, _event: SilenceReached) -> list[Action]:
    """The silence was long enough: the turn is the agent's."""
    if (repeated := answer_repeated(memory)) is not None:
        return repeated
    return await_answer(memory)


def note_prepared(memory: Memory, event: ReplyComplete) -> list[Action]:
    """The whole answer is there before the turn is over."""
    note_over(memory, event)
    if event.action == "none":
        return []
    # Who says goodbye has finished, however it sounds; so has who asks for a person. The shortest silence is waited for
    # all the same, as after a question: even they may have something to add.
    return [SetSilenceDeadline(memory.settings.endpoint.fast_s)]
