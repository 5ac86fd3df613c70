"""From Redis to a provider: a real Redis, real HTTP, a provider that misbehaves."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

import msgspec
import pytest

from parley.bus import Bus
from parley.outside.texts import DAY_S, Text, Texts
from tests.fakes.servers.receiver import Receiver
from tests.fakes.servers.serving import served
from tests.webhooks.test_delivery import until
from webhooks.texting import delivery
from webhooks.texting.delivery import Texting, wait_s
from webhooks.texting.provider import Account, Provider

THEIRS = "+4915111"


def text(body: str, id_: str = "", to: str = THEIRS, **more: object) -> Text:
    made = Text(id=id_ or body, call="c", agent="shop", sender="+4930", to=to, body=body, since=time.time())
    return msgspec.structs.replace(made, **more)


@pytest.fixture
def texts(bus: Bus) -> Texts:
    return bus.commands().texts()


@asynccontextmanager
async def at_work(texts: Texts, url: str, per_day: int = 100) -> AsyncIterator[None]:
    """The service at work; what was not taken is tried again at once."""
    provider, stopping = Provider(Account(url=url, user="AC1")), asyncio.Event()
    texting = Texting(texts, provider, per_day, lambda _age, _asked: 0.0)
    running = asyncio.create_task(texting.run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await running
        await provider.close()


def bodies(receiver: Receiver, to: str = THEIRS) -> list[str]:
    """What the provider has taken for a number, in order."""
    taken = [dict(parse_qsl(body.decode())) for _, body in receiver.taken]
    return [fields["Body"] for fields in taken if fields["To"] == to]


def url(receiver: Receiver) -> str:
    return f"http://127.0.0.1:{receiver.port}"


def dropped(reason: str) -> float:
    return delivery.DROPPED.labels(reason)._value.get()


async def test_texts_arrive_in_their_order_though_the_provider_fails_at_first(
    texts: Texts, receiver: Receiver
) -> None:
    receiver.manner = "error"
    async with at_work(texts, url(receiver)):
        for body in ("one", "two", "three"):
            await texts.put(text(body))
        await until(lambda: len(receiver.got) >= 3)
        assert {dict(parse_qsl(body.decode()))["Body"] for _, body in receiver.got} == {"one"}
        receiver.manner = "well"
        await until(lambda: len(receiver.taken) == 3)
    assert bodies(receiver) == ["one", "two", "three"]
    assert await texts.first(f"shop {THEIRS}") is None


async def test_what_a_provider_drops_is_sent_after_a_restart(texts: Texts, receiver: Receiver) -> None:
    await texts.put(text("one"))
    receiver.manner = "reset"
    async with at_work(texts, url(receiver)):
        await until(lambda: receiver.got)
    assert receiver.taken == []
    receiver.manner = "well"
    async with at_work(texts, url(receiver)):
        await until(lambda: receiver.taken)
    assert bodies(receiver) == ["one"]


class Stuck(Receiver):
    """Does not answer about a text until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()

    async def _answer(self, writer: asyncio.StreamWriter, request: tuple[dict[str, str], bytes]) -> None:
        if b"Body=one" in request[1]:
            await self.go_on.wait()
        await super()._answer(writer, request)


async def test_a_number_whose_texts_are_not_taken_keeps_no_other_waiting(texts: Texts) -> None:
    async with served(Stuck()) as stuck, at_work(texts, url(stuck)):
        await texts.put(text("one"))
        await until(lambda: stuck.got)
        await texts.put(text("two", to="+4915122"))
        await until(lambda: bodies(stuck, "+4915122") == ["two"])
        assert bodies(stuck) == []
        stuck.go_on.set()
        await until(lambda: bodies(stuck) == ["one"])


async def test_nothing_is_sent_to_who_wants_nothing_but_that_this_is_so(
    texts: Texts, receiver: Receiver
) -> None:
    before = dropped("stopped")
    await texts.put(text("one"))
    await texts.stop(f"shop {THEIRS}")
    await texts.put(text("You get nothing more.", always=True))
    async with at_work(texts, url(receiver)):
        await until(lambda: receiver.taken)
    assert bodies(receiver) == ["You get nothing more."]
    assert dropped("stopped") == before + 1


async def test_a_number_is_sent_so_much_in_a_day(texts: Texts, receiver: Receiver) -> None:
    before = dropped("limit")
    for body in ("a" * 200, "b", "c"):
        await texts.put(text(body))
    async with at_work(texts, url(receiver), per_day=3):
        await until(lambda: dropped("limit") == before + 1)
    assert bodies(receiver) == ["a" * 200, "b"]
    assert await texts.sent_today(THEIRS) == 3


async def test_what_has_waited_for_a_day_and_what_nobody_sends_is_given_up(
    texts: Texts, receiver: Receiver
) -> None:
    old, nobody = dropped("old"), dropped("no_provider")
    await texts.put(text("old", since=time.time() - DAY_S - 1))
    async with at_work(texts, url(receiver)):
        await until(lambda: dropped("old") == old + 1)
    await texts.put(text("nobody"))
    async with at_work(texts, ""):
        await until(lambda: dropped("no_provider") == nobody + 1)
    assert receiver.got == []
    assert await texts.first(f"shop {THEIRS}") is None


async def test_what_the_provider_knows_to_be_unwanted_is_remembered(texts: Texts, receiver: Receiver) -> None:
    answer = b'{"code": 21610}'
    receiver.manner = "told"
    receiver.told = answer
    receiver.status = "400 Bad Request"
    await texts.put(text("one"))
    before = dropped("refused")
    async with at_work(texts, url(receiver)):
        await until(lambda: dropped("refused") == before + 1)
    assert await texts.is_stopped(f"shop {THEIRS}")
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("age_s", "asked_s", "again_s"),
    [(0, None, 5), (20, None, 20), (600, None, 600), (80_000, None, 3600), (5, 60, 60), (5, 1e6, 3600)],
)
def test_the_waits_double_up_to_an_hour(age_s: float, asked_s: float | None, again_s: float) -> None:
    assert wait_s(age_s, asked_s) == again_s
