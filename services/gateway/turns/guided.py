"""Handlers of what call control decides without asking the caller's words: lines said at once, skips, handing over.

Keys and menus act in any state; TRANSFERRING is the one that only call control leads to.
"""

from dataclasses import replace

from gateway.turns.actions import (
    Action,
    Cancel,
    HandedOver,
    Reply,
    SetSilenceDeadline,
    SetTimer,
    StopPlayout,
)
from gateway.turns.agent import end_reply
from gateway.turns.events import (
    Answer,
    HandOver,
    Leave,
    Played,
    ReplyComplete,
    ReplyFailed,
    Skip,
    State,
    Tell,
    TimerFired,
)
from gateway.turns.memory import After, Memory
from gateway.turns.moves import await_answer, drop_attempt, hang_up, listen, new_attempt, say, stop_speaking
from gateway.turns.overlap import leave_to_caller, yield_turn


def tell(memory: Memory, event: Tell) -> list[Action]:
    """Say this line now, whatever was going on; then wait for the caller."""
    # A goodbye that has to be is not taken back by a key.
    if memory.leaving == "completed":
        return []
    silence = _fall_silent(memory)
    memory.choice_s = event.wait_s
    after = After.HANG_UP if event.hang_up else After.NOTHING
    return [*silence, *say(memory, "line", event.text, after=after)]


def answer(memory: Memory, event: Answer) -> list[Action]:
    """Answer words that were heard before, as if the caller had just said them."""
    memory.caller = replace(memory.caller, repeats=event.repeats)
    attempt = new_attempt(memory, end=memory.caller.start)
    memory.attempt = replace(attempt, text=event.text)
    begin = Reply(memory.turn + 1, attempt.revision, event.text, event.remark, event.repeats)
    return [begin, *await_answer(memory)]


def hand_over(memory: Memory, event: HandOver) -> list[Action]:
    """Say the handoff sentence, which nothing cuts short; the call is somebody else's after it."""
    if memory.leaving == "completed":
        return []
    silence = _fall_silent(memory)
    return [*silence, *say(memory, "line", event.text, state=State.TRANSFERRING)]


def _fall_silent(memory: Memory) -> list[Action]:
    stop = stop_speaking(memory)
    memory.aside = None
    # A key is a sign of life: the caller's silence is counted anew, and its farewell is off.
    memory.leaving = None
    memory.prompts = 0
    memory.patient = False
    memory.choice_s = None
    return [*stop, Cancel(memory.revision), SetSilenceDeadline(None)]


# The caller skips what the agent says


def wait_for_choice(memory: Memory, event: Skip) -> list[Action]:
    """Nobody speaks, or the caller does: only the time for the choice begins anew."""
    _note_choice(memory, event)
    # While the caller speaks no time runs: the choice is waited for when the agent has spoken.
    listening = memory.state is State.LISTENING and event.wait_s is not None
    return [SetTimer(event.wait_s)] if listening else []


def skip_unspoken(memory: Memory, event: Skip) -> list[Action]:
    """A line that asks for what is being typed already need not be said; an answer is waited for."""
    _note_choice(memory, event)
    if event.wait_s is None or not memory.pending.own_line or memory.leaving:
        return []
    return [*drop_attempt(memory), SetSilenceDeadline(None), *listen(memory)]


def skip(memory: Memory, event: Skip) -> list[Action]:
    """What is being said counts as heard."""
    _note_choice(memory, event)
    speaking = memory.speaking
    # What speech may not cut short, a key may not either.
    if speaking is None or not speaking.interruptible:
        return []
    stop: list[Action] = [StopPlayout(barge_in=False), Cancel(memory.revision)]
    return [*stop, *end_reply(memory, Played(speaking.revision))]


def skip_under_speech(memory: Memory, event: Skip) -> list[Action]:
    """The caller speaks, too: the turn is theirs."""
    _note_choice(memory, event)
    # It was the key that cut the reply short, not the words.
    return [*yield_turn(memory, barge_in=False), *leave_to_caller(memory)]


def _note_choice(memory: Memory, event: Skip) -> None:
    # Skipping by itself leaves a choice as it was: who does not want to hear the menu may know it by heart.
    memory.choice_s = event.wait_s or memory.choice_s


# The call is being given to a person


def note_while_transferring(memory: Memory, event: ReplyComplete | ReplyFailed) -> list[Action]:
    """A handoff sentence without a sound does not keep the caller."""
    spoken = memory.speaking is not None and memory.speaking.revision == event.revision
    return [] if spoken else handed_over(memory, event)


def handed_over(memory: Memory, _event: Played | TimerFired | ReplyComplete | ReplyFailed) -> list[Action]:
    """The sentence has been heard, or never will be: either way the call goes on its way."""
    # Nothing is live any more, so that nothing that still arrives for it can hand the call over a second time.
    memory.speaking = memory.attempt = None
    return [SetTimer(None), HandedOver()]


def leave_transferring(memory: Memory, _event: Leave) -> list[Action]:
    """The call has to end while it is a person's, or on its way to one."""
    # No farewell: it would be the agent's voice in the midst of somebody else's conversation.
    return hang_up(memory, "completed")
