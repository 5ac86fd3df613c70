"""Handlers of HELD: what was going on waits for the caller, and none of their times runs."""

from collections.abc import Callable
from dataclasses import replace

from gateway.turns import doubt
from gateway.turns.actions import (
    Action,
    PausePlayout,
    ResumePlayout,
    SetSilenceDeadline,
    SetTimer,
)
from gateway.turns.events import (
    Event,
    Held,
    Played,
    SpeechPaused,
    State,
    TimerFired,
    Transcribed,
    Unheld,
)
from gateway.turns.memory import GREETING, After, Memory
from gateway.turns.moves import (
    await_answer,
    drop_attempt,
    hang_up,
    hear,
    listen,
    note_quiet,
    play,
    want_transfer,
)


def hold(memory: Memory, _event: Held) -> list[Action]:
    """Say nothing more until the caller is back."""
    # What was said over the agent is not judged any more: who holds the call did not want to hear it then.
    drop: list[Action] = []
    if memory.state is State.DOUBTING:
        drop = doubt.put_back(memory)
    elif memory.state is State.INTERRUPTED:
        drop = drop_attempt(memory)
    memory.state = State.HELD
    return [*drop, PausePlayout(), SetSilenceDeadline(None), SetTimer(memory.settings.hold_s)]


def pause_held(memory: Memory, event: SpeechPaused) -> list[Action]:
    """The caller was speaking when they held the call: that is answered when they are back."""
    if memory.talking and memory.speaking is None and memory.attempt is None:
        return [hear(memory, event.sample)]
    return note_quiet(memory, event)


def hear_words_held(memory: Memory, event: Transcribed) -> list[Action]:
    """The words before the hold are there; without any there is nothing to answer."""
    attempt = memory.attempt
    if attempt is None or attempt.revision != event.revision:
        return []
    if not event.text:
        return drop_attempt(memory)
    memory.attempt = replace(attempt, text=event.text)
    memory.prompts = 0
    return []


def end_held(memory: Memory, event: Played) -> list[Action]:
    """The last of the reply had gone out when the call was held."""
    after = memory.after(event.revision)
    memory.speaking = None
    if After.HANG_UP in after or memory.leaving:
        return hang_up(memory, memory.leaving or "completed")
    return want_transfer(memory, event.revision) if After.TRANSFER in after else []


def give_up_held(memory: Memory, _event: TimerFired) -> list[Action]:
    """Nobody comes back."""
    return hang_up(memory, "silent")


def unhold(memory: Memory, _event: Unheld) -> list[Action]:
    """Go on where the call was held."""
    # Also when turn-taking plays nothing: it does not know of the words that bridge a wait.
    return [ResumePlayout(barge_in=False), *_go_on(memory)]


def despite_hold[E: Event](
    handler: Callable[[Memory, E], list[Action]],
) -> Callable[[Memory, E], list[Action]]:
    """Make a handler that does not wait for the caller: what is decided for the call is said to whoever is there."""
    return lambda memory, event: [ResumePlayout(barge_in=False), *handler(memory, event)]


def _go_on(memory: Memory) -> list[Action]:
    if memory.speaking is not None:
        memory.state = State.GREETING if memory.speaking.revision == GREETING else State.AGENT_SPEAKING
        return [SetTimer(None)]
    if memory.attempt is None:
        return listen(memory)
    if memory.attempt.revision != GREETING:
        return await_answer(memory)
    memory.state = State.GREETING
    if memory.attempt.ready:
        return play(memory)
    return hang_up(memory, "failed") if memory.attempt.over else [SetTimer(memory.settings.reply_timeout_s)]
