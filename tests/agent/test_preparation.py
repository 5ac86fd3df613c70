"""What is made ready for agents before their calls, and again after changes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from agent.knowledge.base import KnowledgeBase
from agent.knowledge.embedder import SIZE, Encoding, Vectors
from agent.language_model.prompt import ChatMessage
from agent.preparation import Preparation
from agent.voice.pool import DeadlinePool
from agent.voice.tts import Speaker, Voice
from parley.agents import Agent
from parley.agents.dialogue import Curated, Target, Translation
from parley.errors import EngineError
from tests.fakes.engines.voice import WordVoice


class OneVector:
    """Every text means the same."""

    name = "all-MiniLM-L6-v2"
    unlike = 0.0

    def embed(self, texts: Sequence[str], *, asked: bool = False) -> Vectors:
        return np.full((len(texts), SIZE), SIZE**-0.5, np.float32)

    def encode(self, texts: Sequence[str], *, asked: bool = False) -> list[Encoding]:
        return [Encoding(vector, np.zeros((0, SIZE), np.float32), ()) for vector in self.embed(texts)]


class NotingWatch:
    def __init__(self) -> None:
        self.prompts: list[list[ChatMessage]] = []
        self.further: list[list[ChatMessage]] = []

    async def read(self, prompts: Sequence[list[ChatMessage]]) -> None:
        self.prompts += prompts

    async def read_meanwhile(self, prompts: Sequence[list[ChatMessage]]) -> None:
        self.further += prompts


class Bench:
    def __init__(
        self,
        agent: Agent,
        pool: DeadlinePool,
        cache_bytes: int = 10**7,
        base: KnowledgeBase | None = None,
    ) -> None:
        self.agents = {agent.name: agent}
        self.voice = WordVoice()
        self.loaded: list[str] = []
        self.speaker = Speaker({"spare": self.voice}, pool, cache_bytes)
        self.watch = NotingWatch()
        self.preparation = Preparation(
            self.agents, base or KnowledgeBase(OneVector()), self.speaker, self._load, default_voice="spare"
        )

    def _load(self, name: str) -> Voice:
        self.loaded.append(name)
        if name == "gone":
            raise EngineError("internal", "no such voice")
        return self.voice

    @property
    def said(self) -> set[str]:
        return set(self.voice.spoken)


@pytest.fixture
def acme(shop: Agent, tmp_path: Path) -> Agent:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "facts.md").write_text("- Tea costs two dollars.\n")
    file = msgspec.structs.replace(shop.file, curated=(Curated(ask=("Who?",), answer="It is me."),))
    return Agent(name="acme", file=file, folder=tmp_path)


async def test_speech_of_lines_and_answers_is_made_in_advance(acme: Agent, pool: DeadlinePool) -> None:
    bench = Bench(acme, pool)
    await bench.preparation.begin()
    assert bench.loaded == ["joe"]
    assert bench.said == set()  # jobs are taken before
    await bench.preparation.go_on()
    assert {"Hello, Shop.", "Thanks.", "It is me.", "Tea costs two dollars."} <= bench.said
    assert {"I do not know that for sure.", "Here is what I can tell you."} <= bench.said
    before = len(bench.voice.spoken)
    async for _ in bench.speaker.speak("joe", "Tea costs two dollars.", 0.0):
        pass
    assert len(bench.voice.spoken) == before


async def test_a_voice_that_is_not_there_is_replaced(acme: Agent, pool: DeadlinePool) -> None:
    agent = msgspec.structs.replace(acme, file=msgspec.structs.replace(acme.file, voice="gone"))
    bench = Bench(agent, pool)
    await bench.preparation.begin()
    await bench.preparation.go_on()
    assert not bench.speaker.has("gone")
    assert "It is me." in bench.said


async def test_a_changed_agent_is_prepared_again(acme: Agent, pool: DeadlinePool) -> None:
    bench = Bench(acme, pool)
    await bench.preparation.begin()
    (acme.folder / "knowledge" / "facts.md").write_text("- Tea costs three dollars.\n")
    bench.agents["acme"] = msgspec.structs.replace(
        acme, file=msgspec.structs.replace(acme.file, greeting="Welcome back.")
    )
    await bench.preparation.again(bench.watch, {"acme"})
    assert {"Welcome back.", "Tea costs three dollars."} <= bench.said
    assert len(bench.watch.prompts) == 1
    assert "Tea costs three dollars." in bench.watch.prompts[0][0]["content"]


async def test_the_prompts_of_other_languages_are_further_ones(acme: Agent, pool: DeadlinePool) -> None:
    german = Translation(greeting="Guten Tag.", persona="Du bist da.")
    agent = msgspec.structs.replace(
        acme,
        file=msgspec.structs.replace(acme.file, languages={"de": german, "en": Translation(greeting="?")}),
    )
    bench = Bench(agent, pool)
    await bench.preparation.begin()
    (first,), (other,) = bench.preparation.prompts().values(), bench.preparation.further_prompts()
    assert "Guten Tag." not in first[0]["content"]
    assert "Guten Tag." in other[0]["content"]
    await bench.preparation.again(bench.watch, {"acme"})
    assert (bench.watch.prompts, bench.watch.further) == ([first], [other])


async def test_answers_do_not_fill_the_memory_for_speech(acme: Agent, pool: DeadlinePool) -> None:
    lines = "\n".join(f"- Article {n} is in aisle {n} of the hall." for n in range(40))
    (acme.folder / "knowledge" / "facts.md").write_text(lines)
    bench = Bench(acme, pool, cache_bytes=1_000_000)
    await bench.preparation.begin()
    await bench.preparation.go_on()
    assert 0.7 <= bench.speaker.fullness < 0.9
    assert "It is me." in bench.said
    assert "Article 39 is in aisle 39 of the hall." not in bench.said


async def test_an_agent_that_went_away_meanwhile(acme: Agent, pool: DeadlinePool) -> None:
    bench = Bench(acme, pool)
    del bench.agents["acme"]
    await asyncio.wait_for(bench.preparation.again(bench.watch, {"acme"}), 5)
    assert bench.said == set()


async def test_how_a_person_is_asked_for_is_learnt_where_there_are_people(
    acme: Agent, pool: DeadlinePool
) -> None:
    targets = {"desk": Target(name="the desk", extension="1001")}
    staffed = msgspec.structs.replace(acme, file=msgspec.structs.replace(acme.file, targets=targets))
    for agent, learnt in ((acme, False), (staffed, True)):
        base = KnowledgeBase(OneVector())
        bench = Bench(agent, pool, base=base)
        await bench.preparation.begin()
        await bench.preparation.learn()
        # By the words alone: every text means the same here.
        assert (base.people.wanted("I want to speak to a person.", targets, "en") is not None) == learnt
