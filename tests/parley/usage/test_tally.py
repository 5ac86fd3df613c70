import asyncio
from typing import Any

import pytest

from parley.usage import tally
from parley.usage.tally import Tally, Use


def test_uses_of_one_engine_are_added_up() -> None:
    done = Tally()
    done.add(Use(part="tts", engine="tts-1", requests=1, characters=10))
    done.add(Use(part="tts", requests=1, characters=7))
    done.add(Use(part="tts", engine="tts-1", requests=1, characters=5))
    done.add(Use(part="llm", engine="tts-1", requests=1, read=9, cached=4, written=2, estimated=1))
    assert done.uses == [
        Use(part="tts", engine="tts-1", requests=2, characters=15),
        Use(part="tts", requests=1, characters=7),
        Use(part="llm", engine="tts-1", requests=1, read=9, cached=4, written=2, estimated=1),
    ]


async def test_jobs_at_the_same_time_have_tallies_of_their_own_and_their_tasks_count_into_them() -> None:
    async def work(characters: int) -> Tally:
        with tally.counting() as done:
            await asyncio.sleep(0)
            tally.count(Use(part="tts", characters=characters))
            await asyncio.create_task(helper(characters))
        return done

    async def helper(characters: int) -> None:
        tally.count(Use(part="tts", characters=characters))

    first, second = await asyncio.gather(work(1), work(20))
    assert [use.characters for done in (first, second) for use in done.uses] == [2, 40]


def test_what_is_done_for_nobody_is_counted_nowhere() -> None:
    with tally.counting() as done:
        pass
    tally.count(Use(part="tts", characters=1))
    assert done.uses == []


async def test_a_tally_is_told_as_one_event_and_an_empty_one_as_none() -> None:
    told: list[tuple[str, str, dict[str, Any]]] = []

    async def emit(kind: str, call: str, **data: Any) -> None:
        told.append((kind, call, data))

    done = Tally()
    await tally.tell(emit, "c1", "shop", done)
    done.add(Use(part="stt", engine="whisper-1", requests=1, seconds=2.5))
    await tally.tell(emit, "c1", "shop~b", done)  # the other version of an experiment
    use = {"part": "stt", "engine": "whisper-1", "requests": 1, "seconds": 2.5}
    assert told == [("usage", "c1", {"agent": "shop", "uses": [use]})]


@pytest.mark.parametrize(
    ("model", "url", "name"),
    [
        ("gpt-4o-mini", "https://api.openai.com/v1", "gpt-4o-mini"),
        ("org/model", "", "org/model"),
        ("https://abc.endpoints.example/v1", "", "abc.endpoints.example"),
        ("local", "http://gpu.example:8000/v1", "gpu.example"),
    ],
)
def test_an_engine_outside_is_named_by_its_model_and_never_as_our_own(
    model: str, url: str, name: str
) -> None:
    assert tally.outside(model, url) == name
