"""Handlers of DOUBTING: the caller makes a sound while the agent thinks.

"Okay" and "hello?" only tell that the caller is waiting, and an answer that began anew for each would never come. So
the answer is put aside until the words are known: they let it go on, or belong to the turn, which is answered whole.
"""

from dataclasses import replace

from gateway.turns.actions import Action, Cancel, SetSilenceDeadline, SetTimer, Transcribe
from gateway.turns.caller import go_on, speak_before_agent
from gateway.turns.events import (
    ReplyComplete,
    ReplyFailed,
    ReplyReady,
    SpeechPaused,
    SpeechStarted,
    SpeechSustained,
    State,
    TimerFired,
    Transcribed,
)
from gateway.turns.memory import Memory
from gateway.turns.moves import await_answer, drop_attempt, ended, hear, new_attempt
from gateway.turns.overlap_words import is_there, wants_turn


def doubt(memory: Memory, event: SpeechStarted) -> list[Action]:
    """The caller speaks up while an answer is on its way."""
    attempt = memory.pending
    if attempt.own_line or not attempt.text or memory.leaving == "completed":
        return speak_before_agent(memory, event)
    memory.aside, memory.attempt, memory.aside_from = attempt, None, event.sample
    memory.talking = True
    memory.state = State.DOUBTING
    return [SetTimer(memory.settings.interruption_s)]


def pause(memory: Memory, event: SpeechPaused) -> list[Action]:
    """Have the words written down, and nothing said to them."""
    memory.talking = False
    attempt = new_attempt(memory, end=event.sample)
    return [Transcribe(memory.turn + 1, attempt.revision, memory.aside_from, event.sample, judged=True)]


def speak_on(memory: Memory, _event: SpeechStarted) -> list[Action]:
    """More is said: it is judged together."""
    memory.talking = True
    memory.attempt = None
    return [_cancel_judgement(memory)]


def take_turn(memory: Memory, event: SpeechStarted | SpeechSustained | TimerFired) -> list[Action]:
    """Nobody acknowledges for so long: the caller goes on with the turn."""
    return go_on(memory, SpeechStarted(memory.aside_from))


def judge(memory: Memory, event: Transcribed) -> list[Action]:
    """The words tell whether the answer is still the right one."""
    attempt = memory.attempt
    # Two workers wrote the turn down: those are not the words that are waited for.
    if attempt is None or attempt.revision != event.revision:
        return []
    if is_there(event.text, event.language) or not wants_turn(
        event.text, event.confidence, language=event.language
    ):
        return go_back(memory)
    assert attempt.end is not None  # only the caller's words are judged
    memory.state = State.PAUSED
    drop = [*drop_attempt(memory), SetTimer(None)]
    return [*drop, hear(memory, attempt.end), SetSilenceDeadline(memory.settings.endpoint.open_s)]


def settle(memory: Memory, event: TimerFired) -> list[Action]:
    """No words came back."""
    return take_turn(memory, event) if memory.talking else go_back(memory)


def note_ready(memory: Memory, event: ReplyReady) -> list[Action]:
    """The answer can be spoken, once it is known that it is wanted."""
    aside = memory.aside
    if aside is not None and aside.revision == event.revision:
        memory.aside = replace(aside, ready=True)
    return []


def note_over(memory: Memory, event: ReplyComplete | ReplyFailed) -> list[Action]:
    """No more of the answer will come; or the words over it could not be written down, and are not waited for."""
    aside = memory.aside
    if aside is not None and aside.revision == event.revision:
        memory.aside = ended(aside, event)
        return []
    return go_back(memory) if isinstance(event, ReplyFailed) else []


def go_back(memory: Memory) -> list[Action]:
    """It was nothing: the answer goes on."""
    return [*put_back(memory), *await_answer(memory)]


def put_back(memory: Memory) -> list[Action]:
    """Take the answer up again, and judge nothing."""
    cancel = _cancel_judgement(memory)
    memory.attempt, memory.aside = memory.aside, None
    return [cancel]


def _cancel_judgement(memory: Memory) -> Action:
    assert memory.aside is not None  # what DOUBTING is about
    return Cancel(memory.revision, memory.aside.revision)
