"""What the words of the caller's turn mean for whether they are answered at all."""

from gateway.turns.actions import Action, SetSilenceDeadline
from gateway.turns.events import Transcribed
from gateway.turns.memory import Memory
from gateway.turns.moves import drop_attempt, end_turn, leave_unanswered, say
from gateway.turns.overlap_words import is_there, wants_turn
from gateway.turns.repetition import LEAVES_AFTER, WAITS_AFTER, times_said


def means_nothing(memory: Memory, event: Transcribed) -> bool:
    """Whether there are no words, or none for the agent, which went on speaking over them."""
    if not event.text or not memory.pending.missed:
        return not event.text
    there = is_there(event.text, event.language)
    return there or not wants_turn(event.text, event.confidence, event.over, event.language)


def answer_repeated(memory: Memory) -> list[Action] | None:
    """Do what there is to be done about a turn that was said again and again; None for any other."""
    times = times_said(memory.pending.text, memory.said)
    if times < WAITS_AFTER:
        return None
    if times < LEAVES_AFTER:
        return leave_unanswered(memory)
    memory.leaving = "completed"
    note = end_turn(memory, memory.pending)
    return [*drop_attempt(memory), note, SetSilenceDeadline(None), *say(memory, "farewell")]
