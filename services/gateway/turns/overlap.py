"""Handlers of speech over the agent, INTERRUPTED: a pause at once, the judgement afterwards."""

from dataclasses import replace

from gateway.turns.actions import (
    Action,
    Cancel,
    PausePlayout,
    ResumePlayout,
    SetSilenceDeadline,
    SetTimer,
    StopPlayout,
)
from gateway.turns.events import (
    PartlyHeard,
    Played,
    ReplyFailed,
    SpeechPaused,
    SpeechStarted,
    SpeechSustained,
    SpeechWentOn,
    State,
    TimerFired,
    Transcribed,
)
from gateway.turns.memory import GREETING, After, CallerTurn, Memory, Missed
from gateway.turns.moves import (
    drop_attempt,
    hang_up,
    hear,
    listen,
    note_over,
    note_quiet,
    note_talking,
    take_words,
    wait_for_end,
    want_transfer,
)
from gateway.turns.overlap_words import acknowledges, is_answer, is_there, wants_turn
from parley.audio import SAMPLE_RATE

_TOO_LATE = SAMPLE_RATE
"""Who speaks over the first second of an answer has not heard it, and may only be going on."""


def speak_over_agent(memory: Memory, event: SpeechStarted) -> list[Action]:
    """The caller speaks while the agent does: pause, before it is known what it is."""
    # Noted whatever follows: who talks on to the end of what cannot be interrupted is listened to from here.
    note_talking(memory, event)
    speaking = memory.speaking
    # The greeting is being made, or what is said may not be interrupted, or not by this.
    if speaking is None or not speaking.interruptible or event.faint:
        memory.unheard = True
        return []
    memory.unheard = False
    if event.played > _TOO_LATE:
        memory.speaking = replace(speaking, unfinished=None)
    memory.state = State.INTERRUPTED
    memory.went_on = False
    return [PausePlayout(), SetTimer(memory.settings.interruption_s)]


def pause_unheard(memory: Memory, event: SpeechPaused) -> list[Action]:
    """What was said over the agent without silencing it is listened to when the agent has spoken."""
    if memory.unheard and memory.talking:
        start = memory.caller.start if memory.missed is None else memory.missed.start
        memory.missed = Missed(start, event.sample)
    return note_quiet(memory, event)


def pause_over_agent(memory: Memory, event: SpeechPaused) -> list[Action]:
    """Have the words written down, by which it is judged; an answer to them is prepared in case they count."""
    # No silence is asked for: the turn is still the agent's, and nothing that the silence could end.
    return [hear(memory, event.sample)]


def go_on_over_agent(memory: Memory, event: SpeechStarted) -> list[Action]:
    """More is said: it is judged together, from where the caller began to speak over the agent."""
    if event.faint and memory.went_on:
        # Somebody in the background does not silence an agent that has gone on; that it has was right, as it seems.
        return [*_resume(memory), *speak_over_agent(memory, event)]
    memory.talking = True
    return [*_fall_silent_again(memory), *drop_attempt(memory)]


def speak_on_early(memory: Memory, event: PartlyHeard) -> list[Action]:
    """A plain acknowledgement need not be written down: the agent goes on, until the words say otherwise after all."""
    there = _in_greeting(memory) and is_there(event.text, event.language)
    go_on = there or acknowledges(event.text, event.language)
    answer = is_answer(event.text, event.asking, event.language)
    if memory.went_on or memory.speaking is None or answer or not go_on:
        return []
    memory.went_on = True
    return [ResumePlayout()]


def hear_more(memory: Memory, _event: SpeechWentOn) -> list[Action]:
    """It was not all that the caller had to say."""
    return _fall_silent_again(memory)


def hear_more_after_all(memory: Memory, _event: SpeechWentOn | SpeechSustained) -> list[Action]:
    """The agent had gone on to its end, over the beginning of what the caller says."""
    memory.talking = True
    memory.state = State.CALLER_SPEAKING
    return [SetTimer(None)]


def judge(memory: Memory, event: Transcribed) -> list[Action]:
    """The caller's words tell whether the agent goes on."""
    attempt = memory.attempt
    # Two workers wrote down what the agent is answering: those are not the words that are waited for.
    if attempt is None or attempt.revision != event.revision:
        return []
    answer = event.answers or is_answer(event.text, event.asking, event.language)
    # Who says hello into the greeting is only there: the company's name is not to be lost to it.
    there = _in_greeting(memory) and is_there(event.text, event.language)
    wanted = answer or wants_turn(event.text, event.confidence, event.over, event.language)
    if there or not wanted:
        return _resume(memory)
    memory.state = State.PAUSED
    # Who answers what was asked has heard it, however short it was.
    unfinished = None if answer else _unfinished(memory)
    if unfinished is not None:
        assert attempt.end is not None  # only the caller's words are judged
        return _take_up_turn(memory, unfinished, attempt.end)
    take_words(memory, event.text)
    return [*yield_turn(memory, barge_in=True), SetTimer(None), wait_for_end(memory, event)]


def sustain(memory: Memory, event: SpeechSustained) -> list[Action]:
    """The caller speaks for long; into the greeting, that may still be hellos: the words decide."""
    return [] if _in_greeting(memory) else take_turn(memory, event)


def take_turn(memory: Memory, _event: SpeechSustained | TimerFired) -> list[Action]:
    """Nobody acknowledges for so long: the turn is the caller's, whatever the words are."""
    memory.state = State.CALLER_SPEAKING
    unfinished = _unfinished(memory)
    if unfinished is not None:
        memory.caller = unfinished
    return [*yield_turn(memory, barge_in=True), SetTimer(None)]


def fail_over_agent(memory: Memory, event: ReplyFailed) -> list[Action]:
    """The caller's words could not be written down: they are not waited for."""
    attempt = memory.attempt
    # Or no more comes of what the agent was saying, which may still go on as far as it is there.
    if attempt is None or attempt.revision != event.revision:
        return note_over(memory, event)
    return _resume(memory)


def settle(memory: Memory, event: TimerFired) -> list[Action]:
    """No words have come back, or the bursts of sound do not end: the agent cannot be silent for ever."""
    # Who is still talking wants something; who is not is waiting for the agent to go on.
    return take_turn(memory, event) if memory.talking else _resume(memory)


def end_under_speech(memory: Memory, event: Played) -> list[Action]:
    """The last of the reply went out just as the caller began to speak: nothing is left to go on with."""
    after = memory.after(event.revision)
    memory.speaking = None
    acknowledged, memory.went_on = memory.went_on, False
    # A goodbye has been heard to its end: it counts, though the caller has said something to it.
    if After.HANG_UP in after or memory.leaving:
        return hang_up(memory, memory.leaving or "completed")
    if After.TRANSFER in after:
        # Nobody waits for what the caller says to it: an answer would be spoken while somebody is looked for.
        drop = [] if memory.attempt is None else drop_attempt(memory)
        return [*drop, *want_transfer(memory, event.revision)]
    if acknowledged:
        memory.patient |= After.WAIT in after
        memory.talking = False
        return [*drop_attempt(memory), *listen(memory)]
    return leave_to_caller(memory)


def yield_turn(memory: Memory, *, barge_in: bool) -> list[Action]:
    """Give up what the agent was saying, and all before the attempt at what the caller says."""
    memory.speaking = None
    # The farewell of a silent caller is off, too: they are there.
    memory.leaving = None
    # Not just the reply: between it and the attempt lie those of an interruption in several parts, and a lower mark
    # than theirs would bring them back.
    stale = memory.revision if memory.attempt is None else memory.attempt.revision - 1
    return [StopPlayout(barge_in=barge_in), Cancel(stale)]


def leave_to_caller(memory: Memory) -> list[Action]:
    """The agent has no more to say: what the caller says is a turn like any other."""
    memory.state = State.CALLER_SPEAKING if memory.talking else State.PAUSED
    # Who has paused is not transcribed anew: the words that were to be judged are on their way.
    deadline = None if memory.talking else memory.settings.endpoint.open_s
    return [SetTimer(None), SetSilenceDeadline(deadline)]


def _unfinished(memory: Memory) -> CallerTurn | None:
    return None if memory.speaking is None else memory.speaking.unfinished


def _take_up_turn(memory: Memory, unfinished: CallerTurn, end: int) -> list[Action]:
    """The agent had begun too early: what the caller says belongs to what they said before, and all is answered."""
    memory.caller = unfinished
    # Before the attempt is dropped, which would spare a reply that is being spoken.
    memory.speaking = memory.leaving = None
    drop = [StopPlayout(barge_in=True), *drop_attempt(memory), SetTimer(None)]
    return [*drop, hear(memory, end), SetSilenceDeadline(memory.settings.endpoint.open_s)]


def _in_greeting(memory: Memory) -> bool:
    return memory.speaking is not None and memory.speaking.revision == GREETING


def _resume(memory: Memory) -> list[Action]:
    memory.state = State.GREETING if _in_greeting(memory) else State.AGENT_SPEAKING
    resume: list[Action] = [] if memory.went_on else [ResumePlayout()]
    memory.went_on = False
    return [*drop_attempt(memory), SetTimer(None), *resume]


def _fall_silent_again(memory: Memory) -> list[Action]:
    if not memory.went_on:
        return []
    memory.went_on = False
    return [PausePlayout(), SetTimer(memory.settings.interruption_s)]
