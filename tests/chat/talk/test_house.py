import time

import pytest

from chat.talk.house import SHOWN_S, Full
from chat.talk.keeper import Forgotten
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
