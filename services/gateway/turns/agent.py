"""Handlers of the agent's turn, GREETING, THINKING and AGENT_SPEAKING, and of LISTENING, when nobody speaks."""

from dataclasses import replace

from gateway.turns.actions import Action, Fill, NoChoice, Protect, SetSilenceDeadline, SetTimer
from gateway.turns.events import (
    Leave,
    Played,
    ReplyComplete,
    ReplyFailed,
    ReplyReady,
    State,
    TimerFired,
    Transcribed,
)
from gateway.turns.memory import MOST_STALLS, STALL_S, After, CallerTurn, Memory
from gateway.turns.moves import (
    drop_attempt,
    fail,
    hang_up,
    hear,
    listen,
    note_over,
    note_ready,
    play,
    say,
    stop_speaking,
    take_words,
    want_transfer,
)
from gateway.turns.words import answer_repeated, means_nothing

# GREETING


def end_greeting(memory: Memory, event: ReplyComplete | ReplyFailed) -> list[Action]:
    """All there is of the greeting has come: it is spoken as far as it goes, if there is anything of it."""
    return hang_up(memory, "failed") if memory.speaking is None else note_over(memory, event)


def fail_greeting(memory: Memory, _event: TimerFired) -> list[Action]:
    """Without a word to begin with there is no call."""
    return hang_up(memory, "failed")


# THINKING


def speak(memory: Memory, event: ReplyReady) -> list[Action]:
    """What is waited for can be spoken. TRANSFERRING waits for its sentence, too."""
    note_ready(memory, event)
    return play(memory)


def hear_words_late(memory: Memory, event: Transcribed) -> list[Action]:
    """The silence was so long that the turn ended before its words were known."""
    if means_nothing(memory, event):
        # The silence that was asked for has passed: unlike in PAUSED there is no wish for it to take back.
        return [*drop_attempt(memory), *listen(memory)]
    take_words(memory, event.text)
    return answer_repeated(memory) or []


def fill_or_fail(memory: Memory, _event: TimerFired) -> list[Action]:
    """The answer takes long: bridge the wait once, then give it up."""
    settings, attempt = memory.settings, memory.pending
    # Nobody has asked for a line of the agent's own: its caller is not waiting for an answer.
    if attempt.own_line or not settings.filler_after_s:
        return fail(memory)
    if memory.stalled and attempt.stalls < MOST_STALLS:
        # An apology would reach nobody either. What was said is kept, and gets its time once it is on its way.
        memory.attempt = replace(attempt, stalls=attempt.stalls + 1, bridged=False)
        return [Fill(attempt.revision), SetTimer(STALL_S)]
    if attempt.bridged:
        return fail(memory)
    memory.attempt = replace(attempt, bridged=True)
    # Both waits together are the time for an answer. Settings may leave nothing of it; but who has just been told that
    # it takes a moment is given one.
    rest = max(settings.filler_after_s, settings.reply_timeout_s - memory.waited_s)
    return [Fill(attempt.revision), SetTimer(rest)]


def give_up(memory: Memory, _event: ReplyFailed) -> list[Action]:
    """There will be no answer."""
    return fail(memory)


def end_unspoken(memory: Memory, event: ReplyComplete) -> list[Action]:
    """The reply has ended before any of it could be spoken."""
    # Noted first: a reply without words may still be one, which hangs up or hands the call over.
    note_over(memory, event)
    return fail(memory)


# AGENT_SPEAKING


def note_complete(memory: Memory, event: ReplyComplete) -> list[Action]:
    """All of what is being spoken is there; if it hands the call over, it is heard to its end."""
    note_over(memory, event)
    speaking = memory.speaking
    if event.action != "transfer" or speaking is None or speaking.revision != event.revision:
        return []
    # Only now is it known: the first of the words were played as any others.
    memory.speaking = replace(speaking, interruptible=False)
    return [Protect()]


def end_reply(memory: Memory, event: Played) -> list[Action]:
    """The agent has finished."""
    after = memory.after(event.revision)
    memory.speaking = None
    # That the call has to end overrules what the reply itself was to lead to.
    if memory.leaving:
        return hang_up(memory, memory.leaving)
    if After.HANG_UP in after:
        return hang_up(memory, "completed")
    if After.TRANSFER in after:
        return want_transfer(memory, event.revision)
    memory.patient |= After.WAIT in after
    # Speech over a reply that may not be interrupted was only noted: now it is listened to, from its beginning.
    missed, memory.missed = memory.missed, None
    if missed is not None:
        memory.caller = CallerTurn(missed.start)
    if memory.talking:
        memory.state = State.CALLER_SPEAKING
        return []
    if missed is None:
        return listen(memory)
    memory.state = State.PAUSED
    return [
        SetTimer(None),
        hear(memory, missed.end, missed=True),
        SetSilenceDeadline(memory.settings.endpoint.open_s),
    ]


# LISTENING


def ask_or_leave(memory: Memory, _event: TimerFired) -> list[Action]:
    """The caller does nothing: neither choose, where there is a choice, nor speak."""
    if memory.choice_s is not None:
        # Once only: if call control has nothing to say to it, the caller's silence counts as anywhere.
        memory.choice_s = None
        return [SetTimer(memory.settings.caller_silence_s), NoChoice()]
    memory.prompts += 1
    # Asked a second time, a line on which nobody is left would never be free.
    if memory.prompts == 1:
        return say(memory, "prompt")
    memory.leaving = "silent"
    return say(memory, "farewell")


# Whoever's turn it is


def leave(memory: Memory, _event: Leave) -> list[Action]:
    """Say goodbye, now, unless that is being done already."""
    if memory.leaving == "completed":
        return []
    memory.leaving = "completed"
    stop = stop_speaking(memory)
    return [*stop, *drop_attempt(memory), SetSilenceDeadline(None), *say(memory, "farewell")]
