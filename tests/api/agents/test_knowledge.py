"""Files of knowledge: listed with what an agent worker made of them, put, read and deleted."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.agents import asking
from api.agents import knowledge as disk
from parley.agents import document
from parley.outside.inquiries import Fact, Inquiry, InquiryAnswer, ReadFile
from tests.api.conftest import SHOP, Site, agent, served
from tests.api.worker import worker

GERMAN = "languages:\n  de: {greeting: Hallo!}\n"


@pytest.fixture
def shop(site: Site) -> Path:
    folder = agent(site, "shop")
    (folder / "agent.yaml").write_text(SHOP + GERMAN)
    (folder / "knowledge/facts.md").write_text("# Hours\n- We are open from nine.\n")
    (folder / "knowledge/.hidden").write_text("x")
    return folder / "knowledge"


def test_files_come_and_go(site: Site, shop: Path) -> None:
    with site.client("agents:read", "agents:write", "audit:read") as client:
        names = [file["name"] for file in client.get("/agents/shop/knowledge").json()["files"]]
        assert names == ["facts.md"]
        put = client.put("/agents/shop/knowledge/Größen 2.md", content=b"- L is 40.\n")
        assert (put.status_code, put.json()["bytes"]) == (200, 11)
        put = client.put("/agents/shop/knowledge/facts.md?language=de", content=b"- Ab neun.\n")
        listed = client.get("/agents/shop/knowledge").json()["files"]
        assert [(f["name"], f["language"]) for f in listed] == [
            ("Größen 2.md", "en"),
            ("facts.md", "en"),
            ("facts.md", "de"),
        ]
        assert client.get("/agents/shop/knowledge/facts.md?language=de").content == b"- Ab neun.\n"
        assert client.delete("/agents/shop/knowledge/facts.md").json() == {"result": "done"}
        assert client.delete("/agents/shop/knowledge/facts.md").status_code == 404
        done = [(e["action"], e["subject"]) for e in client.get("/audit").json()["entries"]]
    assert sorted(path.name for path in shop.rglob("*") if path.is_file()) == [
        ".hidden",
        "Größen 2.md",
        "facts.md",
    ]
    assert done[0] == ("knowledge.delete", "shop/facts.md")
    assert done[1] == ("knowledge.put", "shop/facts.md")
    assert [path.name for path in (site.folder / "agents").iterdir()] == ["shop"]


@pytest.mark.parametrize(
    "name",
    ["..%2fagent.yaml", "..%2F..%2Fx", ".hidden", "%2e%2e", "a%5Cb", "a%00b", "x%0a"],
)
def test_there_is_no_way_out_of_the_folder(site: Site, shop: Path, name: str) -> None:
    with site.client("agents:read", "agents:write") as client:
        before = {path: path.read_bytes() for path in site.folder.rglob("agents/**/*") if path.is_file()}
        for answer in (
            client.put(f"/agents/shop/knowledge/{name}", content=b"x"),
            client.get(f"/agents/shop/knowledge/{name}"),
            client.delete(f"/agents/shop/knowledge/{name}"),
        ):
            assert answer.status_code in (400, 404, 405, 422), answer.text
        after = {path: path.read_bytes() for path in site.folder.rglob("agents/**/*") if path.is_file()}
    assert before == after


@pytest.mark.parametrize(
    ("name", "status"), [("a.md~", 422), ("~$a.docx", 422), ("ä" * 100, 200), ("中" * 90, 422), ("de", 409)]
)
def test_names_that_no_reader_looks_at(site: Site, shop: Path, name: str, status: int) -> None:
    (shop / "de").mkdir()
    with site.client("agents:write") as client:
        assert client.put(f"/agents/shop/knowledge/{name}", content=b"- A fact.").status_code == status


def test_a_language_that_the_agent_does_not_speak_has_no_files(site: Site, shop: Path) -> None:
    with site.client("agents:read", "agents:write") as client:
        assert client.put("/agents/shop/knowledge/a.md?language=fr", content=b"x").status_code == 404
        assert client.get("/agents/nobody/knowledge").status_code == 404
        (shop.parent / "agent.yaml").write_text("company: [")
        answer = client.get("/agents/shop/knowledge")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:parley:problem:broken")


def test_there_is_an_end_to_how_much(site: Site, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MOST_FILES", 1)
    with site.client("agents:write") as client:
        assert client.put("/agents/shop/knowledge/facts.md", content=b"- Another.").status_code == 200
        more = client.put("/agents/shop/knowledge/more.md", content=b"- More.")
        long = client.put("/agents/shop/knowledge/facts.md", content=b" " * 20_000_001)
    assert (more.status_code, more.json()["type"]) == (409, "urn:parley:problem:too-many-files")
    assert long.status_code == 413
    assert (shop / "facts.md").read_bytes() == b"- Another."


FACTS = b"# Hours\n- We are open from nine.\n"


@pytest.fixture
def listens(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(asking, "TRIED_S", 12.0)  # a busy machine answers late
    with served(tmp_path, redis_url) as site:
        for name in ("facts.md", "new.md", "empty.md"):
            (tmp_path / "agents/shop/knowledge").mkdir(parents=True, exist_ok=True)
            (tmp_path / "agents/shop/knowledge" / name).write_bytes(FACTS)
        (tmp_path / "agents/shop/agent.yaml").write_text(SHOP)
        yield site


def read(inquiry: Inquiry) -> InquiryAnswer:
    now = document.version(FACTS)
    files = {
        "facts.md": ReadFile(version=now, facts=1, complaint=""),
        "new.md": ReadFile(version="0" * 16, facts=1, complaint=""),
        "empty.md": ReadFile(version=now, facts=0, complaint="has no text"),
    }
    facts = [Fact(text="We are open from nine.", heading="Hours")] if inquiry.file != "empty.md" else []
    return InquiryAnswer(result="answered", files=files, facts=facts)


async def test_the_facts_of_a_file_are_those_of_the_file_as_it_is_now(listens: Site, redis_url: str) -> None:
    headers = {"Authorization": f"Bearer {listens.key('agents:read')}"}
    base = f"{listens.url}/api/v1/agents/shop/knowledge"
    async with worker(redis_url, read) as asked, httpx.AsyncClient(headers=headers, timeout=30) as api:
        found = {
            name: (await api.get(f"{base}/{name}/facts")).json()
            for name in ("facts.md", "new.md", "empty.md")
        }
        missing = await api.get(f"{base}/other.md/facts")
    assert found["facts.md"]["known"] == [{"text": "We are open from nine.", "heading": "Hours"}]
    assert (found["facts.md"]["facts"], found["facts.md"]["version"]) == (1, document.version(FACTS))
    assert (found["new.md"]["facts"], found["new.md"]["known"]) == (None, [])
    assert (found["empty.md"]["complaint"], found["empty.md"]["known"]) == ("has no text", [])
    assert missing.status_code == 404
    assert [inquiry.file for inquiry in asked] == ["facts.md", "new.md", "empty.md"]
