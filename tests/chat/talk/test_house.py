import time

import msgspec
import pytest

from chat.talk.house import SHOWN_S, Full
from chat.talk.keeper import Forgotten
from parley.agents import Agent
from parley.agents.dialogue import Experiment
from parley.agents.load import versions
from parley.messages import ReplyJob
from tests.chat.conftest import Scene, asked, happened, lines, open_house, shop, until


async def test_another_process_goes_on_with_what_was_not_answered(redis_url: str) -> None:
    agents = {"shop": shop()}
    async with open_house(redis_url, agents, works=False) as before:
        talk = await before.begin(digest="d")
        await talk.take("When are you open?")
        await until(talk, lambda: talk.kept.board.typing)
        chat = talk.id
    async with open_house(redis_url, agents) as after:
        again = after.house.talk(chat)
        assert again is not None
        assert again.kept.digest == "d"
        await until(again, lambda: not again.kept.unanswered)
        assert lines(again)[-2:] == [
            ("visitor", "When are you open?"),
            ("agent", "We open at nine. We close at five."),
        ]


async def test_who_is_forgotten_leaves_no_chat(scene: Scene) -> None:
    talk = await scene.begin("sip", caller="1000", extension="100")
    await asked(talk, "When are you open?")
    await happened(scene, talk.id, "turn")
    assert talk.id in await scene.bus.event_log().forget("1000", [])
    with pytest.raises(Forgotten):
        await talk.take("Hello?")
    talk._settle()
    await until(talk, lambda: talk.phase == "ended")
    assert [key async for key in scene.bus._redis.scan_iter(match=f"call:{talk.id}*")] == []
    assert scene.house.thread("sip", "shop", "1000") is None


async def test_who_writes_no_more_has_ended_the_chat(scene: Scene) -> None:
    talk = await scene.begin("sip", caller="1000")
    assert scene.house.thread("sip", "shop", "1000") is talk
    scene.house.look(time.time() + 99)
    assert talk.phase == "agent"
    scene.house.look(time.time() + 101)
    assert talk.phase == "ended"
    assert scene.house.thread("sip", "shop", "1000") is None
    assert (await happened(scene, talk.id, "call_ended")).data["outcome"] == "silent"
    assert scene.house.talk(talk.id) is talk
    scene.house.look(time.time() + SHOWN_S + 1)
    assert scene.house.talk(talk.id) is None


async def test_there_are_only_so_many(scene: Scene) -> None:
    for _ in range(10):
        await scene.begin()
    with pytest.raises(Full):
        await scene.begin()


async def test_what_cannot_be_kept_was_not_taken(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = await scene.begin()

    async def away(*_: object, **__: object) -> bool:
        raise ConnectionError

    monkeypatch.setattr(scene.bus, "keep_chat", away)
    with pytest.raises(ConnectionError):
        await talk.take("Hello?")
    assert [who for who, _ in lines(talk)] == ["agent"]
    assert talk.kept.unanswered == []


def test_a_job_says_how_its_answer_is_to_come() -> None:
    job = ReplyJob(call="c", gateway="g", agent="a", turn=1, revision=1, queued_at=0.0)
    assert job.channel == "voice"


def two_versions() -> Agent:
    a = shop(experiment=Experiment(name="x", share=50, change={"apology": "Pardon?"}))
    return msgspec.structs.replace(a, variant="a", other=msgspec.structs.replace(a, variant="b"))


async def test_chats_have_the_versions_of_an_experiment_and_keep_theirs(redis_url: str) -> None:
    agents = versions([two_versions()])
    async with open_house(redis_url, agents) as before:
        talks = [
            await before.begin("sms", caller=f"+4930123{number}", extension="100") for number in range(8)
        ]
        again = [await before.begin("sip", caller=talk.kept.caller) for talk in talks[:2]]
        assert {talk.kept.agent for talk in talks} == {"shop", "shop~b"}
        assert [talk.kept.agent for talk in again] == [talk.kept.agent for talk in talks[:2]]
        talk = next(talk for talk in talks if talk.kept.agent == "shop~b")
        assert before.house.thread("sms", "shop", talk.kept.caller) is talk
        assert await asked(talk, "When are you open?") == "We open at nine. We close at five."
        started = await happened(before, talk.id, "call_started")
        assert (started.data["agent"], started.data["experiment"], started.data["variant"]) == (
            "shop",
            "x",
            "b",
        )
    del agents["shop~b"]
    async with open_house(redis_url, agents) as after:
        resumed = after.house.talk(talk.id)
        assert resumed is not None
        assert await asked(resumed, "And tomorrow?") == "We open at nine. We close at five."
