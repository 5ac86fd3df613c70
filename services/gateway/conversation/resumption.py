"""Where a conversation is, so that another gateway can go on with it: what is kept, and what is said then. Pure."""

import re
from dataclasses import dataclass

import msgspec

from gateway.conversation.speaking import Speaking
from gateway.turns.events import Answer, Event, State, Tell
from gateway.turns.memory import GREETING, After, Kept, Memory
from parley.agents import Agent

_QUESTION = re.compile(r"[^.!?…]*\?$")


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """What another gateway needs of a conversation."""

    turns: Kept
    line: str = ""
    """What is being said, all of it; empty when nobody speaks, or when it is an answer that is still being made."""
    last: bool = False
    """Whether the call ends after it."""
    asked: str = ""
    """The caller's words whose answer has not been heard to its end."""
    repeats: str = ""
    """What of these words stands in the history already."""
    lost: bool = False
    """Whether the caller was saying something that nobody has written down yet."""
    said: str = ""
    """The agent's last words before."""
    held: bool = False
    """Whether the caller's telephone holds the call."""
    greeted: bool = False
    """Whether the first line has been heard, or cut short."""


@dataclass(frozen=True, slots=True)
class _Doing:
    """What the agent was about."""

    line: str = ""
    last: bool = False
    asked: str = ""
    repeats: str = ""


def talk_of(memory: Memory, speaking: Speaking, said: str) -> Talk:
    """Say where a conversation is; `said`: the agent's last words."""
    doing = _doing(memory, speaking)
    return Talk(
        turns=Kept.of(memory),
        line=doing.line,
        last=doing.last,
        asked=doing.asked,
        repeats=doing.repeats,
        lost=_lost(memory, doing),
        said=said,
        held=memory.state is State.HELD,
        greeted=memory.state is not State.GREETING,
    )


def let_go(talk: Talk) -> Talk:
    """Where a conversation is that was held back: nobody holds it, and whoever has heard nothing yet is greeted."""
    return msgspec.structs.replace(talk, held=False, greeted=talk.turns.revision != GREETING)


def _doing(memory: Memory, speaking: Speaking) -> _Doing:
    attempt, playing = memory.aside or memory.attempt, speaking.playing
    if memory.state is State.INTERRUPTED:  # whatever it was, the caller has something to say about it
        return _Doing()
    if memory.speaking is not None and playing is not None:
        after = memory.speaking.after
        whole = playing.line or (playing.text if playing.complete and After.TRANSFER not in after else "")
        last = After.HANG_UP in after or memory.leaving is not None
        return _Doing(whole, last, playing.asked, playing.asked)
    if attempt is None:
        return _Doing()
    if attempt.own_line:
        last = After.HANG_UP in attempt.after or memory.leaving is not None
        return _Doing(speaking.line_of(attempt.revision), last)
    return _Doing(asked=attempt.text, repeats=memory.caller.repeats)


def _lost(memory: Memory, doing: _Doing) -> bool:
    if doing.line or doing.asked or memory.state is State.TRANSFERRING:
        return False
    attempt = memory.attempt
    awaited = attempt is not None and not attempt.own_line
    return awaited or memory.talking or memory.state is State.INTERRUPTED


def first_event(talk: Talk, agent: Agent) -> Event:
    """What a call that is taken over begins with, where call control has nothing to say."""
    sorry = agent.line("interrupted")
    if talk.line:
        return Tell(f"{sorry} {talk.line}", talk.turns.choice_s, talk.last)
    if talk.asked:
        return Answer(talk.asked, sorry, talk.repeats)
    if talk.lost:
        return Tell(f"{sorry} {agent.line('say_again')}")
    # What was asked is asked again: the answer to it may have been what nobody heard.
    question = _QUESTION.search(talk.said)
    rest = question[0].strip() if question else agent.line("go_on")
    return Tell(f"{sorry} {rest}", talk.turns.choice_s)
