"""Page Questions in a browser: what was not known is answered, tried, published, and asked again."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from agent.inquiries import Answering
from agent.knowledge.base import KnowledgeBase
from agent.knowledge.embedder import MiniLm
from api.agents import asking
from parley.agents import Agent, load_agent
from parley.bus import Bus
from tests.agent.knowledge.conftest import MODELS
from tests.api.conftest import agent, happened, spoken
from tests.api.console.browser.conftest import Enter, Here

WATCHES = "Do you repair watches?"
ANSWER = "We repair watches within a week."


@pytest.fixture
async def shop(here: Here, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """A shop that was asked about watches, and a worker with the model that callers are answered by."""
    if not (MODELS / "embeddings").is_dir():
        pytest.skip(f"no embedding model under {MODELS}")
    for wait in ("TRIED_S", "GROUPED_S", "COMPARED_S"):
        monkeypatch.setattr(asking, wait, 14.0)  # a busy machine answers late
    folder = agent(here.site, "shop")
    (folder / "knowledge/facts.md").write_text("- On Saturday we are open from 10 a.m. to 5 p.m.\n")
    spoken(here.site.store, "c1", "When are you open on Saturday?", "From 10 a.m. to 5 p.m.")
    asked = {"question": WATCHES, "register": "unknown", "said": "I am not sure."}
    happened(here.site.store, "c2", ("call_started", {}), ("open_question", asked), ("call_ended", {}))
    agents: dict[str, Agent] = {}
    base = KnowledgeBase(MiniLm(MODELS))

    def load() -> None:
        read = load_agent(folder)
        if "shop" not in agents or agents["shop"].file != read.file:
            base.load([read])
            agents["shop"] = read

    async def work() -> None:
        """Read the agent again once it has changed, as workers do."""
        while True:
            await asyncio.to_thread(load)
            await asyncio.sleep(0.2)

    await asyncio.to_thread(load)
    bus = Bus.connect(redis_url)
    answering = Answering(agents, base, bus.commands().inquiries(), lambda: False)
    working = [asyncio.create_task(answering.run()), asyncio.create_task(work())]
    yield
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    await bus.close()


@pytest.mark.usefixtures("shop")
async def test_an_unanswered_question_is_mended_and_asked_again(enter: Enter, here: Here) -> None:
    async with enter("operator") as console:
        page = console.page
        await console.open("/questions")
        await page.get_by_role("link", name=f"Try: {WATCHES}").click()
        await expect(page.locator(".answer .tag")).to_have_text("unknown")
        assert await console.flaws() == []

        await page.get_by_role("link", name=f"Answer: {WATCHES}").click()
        await expect(page.locator("#questions")).to_have_value(WATCHES)
        assert await page.get_by_role("button", name="Publish").count() == 0  # not before it was tried
        await page.fill("#answer", ANSWER)
        await page.get_by_role("button", name="Try").click()
        await expect(page.locator("#tried ~ .good")).to_be_visible()
        await expect(page.locator("tbody tr").first).to_contain_text(ANSWER)
        await expect(page.locator("tbody tr").last).to_contain_text("the same")
        assert await console.flaws() == []

        await page.get_by_role("button", name="Publish").click()
        await expect(page.locator("[role=status]").first).to_contain_text("Published")
        await expect(page.locator("tbody")).to_contain_text("answered")

        # Asked again, put otherwise: the worker has read the agent's file anew by then.
        for _ in range(50):
            await page.fill("[name=question]", "Can you repair my watch?")
            await page.get_by_role("button", name="Show").click()
            if ANSWER in str(await page.locator(".answer").text_content()):
                break
        await expect(page.locator(".answer")).to_contain_text(ANSWER)
        assert console.complaints == []
    done = [(entry.who, entry.action) for entry in here.door.audit.entries(20)]
    assert ("console.operator", "agent.answer") in done
