"""Nothing that goes on in the background ends unnoticed."""

import asyncio

import pytest

from chat.watching import until_done, watched
from tests.chat.conftest import Scene, asked, happened


async def breaks(after: asyncio.Event) -> None:
    await after.wait()
    raise ValueError("broken")


async def waits(until: asyncio.Event) -> None:
    await until.wait()


async def test_what_breaks_is_followed_by_what_is_to_be_done_then() -> None:
    told: list[str] = []
    now = asyncio.Event()
    task = watched(breaks(now), "work", lambda: told.append("broke"), chat="c1")
    now.set()
    await asyncio.wait((task,))
    await asyncio.sleep(0)
    assert told == ["broke"]


async def test_what_is_cancelled_is_not_broken() -> None:
    told: list[str] = []
    task = watched(breaks(asyncio.Event()), "work", lambda: told.append("broke"), chat="c1")
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait((task,))
    await asyncio.sleep(0)
    assert told == []


async def test_who_serves_ends_with_what_breaks_beside_it() -> None:
    now, never = asyncio.Event(), asyncio.Event()
    beside = [asyncio.create_task(breaks(now)), asyncio.create_task(waits(never))]
    now.set()
    with pytest.raises(ValueError, match="broken"):
        await until_done(waits(never), beside)
    beside[1].cancel()


async def test_what_ends_beside_it_is_no_reason_to_stop_serving() -> None:
    over, beside = asyncio.Event(), asyncio.Event()
    beside.set()
    ended = asyncio.create_task(waits(beside))
    waiting = asyncio.create_task(until_done(waits(over), [ended]))
    await asyncio.wait((ended,))
    await asyncio.sleep(0)
    assert not waiting.done()
    over.set()
    await waiting


async def test_a_chat_whose_keeping_breaks_is_told_to_have_failed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await scene.begin()

    async def refuse(*_: object) -> bool:
        raise ValueError("broken")

    monkeypatch.setattr(scene.bus, "keep_chat", refuse)
    talk.sent(talk.kept.board.lines[0])
    await happened(scene, talk.id, "call_ended", outcome="failed")
    monkeypatch.undo()
    assert await asked(await scene.begin(), "When are you open?"), "the others go on"
