"""A sentence that claims what was not done is not spoken; what is refused is said in its place."""

from typing import Any

import msgspec
import pytest

from agent.knowledge.library import Found
from agent.reply import Replier
from agent.tools.toolboxes import Toolboxes
from agent.voice.pool import DeadlinePool
from agent.voice.tts import Speaker
from parley.agents import Agent
from parley.agents.schema import LlmOverride
from parley.messages import ReplyEnd, Speech
from parley.outside.deeds import Deed
from tests.agent.conftest import job
from tests.fakes.engines.deeds import FakeDeeds
from tests.fakes.engines.library import FixedLibrary
from tests.fakes.engines.llm import ScriptedLlm
from tests.fakes.engines.voice import WordVoice


class Desk:
    """Answers by a model that writes what it is given."""

    def __init__(
        self, agent: Agent, pool: DeadlinePool, answer: str, found: Found | None = None, **known: str
    ) -> None:
        self.said = ""
        self.deeds = FakeDeeds()
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._known = [{"role": role, "text": text} for role, text in known.items()]
        self._toolboxes = Toolboxes(
            self._history, self._emit, self.deeds, enabled=False, secrets=agent.folder
        )
        self._replier = Replier(
            {"shop": agent},
            FixedLibrary(found),
            Speaker({"joe": WordVoice()}, pool, 10**6),
            self._history,
            llm_of=lambda _: ScriptedLlm(answer),
            default_voice="joe",
            toolbox_of=self._toolboxes.of,
            emit=self._emit,
        )

    async def _history(self, call: str) -> list[dict[str, str]]:
        return self._known

    async def _emit(self, kind: str, call: str, **data: Any) -> None:
        self.events.append((kind, data))

    async def _say(self, speech: Speech) -> None:
        self.said += speech.text

    async def reply(self) -> str:
        end = await self._replier.reply(job("Please book it."), 0.0, self._say)
        await self._toolboxes.close()
        assert isinstance(end, ReplyEnd)
        return self.said


@pytest.fixture
def able(shop: Agent) -> Agent:
    return msgspec.structs.replace(shop, file=msgspec.structs.replace(shop.file, llm=LlmOverride(tools=True)))


async def test_what_was_not_done_is_not_said(shop: Agent, pool: DeadlinePool) -> None:
    desk = Desk(shop, pool, "I have booked it. Anything else?")
    assert await desk.reply() == f"{shop.file.unknown} "
    (told,) = [data for kind, data in desk.events if kind == "open_question"]
    assert (told["register"], told["question"]) == ("refused", "Please book it.")


async def test_an_answer_that_has_begun_does_not_end_as_if_it_were_done(
    shop: Agent, pool: DeadlinePool
) -> None:
    desk = Desk(shop, pool, "Certainly. I have booked it.")
    assert await desk.reply() == f"Certainly. {shop.file.unknown} "


async def test_what_is_as_near_is_said_in_its_place(shop: Agent, pool: DeadlinePool) -> None:
    found = Found(sources=("Tables are booked by telephone.",), instead="Tables are booked by telephone.")
    assert await Desk(shop, pool, "Your table is booked.", found).reply() == f"{found.instead} "


async def test_an_offer_is_said(shop: Agent, pool: DeadlinePool) -> None:
    assert await Desk(shop, pool, "I can book that for you.").reply() == "I can book that for you. "


async def test_the_beginning_of_a_sentence_waits_for_what_it_says(shop: Agent, pool: DeadlinePool) -> None:
    rule = "Your order for the tablet is sent within two days."
    assert (await Desk(shop, pool, rule).reply()).split() == rule.split()
    claim = await Desk(shop, pool, "Your order for the tablet is sent and so is the charger.").reply()
    assert claim == f"{shop.file.unknown} "


async def test_what_was_done_in_an_earlier_answer_may_be_said_again(able: Agent, pool: DeadlinePool) -> None:
    desk = Desk(able, pool, "Yes, I have booked it.")
    await desk.deeds.add("c1", Deed(changes=True, acts=("book",)))
    assert (await desk.reply()).split() == ["Yes,", "I", "have", "booked", "it."]


async def test_another_call_did_something_else(able: Agent, pool: DeadlinePool) -> None:
    desk = Desk(able, pool, "I have booked it.")
    await desk.deeds.add("c2", Deed(changes=True, acts=("book",)))
    assert await desk.reply() == f"{able.file.unknown} "


async def test_without_redis_nothing_may_be_said_to_have_been_done(able: Agent, pool: DeadlinePool) -> None:
    desk = Desk(able, pool, "I have booked it.")
    await desk.deeds.add("c1", Deed(changes=True, acts=("book",)))
    desk.deeds.away = True
    assert await desk.reply() == f"{able.file.unknown} "


async def test_what_the_company_knows_may_be_said(shop: Agent, pool: DeadlinePool) -> None:
    desk = Desk(shop, pool, "Your appointment has been confirmed.", known='{"appointment": "confirmed"}')
    assert await desk.reply() == "Your appointment has been confirmed. "
