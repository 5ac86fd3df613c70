"""A conversation whose guidance chooses: menus hear words first, lines come at any time, limits end calls."""

import asyncio

import msgspec
import pytest

from gateway.conversation import conversation as module
from gateway.media import events as media
from gateway.turns.events import State
from parley.agents.schema import Limits
from parley.messages import ReplyEnd
from tests.gateway.conversation.test_conversation import CALL, Talk, talking


class Choosing:
    """A menu of one word."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.choosing = True
        self.expected = ("sales", "service")
        self.happened: list[tuple[str, ...]] = []

    def choose(self, text: str) -> bool:
        if "sales" not in text:
            return False
        self.happened.append(("chosen", text))
        self.talk.conversation.tell("Sales it is.")
        return True

    def answers(self, text: str) -> bool:
        return "Wednesday" in text

    def not_understood(self, text: str) -> None:
        self.happened.append(("not understood", text))
        self.talk.conversation.tell("Once more.", 5.0)

    def no_choice(self) -> None:
        self.happened.append(("no choice",))

    def greeted(self) -> None:
        self.happened.append(("greeted",))

    def transfer(self, target: str) -> None:
        self.happened.append(("transfer", target))
        self.talk.conversation.hand_over("One moment.")

    def handed_over(self) -> None:
        self.happened.append(("handed over",))


def guided(talk: Talk) -> Choosing:
    choosing = Choosing(talk)
    talk.guidance = choosing
    talk.greet()
    return choosing


async def test_words_of_a_menu_choose_at_once_and_are_not_answered() -> None:
    async with talking() as talk:
        guide = guided(talk)
        talk.ask("sales please")
        assert guide.happened == [("greeted",), ("chosen", "sales please")]
        assert talk.state is State.THINKING
        await talk.settle()
        transcription = next(job for job in talk.bus.jobs() if not hasattr(job, "kind"))
        assert transcription.reply is False
        assert transcription.vocabulary == "sales, service, XPS, ThinkPad"
        line = talk.bus.jobs()[-1]
        assert (line.kind, line.text, line.revision) == ("line", "Sales it is.", 2)
        talk.say(2, "Sales it is. ")
        talk.finish(2)
        talk.tick(11)
        assert talk.state is State.LISTENING
        await talk.settle()
        assert talk.bus.history[-1] == ("assistant", "Sales it is.")


async def test_other_words_are_told_when_the_turn_is_over() -> None:
    async with talking() as talk:
        guide = guided(talk)
        talk.ask("what is the weather")
        assert guide.happened == [("greeted",)]
        talk.silence()
        assert guide.happened[-1] == ("not understood", "what is the weather")
        assert talk.state is State.THINKING


async def test_words_that_come_after_the_turn_are_told_as_well() -> None:
    async with talking() as talk:
        guide = guided(talk)
        talk.speaks(sample=640)
        talk.pause()
        talk.silence()
        assert talk.state is State.THINKING
        talk.transcript(1, "what is the weather")
        assert guide.happened[-1] == ("not understood", "what is the weather")


async def test_words_over_the_menu_choose_as_well() -> None:
    async with talking() as talk:
        guide = guided(talk)
        talk.conversation.tell("Press 1 for sales.", 5.0)
        talk.say(1, "Press 1 ")
        talk.tick(2)
        talk.speaks(sample=9000)
        assert talk.state is State.INTERRUPTED
        talk.pause(12_000)
        talk.transcript(2, "sales")
        assert guide.happened[-1] == ("chosen", "sales")


@pytest.mark.parametrize(
    ("text", "state"), [("On Wednesday.", State.PAUSED), ("On weddings day.", State.AGENT_SPEAKING)]
)
async def test_words_that_answer_what_is_asked_count_however_faint_they_are(text: str, state: State) -> None:
    async with talking() as talk:
        guided(talk)
        talk.conversation.tell("I have Tuesday. Is that right?", 5.0)
        talk.say(1, "I have Tuesday. Is that right? ")
        talk.tick(2)
        talk.speaks(sample=9000)
        talk.pause(12_000)
        talk.transcript(2, text, confidence=0.3)
        assert talk.state is state


async def test_what_was_heard_of_a_line_is_known() -> None:
    async with talking() as talk:
        guided(talk)
        talk.conversation.tell("For which day, please?", 5.0)
        talk.say(1, "For which day, please? ", frames=20)
        talk.tick(11)
        talk.conversation.skip()
        talk.tick(1)
        assert talk.conversation.last_heard == "For which"
        assert talk.conversation.last_said == "For which day, please?"


async def test_a_reply_that_asks_for_a_person_is_the_guidances() -> None:
    async with talking() as talk:
        guide = guided(talk)
        guide.choosing = False
        talk.ask("a person please")
        talk.conversation.on_message(
            ReplyEnd(call=CALL, turn=1, revision=1, action="transfer", target="sales")
        )
        talk.silence()
        assert guide.happened[-1] == ("transfer", "sales")
        assert talk.state is State.TRANSFERRING
        await talk.settle()
        assert ("user", "a person please") in talk.bus.history
        talk.say(2, "One moment. ")
        talk.finish(2)
        talk.tick(1)
        talk.speaks(sample=20_000)  # does not cut the handoff sentence short
        talk.tick(11)
        assert guide.happened[-1] == ("handed over",)
        await talk.settle()
        assert ("assistant", "One moment.") in talk.bus.history


async def test_a_line_that_is_skipped_is_remembered_as_far_as_it_was_heard() -> None:
    async with talking() as talk:
        guided(talk)
        talk.conversation.tell("Press one for sales.", 5.0)
        talk.say(1, "Press one for sales. ", frames=20)
        talk.tick(11)
        talk.conversation.skip()
        talk.tick(1)
        assert talk.state is State.LISTENING
        await talk.settle()
        assert talk.bus.history[-1] == ("assistant", "Press one")


async def test_no_choice_is_told() -> None:
    async with talking() as talk:
        guide = guided(talk)
        talk.conversation.tell("Press 1.", 0.01)
        talk.say(1, "Press 1. ")
        talk.finish(1)
        talk.tick(11)
        while guide.happened[-1] != ("no choice",):
            await talk.settle()
            await asyncio.sleep(0.005)


async def test_an_agents_limits_end_its_calls() -> None:
    async with talking() as talk:
        file = talk.conversation.agent.file
        limited = msgspec.structs.replace(file, limits=Limits(max_turns=1))
        talk.conversation.become(msgspec.structs.replace(talk.conversation.agent, file=limited))
        talk.greet()
        talk.ask()
        talk.say(1, "Things. ")
        talk.finish(1)
        talk.silence()
        talk.tick(12)
        await talk.settle()
        assert talk.bus.jobs()[-1].kind == "farewell"


async def test_a_summary_is_kept_for_whoever_takes_the_call() -> None:
    async with talking() as talk:
        talk.greet()
        talk.conversation.order_summary("Press 1.", "1001")
        talk.say(module.SUMMARY, "A call. ")
        assert not talk.conversation.summary.complete
        talk.finish(module.SUMMARY)
        assert talk.conversation.summary.complete
        assert talk.conversation.summary.text == "A call."
        talk.conversation.on_media(media.SilenceReached(CALL))
        assert talk.state is State.LISTENING
