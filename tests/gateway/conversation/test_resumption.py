"""What a gateway says that goes on with another one's call."""

from typing import Any, cast

import pytest

from gateway.conversation.resumption import Talk, first_event, let_go, talk_of
from gateway.conversation.speaking import Speaking
from gateway.turns.actions import Play
from gateway.turns.events import Answer, Event, State, Tell
from gateway.turns.memory import GAP, After, Attempt, CallerTurn, Kept, Memory, Spoken, TurnSettings
from parley.agents import Agent, AgentFile
from parley.messages import Speech
from tests.fakes.gateway.plane import FakePlane

AGENT = Agent(name="shop", file=AgentFile(company="Shop", extensions=("100",), greeting="Hello", persona="p"))
SORRY, GO_ON, AGAIN = (AGENT.line(name) for name in ("interrupted", "go_on", "say_again"))
TALKING = Kept(turn=1, revision=4, language="en", state="talking", choice_s=7.0)


@pytest.mark.parametrize(
    ("talk", "event"),
    [
        (Talk(turns=TALKING), Tell(f"{SORRY} {GO_ON}", 7.0)),
        (Talk(turns=TALKING, said="We are open. Anything else?"), Tell(f"{SORRY} Anything else?", 7.0)),
        (Talk(turns=TALKING, said="Is it blue? It is."), Tell(f"{SORRY} {GO_ON}", 7.0)),
        (Talk(turns=TALKING, line="Until six.", asked="When?"), Tell(f"{SORRY} Until six.", 7.0)),
        (Talk(turns=TALKING, line="Bye.", last=True), Tell(f"{SORRY} Bye.", 7.0, hang_up=True)),
        (Talk(turns=TALKING, asked="And when?", repeats="And"), Answer("And when?", SORRY, "And")),
        (Talk(turns=TALKING, lost=True, said="Yes?"), Tell(f"{SORRY} {AGAIN}")),
    ],
)
def test_what_comes_first(talk: Talk, event: Event) -> None:
    assert first_event(talk, AGENT) == event


def said(memory: Memory, *, complete: bool = True, line: str = "", asked: str = "") -> Talk:
    """A reply of revision 3 is being spoken."""
    speaking = Speaking(cast(Any, FakePlane()), "c1")
    speaking.expect(3, line)
    speaking.take(Speech(call="c1", turn=1, revision=3, seq=0, text="Until six.", pcm=b"\0\0"))
    if complete:
        speaking.complete(3)
    speaking.play(Play(1, 3, asked, interruptible=True))
    return talk_of(memory, speaking, "Before.")


def speaking_memory(after: After = After.NOTHING, state: State = State.AGENT_SPEAKING) -> Memory:
    spoken = Spoken(3, interruptible=True, after=after)
    return Memory(TurnSettings(), state=state, attempt=None, speaking=spoken, revision=3, turn=1)


def test_who_was_only_kept_waiting_is_not_held_and_is_greeted_where_they_heard_nothing() -> None:
    begun = Kept(turn=0, revision=0, language="en", state="talking")
    assert let_go(Talk(turns=begun, line="Hello.", held=True, greeted=True)) == Talk(
        turns=begun, line="Hello."
    )
    talk = let_go(Talk(turns=TALKING, held=True, greeted=True))
    assert (talk.held, talk.greeted) == (False, True)


def test_an_answer_that_is_all_there_is_said_again() -> None:
    talk = said(speaking_memory(), asked="When?")
    assert (talk.line, talk.last, talk.asked, talk.repeats) == ("Until six.", False, "When?", "When?")


def test_an_answer_of_which_more_was_to_come_is_made_anew() -> None:
    talk = said(speaking_memory(), complete=False, asked="When?")
    assert (talk.line, talk.asked, talk.repeats) == ("", "When?", "When?")


def test_an_answer_that_hands_the_call_over_is_made_anew() -> None:
    assert said(speaking_memory(After.TRANSFER), asked="A person").line == ""


def test_an_answer_that_ends_the_call_still_does() -> None:
    assert said(speaking_memory(After.HANG_UP)).last


def test_a_line_is_known_before_all_of_its_speech_is_there() -> None:
    assert said(speaking_memory(), complete=False, line="Until six. Or seven.").line == "Until six. Or seven."


def test_what_was_said_over_the_agent_is_lost() -> None:
    talk = said(speaking_memory(state=State.INTERRUPTED), asked="When?")
    assert (talk.line, talk.asked, talk.lost) == ("", "", True)


def quiet(**memory: Any) -> Talk:
    """Nobody speaks."""
    settings: dict[str, Any] = {"attempt": None, "state": State.LISTENING, **memory}
    return talk_of(Memory(TurnSettings(), **settings), Speaking(cast(Any, FakePlane()), "c1"), "")


def test_words_that_are_known_are_kept_and_others_are_lost() -> None:
    known = quiet(
        attempt=Attempt(2, end=900, text="And when?"), caller=CallerTurn(0, "And"), state=State.PAUSED
    )
    assert (known.asked, known.repeats, known.lost) == ("And when?", "And", False)
    assert quiet(attempt=Attempt(2, end=900), state=State.PAUSED).lost
    assert quiet(talking=True, state=State.CALLER_SPEAKING).lost
    assert not quiet().lost


def test_the_answer_stands_while_it_is_judged_what_the_caller_says_meanwhile() -> None:
    talk = quiet(aside=Attempt(2, end=900, text="When?"), attempt=Attempt(3, end=999), state=State.DOUBTING)
    assert (talk.asked, talk.lost) == ("When?", False)


def test_a_call_on_hold_is_still_on_hold() -> None:
    assert quiet(state=State.HELD).held


def test_a_memory_goes_on_with_nothing_prepared_and_new_revisions() -> None:
    memory = Memory(TurnSettings(), state=State.PAUSED, turn=3, revision=9, said=("one",), prompts=1)
    again = Kept.of(memory).remembered(TurnSettings())
    assert (again.state, again.turn, again.revision) == (State.LISTENING, 3, 9 + GAP)
    assert (again.attempt, again.speaking, again.said, again.prompts) == (None, None, ("one",), 1)
    memory.state = State.TRANSFERRING
    assert Kept.of(memory).remembered(TurnSettings()).state is State.TRANSFERRING


def test_who_is_to_be_waited_for_still_is() -> None:
    assert Kept.of(speaking_memory(After.WAIT)).patient
