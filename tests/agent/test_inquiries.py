"""Questions that belong to no call, with a real model and a real Redis."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent import drafts
from agent.inquiries import Answering, try_out
from agent.knowledge.base import KnowledgeBase
from agent.knowledge.embedder import MiniLm
from parley.agents import Agent, load_agent
from parley.bus import Bus
from parley.outside.inquiries import Draft, Inquiry
from tests.agent.knowledge.conftest import MODELS

SHOP = """\
company: Shop
extensions: ["100"]
greeting: Hello!
persona: You are the shop's voice.
"""


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    if not (MODELS / "embeddings").is_dir():
        pytest.skip(f"no embedding model under {MODELS}")
    return KnowledgeBase(MiniLm(MODELS))


@pytest.fixture
def shop(tmp_path: Path, base: KnowledgeBase) -> Agent:
    (tmp_path / "shop/knowledge").mkdir(parents=True)
    (tmp_path / "shop/agent.yaml").write_text(SHOP)
    (tmp_path / "shop/knowledge/facts.md").write_text("- On Saturday we are open from 10 a.m. to 5 p.m.\n")
    (tmp_path / "shop/knowledge/empty.md").write_text("")
    agent = load_agent(tmp_path / "shop")
    base.load([agent])
    return agent


def test_what_would_be_answered_by_which_fact(base: KnowledgeBase, shop: Agent) -> None:
    trial = try_out(base, shop, "When are you open on Saturday?")
    assert trial.register == "say"
    assert "10 a.m." in trial.line
    assert (trial.evidence[0].source, trial.action) == ("facts.md", "none")
    assert trial.known > 0.5


WATCHES = ("Do you repair watches?", "Can you repair my watch?")


@pytest.mark.parametrize("asks", [WATCHES, ()])
def test_a_draft_is_known_to_nobody_else(base: KnowledgeBase, shop: Agent, asks: tuple[str, ...]) -> None:
    draft = Draft(answer="Watches are repaired within a week.", asks=asks)
    knowing, agent = drafts.with_draft(base, shop, draft)
    trial = try_out(knowing, agent, WATCHES[0])
    assert (trial.register, trial.line) == ("say", draft.answer)
    assert trial.evidence[0].source == ("curated" if asks else "answers.md")
    assert "10 a.m." in try_out(knowing, agent, "When are you open on Saturday?").line
    assert draft.answer not in try_out(base, shop, WATCHES[0]).line


def test_what_is_no_fact_changes_nothing(base: KnowledgeBase, shop: Agent) -> None:
    assert drafts.with_draft(base, shop, Draft(answer="?")) == (base, shop)


@asynccontextmanager
async def answering(redis_url: str, base: KnowledgeBase, shop: Agent, *, busy: bool) -> AsyncIterator[Bus]:
    bus = Bus.connect(redis_url)
    worker = Answering({"shop": shop}, base, bus.commands().inquiries(), lambda: busy)
    running = asyncio.create_task(worker.run())
    yield bus
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await bus.close()


def inquiry(**fields: str | float | tuple[str, ...] | Draft) -> Inquiry:
    return Inquiry(**({"id": f"x{time.monotonic_ns()}", "agent": "shop", "until": time.time() + 30} | fields))  # type: ignore[arg-type]


async def test_a_worker_answers_what_it_is_asked(redis_url: str, base: KnowledgeBase, shop: Agent) -> None:
    async with answering(redis_url, base, shop, busy=False) as bus:
        asking = bus.commands().inquiries()
        tried = await asking.ask(inquiry(question="When are you open on Saturday?"), 30)
        read = await asking.ask(inquiry(), 30)
        facts = {
            name: await asking.ask(inquiry(file=name), 30)
            for name in ("facts.md", "empty.md", "../agent.yaml")
        }
        strange = await asking.ask(inquiry(agent="nobody"), 30)
        draft = Draft(answer="Watches are repaired within a week.", asks=WATCHES[:1])
        changed = await asking.ask(inquiry(questions=WATCHES, draft=draft), 30)
        same = await asking.ask(inquiry(questions=(WATCHES[0], "Do you sell tea?", WATCHES[1])), 30)
    assert tried is not None
    assert tried.trial is not None
    assert "10 a.m." in tried.trial.line
    assert read is not None
    assert {name: (file.facts, file.complaint) for name, file in read.files.items()} == {
        "facts.md": (1, ""),
        "empty.md": (0, "is empty"),
    }
    assert read.facts == []
    assert {name: [fact.text for fact in answer.facts] for name, answer in facts.items() if answer} == {
        "facts.md": ["On Saturday we are open from 10 a.m. to 5 p.m."],
        "empty.md": [],
        "../agent.yaml": [],
    }
    assert strange is not None
    assert strange.result == "unknown"
    assert changed is not None
    assert [each.before.line == each.after.line for each in changed.compared] == [False, False]
    assert [each.after.evidence[0].text for each in changed.compared] == [draft.answer] * 2
    assert same is not None
    assert same.groups == [0, 1, 0]


async def test_callers_come_first(redis_url: str, base: KnowledgeBase, shop: Agent) -> None:
    async with answering(redis_url, base, shop, busy=True) as bus:
        answer = await bus.commands().inquiries().ask(inquiry(until=time.time() + 2, question="Why?"), 30)
    assert answer is not None
    assert answer.result == "busy"
