"""What an agent did not know, and what it would answer, with a real Redis and somebody who answers as a worker does."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.agents import asking
from parley.bus import Bus
from parley.outside.inquiries import Inquiry, InquiryAnswer, ReadFile
from tests.api.conftest import Site, agent, happened, served
from tests.api.worker import FACT, worker


@pytest.fixture
def site(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(asking, "TRIED_S", 12.0)  # a busy machine answers late
    monkeypatch.setattr(asking, "FILES_S", 12.0)
    with served(tmp_path, redis_url) as site:
        agent(site, "shop")
        yield site


def client(site: Site, *scopes: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {site.key(*scopes)}"}
    return httpx.AsyncClient(base_url=f"{site.url}/api/v1", headers=headers, timeout=40)


async def test_a_question_is_tried_out_by_a_worker(site: Site, redis_url: str) -> None:
    async with worker(redis_url) as asked, client(site, "agents:read") as api:
        body = {"question": "When do you open?", "language": "en"}
        told = (await api.post("/agents/shop/ask", json=body)).json()
        assert (await api.post("/agents/nobody/ask", json=body)).status_code == 404
        assert (await api.post("/agents/shop/ask", json={"question": " "})).status_code == 422
    assert (asked[0].agent, asked[0].question, asked[0].language) == ("shop", "When do you open?", "en")
    assert (told["register"], told["line"], told["known"]) == ("say", FACT.text, 0.95)
    assert told["evidence"][0]["source"] == "facts.md"


@pytest.mark.parametrize(("result", "status"), [("busy", 503), ("unknown", 409)])
async def test_why_there_is_no_answer_is_told(site: Site, redis_url: str, result: str, status: int) -> None:
    def answer(_inquiry: Inquiry) -> InquiryAnswer:
        return InquiryAnswer(result=result)  # type: ignore[arg-type]

    async with worker(redis_url, answer), client(site, "agents:read") as api:
        assert (await api.post("/agents/shop/ask", json={"question": "Why?"})).status_code == status


async def test_without_a_worker_nobody_waits_for_ever(
    site: Site, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "TRIED_S", 0.1)
    monkeypatch.setattr(asking, "FILES_S", 0.1)
    (site.folder / "agents/shop/knowledge/facts.md").write_text("- We open at nine.")
    async with client(site, "agents:read") as api:
        assert (await api.post("/agents/shop/ask", json={"question": "Why?"})).status_code == 504
        (file,) = (await api.get("/agents/shop/knowledge")).json()["files"]
    assert (file["name"], file["facts"], file["complaint"]) == ("facts.md", None, None)
    # What nobody has taken is not left for somebody who comes later.
    bus = Bus.connect(redis_url)
    assert await bus.commands().inquiries().take(0.01) is None
    await bus.close()


async def test_what_was_made_of_a_file_is_told_of_what_it_is_now(site: Site, redis_url: str) -> None:
    folder = site.folder / "agents/shop/knowledge"
    for name in ("facts.md", "empty.md", "changed.md"):
        (folder / name).write_text("- We open at nine.")
    async with client(site, "agents:read") as api:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asking, "FILES_S", 0.1)
            version = (await api.get("/agents/shop/knowledge")).json()["files"][0]["version"]
        read = {
            "facts.md": ReadFile(version=version, facts=1, complaint=""),
            "empty.md": ReadFile(version=version, facts=0, complaint="is empty"),
            "changed.md": ReadFile(version="0" * 16, facts=7, complaint=""),
        }

        def answer(_inquiry: Inquiry) -> InquiryAnswer:
            return InquiryAnswer(result="answered", files=read)

        async with worker(redis_url, answer):
            files = (await api.get("/agents/shop/knowledge")).json()["files"]
    told = {file["name"]: (file["facts"], file["complaint"]) for file in files}
    assert told == {"facts.md": (1, None), "empty.md": (0, "is empty"), "changed.md": (None, None)}


async def test_what_an_agent_did_not_know_is_counted(site: Site) -> None:
    for call, question in (("c1", "Do you repair watches?"), ("c2", "do you repair watches"), ("c3", "Why?")):
        asked = {"question": question, "register": "unknown", "said": "I am not sure."}
        happened(site.store, call, ("call_started", {}), ("open_question", asked), ("call_ended", {}))
    async with client(site, "calls:read") as api:
        told = (await api.get("/agents/shop/questions", params={"limit": 1})).json()["questions"]
    assert [(q["count"], q["question"].lower().strip("?")) for q in told] == [(2, "do you repair watches")]
