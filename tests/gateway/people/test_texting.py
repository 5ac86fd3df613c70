"""Texts that callers are sent, over a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from gateway.people.texting import Texting
from parley.agents import Agent, AgentFile
from parley.agents.actions import Action
from parley.agents.dialogue import Sms
from parley.bus import Bus
from parley.outbound.texts import NOBODY, OtherNumbers
from parley.outside.texts import Text
from tests.fakes.gateway.speech import NotingSpeech

SHOP = Agent(
    name="shop",
    file=AgentFile(
        company="Shop",
        extensions=("100", "+49 30 123456"),
        greeting="Hello.",
        persona="p",
        texts={
            "way": Sms(name="the way to us", text="https://shop.example/way"),
            "link": Sms(name="the link", text="https://shop.example/", other_numbers=True),
        },
    ),
)
CALLER = "+4915112345678"
WHOM = f"shop {CALLER}"


class Caller:
    """Somebody who calls, and what they are told."""

    def __init__(
        self, bus: Bus, number: str, dialled: str = "+4930123456", others: OtherNumbers = NOBODY
    ) -> None:
        self.texts = bus.commands().texts()
        self.speech = NotingSpeech(SHOP)
        self.said: list[str] = []
        self.steps: list[asyncio.Task[None]] = []
        self.texting = Texting(
            "c1",
            number,
            dialled,
            bus=bus,
            voice=self,
            answers=lambda: self,
            begin=self._begin,  # type: ignore[arg-type]
            others=others,
        )

    agent = SHOP

    def _begin(self, step: Coroutine[Any, Any, None]) -> None:
        self.steps.append(asyncio.ensure_future(step))

    def emit(self, kind: str, **data: Any) -> None:
        self.speech.emit(kind, **data)

    def do(self, action: Action) -> None:
        self.said.append(f"{action.kind} {action.name}")

    def offer(self, name: str, remark: str) -> None:
        self.said.append(f"offer {name}")

    def back(self, remark: str) -> None:
        self.said.append(remark)

    async def agrees(self) -> str:
        """Say yes, and return what is said to it."""
        self.texting.text(Action("send", "way"))
        await asyncio.gather(*self.steps)
        return self.said[-1]

    async def confirms(self, number: str, name: str = "link") -> str:
        """Confirm another number, and return what is said to it."""
        self.texting.text(Action("send", f"{name} {number}"))
        await asyncio.gather(*self.steps)
        return self.said[-1]

    async def first(self) -> Text | None:
        return await self.texts.first(WHOM)


@pytest.fixture
async def bus(redis_url: str) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    yield bus
    await bus.close()


@pytest.fixture
async def caller(bus: Bus) -> Caller:
    caller = Caller(bus, "015112345678")
    await caller.texts.attend()
    return caller


def outcome(caller: Caller) -> object:
    return dict(caller.speech.events)["text_message"]["outcome"]


async def test_they_are_asked_first_and_nothing_is_sent(caller: Caller) -> None:
    caller.texting.text(Action("text", "way"))
    assert caller.said == ["offer text:way"]
    assert await caller.first() is None


async def test_what_stands_in_the_agents_file_goes_to_the_number_that_they_call_from(caller: Caller) -> None:
    assert await caller.agrees() == SHOP.line("text_sent", target="the way to us")
    text = await caller.first()
    assert text is not None
    assert (text.body, text.to, text.sender) == ("https://shop.example/way", CALLER, "+4930123456")
    assert (text.call, outcome(caller)) == ("c1", "sent")


async def test_it_is_sent_once_in_a_call(caller: Caller) -> None:
    for _ in range(2):
        await caller.agrees()
    text = await caller.first()
    assert text is not None
    await caller.texts.done(text)
    assert await caller.first() is None


async def test_the_agents_own_number_is_shown_to_who_has_called_an_extension(bus: Bus) -> None:
    caller = Caller(bus, CALLER, "100")
    await caller.texts.attend()
    await caller.agrees()
    text = await caller.first()
    assert text is not None
    assert text.sender == "+4930123456"


@pytest.mark.parametrize("number", ["1001", "", "anonymous"])
async def test_to_a_number_of_the_house_or_none_nothing_is_sent(bus: Bus, number: str) -> None:
    caller = Caller(bus, number)
    caller.texting.text(Action("text", "way"))
    assert caller.said == [SHOP.line("text_no_number")]
    assert outcome(caller) == "no_number"


async def test_who_wants_none_is_told_so(caller: Caller) -> None:
    await caller.texts.stop(WHOM)
    assert await caller.agrees() == SHOP.line("text_unwanted")
    assert (await caller.first(), outcome(caller)) == (None, "unwanted")


async def test_it_is_not_said_to_be_sent_when_nobody_sends_it(bus: Bus) -> None:
    caller = Caller(bus, CALLER)
    assert await caller.agrees() == SHOP.line("text_away")
    assert (await caller.first(), outcome(caller)) == (None, "away")


async def test_it_is_not_said_to_be_sent_when_redis_is_away() -> None:
    bus = Bus.connect("redis://127.0.0.1:1/0")
    caller = Caller(bus, CALLER)
    assert await caller.agrees() == SHOP.line("text_away")
    await bus.close()


# Another number than the one that they call from

GERMAN = OtherNumbers(("+49",), per_call=2, per_day=3)
FRIEND = "+4915112345679"


@pytest.fixture
async def giver(bus: Bus) -> Caller:
    """Somebody who may have texts sent to others."""
    giver = Caller(bus, CALLER, others=GERMAN)
    await giver.texts.attend()
    return giver


def to_others(caller: Caller) -> list[object]:
    return [data["outcome"] for kind, data in caller.speech.events if kind == "text_message"]


async def test_another_number_is_offered_where_file_and_operator_allow_it(bus: Bus, giver: Caller) -> None:
    giver.texting.text(Action("text", "link"))
    giver.texting.text(Action("text", "way"))
    stranger = Caller(bus, CALLER)
    stranger.texting.text(Action("text", "link"))
    assert giver.said == ["offer text-anywhere:link", "offer text:way"]
    assert stranger.said == ["offer text:link"]


async def test_who_has_no_number_is_asked_for_one(bus: Bus) -> None:
    anonymous = Caller(bus, "", others=GERMAN)
    anonymous.texting.text(Action("text", "link"))
    assert anonymous.said == ["collect text:link"]


async def test_what_was_confirmed_is_sent_there_and_nowhere_else(giver: Caller) -> None:
    assert await giver.confirms(FRIEND) == SHOP.line("text_sent_there", target="the link")
    text = await giver.texts.first(f"shop {FRIEND}")
    assert text is not None
    assert (text.body, text.to, text.call) == ("https://shop.example/", FRIEND, "c1")
    assert FRIEND.removeprefix("+") not in text.id  # which stands in logs
    assert await giver.first() is None
    assert to_others(giver) == ["sent_there"]


@pytest.mark.parametrize(
    "number",
    ["+499001234567", "+4930123456", "+4318795515", "+490151123456790", "1001", "+49"],
    ids=[
        "premium",
        "a fixed line",
        "no prefix of ours",
        "written so that no list has it",
        "of the house",
        "none",
    ],
)
async def test_other_numbers_are_sent_nothing(giver: Caller, number: str) -> None:
    assert await giver.confirms(number) == SHOP.line("text_not_there")
    assert to_others(giver) == ["not_there"]
    assert await giver.texts.waiting() == 0


async def test_a_text_whose_file_does_not_say_so_goes_to_nobody_else(giver: Caller) -> None:
    assert await giver.confirms(FRIEND, "way") == SHOP.line("text_not_there")
    assert await giver.texts.waiting() == 0


async def test_who_wants_none_gets_none_and_the_caller_does_not_learn_of_it(giver: Caller) -> None:
    await giver.texts.stop(f"shop {FRIEND}")
    assert await giver.confirms(FRIEND) == SHOP.line("text_not_there")
    assert to_others(giver) == ["unwanted_there"]
    assert await giver.texts.waiting() == 0


async def test_a_call_and_a_callers_day_have_limits(bus: Bus, giver: Caller) -> None:
    for place in range(3):
        await giver.confirms(f"+491511234567{place}")
    assert to_others(giver) == ["sent_there", "sent_there", "limit"]
    assert giver.said[-1] == SHOP.line("text_limit")
    again = Caller(bus, "0151 12345678", others=GERMAN)
    for place in range(3, 5):
        await again.confirms(f"+491511234567{place}")
    assert to_others(again) == ["sent_there", "limit"]


async def test_all_callers_together_have_a_limit_of_their_own(bus: Bus) -> None:
    few = replace(GERMAN, in_all=2)
    outcomes: list[object] = []
    for place in range(3):
        caller = Caller(bus, f"+4917012345{place}0", others=few)
        await caller.texts.attend()
        await caller.confirms(f"+491511234567{place}")
        outcomes += to_others(caller)
    assert outcomes == ["sent_there", "sent_there", "limit"]
    # What was one too many for everybody is not counted as the caller's.
    last = Caller(bus, "+491701234520", others=replace(GERMAN, per_day=1, in_all=3))
    await last.confirms("+4915112345678")
    assert to_others(last) == ["sent_there"]


async def test_a_number_gets_the_same_text_once_in_a_day(bus: Bus) -> None:
    for number in (CALLER, "+4915112345670"):
        caller = Caller(bus, number, others=GERMAN)
        await caller.texts.attend()
        await caller.confirms(FRIEND)
    text = await caller.texts.first(f"shop {FRIEND}")
    assert text is not None
    await caller.texts.done(text)
    assert await caller.texts.first(f"shop {FRIEND}") is None
