"""What was not known is answered on a page: tried, published, told when somebody was quicker, by who may."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import httpx
import pytest
import yaml

from api.agents import asking
from api.console.questions import grouped
from tests.api.conftest import SHOP, agent, happened, spoken
from tests.api.console.conftest import Console
from tests.api.worker import worker

WATCHES = "Do you repair watches?"
ANSWER = "We repair watches within a week."


@pytest.fixture
async def shop(console: Console, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Console]:
    """A shop that was asked about watches in two ways, and knows when it opens."""
    for wait in ("TRIED_S", "GROUPED_S", "COMPARED_S"):  # a busy machine answers late
        monkeypatch.setattr(asking, wait, 12.0)
    agent(console.site, "shop")
    spoken(console.site.store, "c1", "When do you open?", "We open at nine.")
    for call, question in (("c2", WATCHES), ("c3", "Can a watch be mended?"), ("c4", WATCHES)):
        asked = {"question": question, "register": "unknown", "said": "I am not sure."}
        happened(console.site.store, call, ("call_started", {}), ("open_question", asked), ("call_ended", {}))
    async with worker(redis_url):
        yield console


async def page(console: Console, path: str) -> str:
    """A page, while a worker of this event loop answers."""
    return await asyncio.to_thread(console.page, path)


async def send(console: Console, **fields: str) -> httpx.Response:
    written = {"agent": "shop", "questions": f"{WATCHES}\r\n\r\nCan a watch be mended?", "answer": ANSWER}
    return await asyncio.to_thread(lambda: console.send("/questions/answer", **{**written, **fields}))


def seen(text: str) -> str:
    return text.partition('name="seen" value="')[2][:16]


async def test_what_means_the_same_stands_together_and_is_tried(shop: Console) -> None:
    shop.enter("olga", "operator")
    listed = await page(shop, "/questions")
    assert "2 that mean the same" in " ".join(listed.split())
    assert 'href="/calls/c3"' in listed
    assert "Answer all" in listed
    tried = await page(shop, "/questions?agent=shop&question=When%3F")
    assert "We open at nine." in tried
    assert "facts.md" in tried
    link = unescape(listed.partition('href="/questions/answer')[2].partition('"')[0])
    form = await page(shop, f"/questions/answer{link}")
    assert f">\n{WATCHES}\nCan a watch be mended?</textarea>" in form
    assert "Publish" not in form


async def test_an_answer_is_tried_then_published(shop: Console) -> None:
    shop.enter("olga", "operator")
    tried = await send(shop, do="try")
    rows = re.findall(r"<tr><td.*?</tr>", tried.text, re.DOTALL)
    assert [[word for word in ("unanswered", "answered", "same", "lost") if f">{word}<" in row] for row in rows] == [
        ["answered"],
        ["answered"],
        ["same"],
    ]  # fmt: skip
    assert "I am not sure." in rows[0]
    assert ANSWER in rows[0]
    file = shop.site.folder / "agents/shop/agent.yaml"
    assert file.read_text() == SHOP
    done = await send(shop, do="publish", seen=seen(tried.text))
    assert (done.status_code, done.headers["location"]) == (303, "/questions?agent=shop&told=answered")
    assert yaml.safe_load(file.read_text())["curated"] == [
        {"ask": [WATCHES, "Can a watch be mended?"], "answer": ANSWER}
    ]
    assert ("console.olga", "agent.answer", "shop", "done") in shop.done()
    listed = await page(shop, "/questions?told=answered")
    assert "within seconds" in listed
    assert "Answer all" not in listed
    assert listed.count(">answered<") == 2
    assert "console.olga" in await page(shop, "/agents/shop")


async def test_whoever_was_slower_is_told_and_loses_nothing(shop: Console) -> None:
    shop.enter("olga", "operator")
    first = seen((await send(shop, do="try")).text)
    file = shop.site.folder / "agents/shop/agent.yaml"
    file.write_text(f"{SHOP}unknown: No.\n")
    late = await send(shop, do="publish", seen=first)
    assert late.status_code == 412
    assert "somebody has changed the agent meanwhile" in late.text
    assert f">\n{ANSWER}</textarea>" in late.text
    assert file.read_text() == f"{SHOP}unknown: No.\n"
    # It has been tried with what stands there now, and can be published.
    assert (await send(shop, do="publish", seen=seen(late.text))).status_code == 303
    assert yaml.safe_load(file.read_text())["unknown"] == "No."


async def test_a_fact_goes_into_the_knowledge(shop: Console) -> None:
    shop.enter("olga", "operator")
    tried = await send(shop, do="try", kind="fact")
    assert (await send(shop, do="publish", kind="fact", seen=seen(tried.text))).status_code == 303
    assert (shop.site.folder / "agents/shop/knowledge/answers.md").read_text() == f"- {ANSWER}\n"


async def test_what_cannot_be_published_is_not_offered(shop: Console) -> None:
    shop.enter("olga", "operator")
    unanswered = await send(shop, do="try", questions="When do you open?", kind="fact")
    assert "cannot be published" in unanswered.text
    assert ">unanswered<" in unanswered.text
    assert "Publish<" not in unanswered.text
    empty = await send(shop, do="try", questions=" ")
    assert empty.status_code == 422
    assert 'role="alert"' in empty.text
    assert ANSWER in empty.text
    assert "Publish<" not in empty.text


async def test_a_viewer_tries_and_does_not_publish(shop: Console) -> None:
    shop.enter("bob", "viewer")
    assert "/questions/answer" not in await page(shop, "/questions")
    tried = await send(shop, do="try")
    assert ANSWER in tried.text
    assert "Publish<" not in tried.text
    refused = await send(shop, do="publish", seen=seen(tried.text))
    assert refused.status_code == 403
    assert "is not good for answers:write" in refused.text


def test_an_answer_needs_an_agent(console: Console) -> None:
    console.enter()
    assert "there is no agent nobody" in console.page("/questions/answer?agent=nobody&question=Why", 404)


def test_groups_are_ordered_by_how_often_they_were_asked_in_all() -> None:
    def asked(question: str, count: int, group: int, last: str = "1") -> dict[str, Any]:
        return {"question": question, "count": count, "group": group, "last": last, "exact": group == 2}

    groups = grouped([asked("a", 3, 0), asked("b", 2, 1), asked("B", 2, 1, "2"), asked("c", 1, 2)])
    assert [(group["count"], group["ways"], group["last"], group["answered"]) for group in groups] == [
        (4, ["b", "B"], "2", False),
        (3, ["a"], "1", False),
        (1, ["c"], "1", True),
    ]
