"""Files of knowledge on an agent's page: uploaded by who may, under names that are some, and looked into."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from api.agents import asking
from api.console.door import FORM
from parley.agents import document
from parley.outside.inquiries import Fact, Inquiry, InquiryAnswer, ReadFile
from tests.api.conftest import SHOP, agent
from tests.api.console.conftest import Console
from tests.api.worker import worker

GERMAN = "languages:\n  de: {greeting: Hallo!}\n"
FACTS = b"# Hours\n- We are open from nine.\n"


@pytest.fixture
def shop(console: Console, monkeypatch: pytest.MonkeyPatch) -> Console:
    """An agent of two languages, and an admin; no agent worker."""
    monkeypatch.setattr(asking, "FILES_S", 0.05)
    (agent(console.site, "shop") / "agent.yaml").write_text(SHOP + GERMAN)
    console.enter()
    return console


def folder(console: Console) -> Path:
    return console.site.folder / "agents/shop/knowledge"


def put(console: Console, *files: tuple[str, bytes], language: str = "en") -> httpx.Response:
    """Send the form of the agent's page."""
    session = console.door.sessions.known(console.browser.cookies["parley_console"])
    assert session is not None
    sent = [("files", (name, data)) for name, data in files]
    fields = {FORM: session.form, "language": language}
    return console.browser.post("/agents/shop/knowledge", data=fields, files=sent)


def everything(console: Console) -> dict[str, bytes]:
    root = console.site.folder / "agents"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_files_are_uploaded_together_and_one_is_removed(shop: Console) -> None:
    done = put(shop, ("facts.md", FACTS), ("Größen & Co.md", b"- L is 40.\n"))
    assert (done.status_code, done.headers["location"]) == (303, "/agents/shop?told=uploaded#knowledge")
    assert put(shop, ("facts.md", b"- Ab neun.\n"), language="de").status_code == 303
    page = shop.page("/agents/shop")
    assert 'href="/agents/shop/knowledge/Gr%C3%B6%C3%9Fen%20%26%20Co.md?language=en"' in page
    assert (folder(shop) / "de/facts.md").read_bytes() == b"- Ab neun.\n"
    got = shop.browser.get("/agents/shop/knowledge/Größen & Co.md/download?language=en")
    assert got.content == b"- L is 40.\n"
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fen%20%26%20Co.md"
    removed = shop.send("/agents/shop/knowledge/remove", file="facts.md", language="de")
    assert removed.headers["location"] == "/agents/shop?told=file-removed#knowledge"
    assert sorted(everything(shop)) == [
        "shop/agent.yaml", "shop/knowledge/Größen & Co.md", "shop/knowledge/facts.md",
    ]  # fmt: skip
    assert ("console.anna", "knowledge.put", "shop/facts.md", "done") in shop.done()
    assert ("console.anna", "knowledge.delete", "shop/facts.md", "done") in shop.done()


@pytest.mark.parametrize(
    "name",
    ["../agent.yaml", "..\\agent.yaml", "..", ".", ".hidden", "/etc/passwd", "a/b.md", "x" * 101, "a\x7fb"],
)
def test_no_name_leads_out_of_the_folder(shop: Console, name: str) -> None:
    before = everything(shop)
    refused = put(shop, (name, b"company: Evil\n"), ("good.md", FACTS))
    assert refused.status_code == 422
    assert "may stand in its name" in refused.text
    assert everything(shop) == before | {"shop/knowledge/good.md": FACTS}
    removed = shop.send("/agents/shop/knowledge/remove", file=name, language="en")
    assert removed.status_code in (404, 405, 422)
    assert everything(shop) == before | {"shop/knowledge/good.md": FACTS}


def test_what_is_not_taken_is_told_with_its_name(shop: Console) -> None:
    refused = put(shop, ("empty.md", b""), ("good.md", FACTS), ("facts.md~", FACTS))
    assert refused.status_code == 422
    told = refused.text.partition('id="errors"')[2].partition("</div>")[0]
    assert re.findall(r"<code>(.*?)</code> (.*?)</li>", told) == [
        ("empty.md", "the file is empty"),
        ("facts.md~", "no reader looks at a file of such a name"),
    ]
    assert ">good.md<" in refused.text
    assert "no file was chosen" in put(shop, ("", b"")).text
    assert put(shop, ("a.md", FACTS), language="fr").status_code == 422


def test_there_is_an_end_to_how_much(shop: Console) -> None:
    assert put(shop, ("long.md", b"x" * 20_000_001)).status_code == 413
    assert put(shop, *((f"{number}.md", FACTS) for number in range(21))).status_code == 400
    assert list(folder(shop).iterdir()) == []


def test_who_may_not_sees_no_form_and_is_refused(shop: Console) -> None:
    put(shop, ("facts.md", FACTS))
    for name, role in (("bob", "viewer"), ("olga", "operator")):
        shop.enter(name, role)
        page = shop.page("/agents/shop")
        assert ">facts.md<" in page
        assert "data-drop" not in page
        assert "is not good for agents:write" in put(shop, ("more.md", FACTS)).text
        assert shop.send("/agents/shop/knowledge/remove", file="facts.md").status_code == 403
    assert [path.name for path in folder(shop).iterdir()] == ["facts.md"]
    elsewhere = {"Origin": "https://evil.example"}
    answer = shop.browser.post("/agents/shop/knowledge", headers=elsewhere, files={"files": b""})
    assert answer.status_code == 403


def read(inquiry: Inquiry) -> InquiryAnswer:
    now = document.version(FACTS)
    facts = [Fact(text="We are <b>open</b> from nine.", heading="Hours")]
    files = {
        "facts.md": ReadFile(version=now, facts=250, complaint=""),
        "scan.pdf": ReadFile(version=now, facts=0, complaint="has no text"),
    }
    return InquiryAnswer(result="answered", files=files, facts=facts if inquiry.file == "facts.md" else [])


async def test_what_was_read_in_a_file_is_shown(
    shop: Console, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wait in ("FILES_S", "TRIED_S"):
        monkeypatch.setattr(asking, wait, 12.0)  # a busy machine answers late
    await asyncio.to_thread(put, shop, ("facts.md", FACTS), ("scan.pdf", FACTS), ("new.md", b"- New.\n"))
    shop.enter("bob", "viewer")
    async with worker(redis_url, read):
        listed = await asyncio.to_thread(shop.page, "/agents/shop")
        pages = {
            name: await asyncio.to_thread(shop.page, f"/agents/shop/knowledge/{name}?language=en")
            for name in ("facts.md", "scan.pdf", "new.md")
        }
    assert "data-unread" in listed  # of new.md nothing is known yet
    assert "We are &lt;b&gt;open&lt;/b&gt; from nine." in pages["facts.md"]
    assert "250 facts, of which these are the first 1." in " ".join(pages["facts.md"].split())
    assert "Nothing: has no text" in pages["scan.pdf"]
    assert "has not read it yet" in pages["new.md"]
    assert "Remove" not in pages["facts.md"]
    shop.page("/agents/shop/knowledge/other.md", 404)


def test_without_a_worker_that_is_told(shop: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TRIED_S", 0.1)
    put(shop, ("facts.md", FACTS))
    assert "no agent worker has answered in time" in shop.page("/agents/shop/knowledge/facts.md")
