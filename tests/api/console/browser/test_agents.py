"""Agents in a browser: one is edited, tried and published; files are dropped onto it; who may not, sees no button."""

from pathlib import Path

import pytest
import yaml
from playwright.async_api import Page, expect

from api.agents import asking
from parley.agents import document
from parley.outside.inquiries import Fact, Inquiry, InquiryAnswer, ReadFile
from tests.api.conftest import SHOP, agent
from tests.api.console.browser.conftest import WORKED_MS, Enter, Here
from tests.api.worker import TRIAL, worker

FACTS = "# Hours\n- We open at nine.\n"


@pytest.fixture
def shop(here: Here, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an agent."""
    monkeypatch.setattr(asking, "TRIED_S", 12.0)  # a busy machine answers late
    monkeypatch.setattr(asking, "FILES_S", 1.0)  # asked again, until somebody answers
    return agent(here.site, "shop")


def reading(folder: Path, inquiry: Inquiry) -> InquiryAnswer:
    """As a worker that reads Markdown and nothing else."""
    files = {}
    for file in (folder / "knowledge").iterdir():
        good = file.suffix == ".md"
        version = document.version(file.read_bytes())
        complaint = "" if good else "not a kind of file that is read"
        files[file.name] = ReadFile(version=version, facts=int(good), complaint=complaint)
    facts = [Fact(text="We open at nine.", heading="Hours")] if inquiry.file else []
    return InquiryAnswer(result="answered", files=files, facts=facts, trial=TRIAL)


async def drop(page: Page, files: dict[str, str]) -> None:
    """Drop files onto the form, as somebody does who drags them there."""
    await page.evaluate(
        """files => {
            const dragged = new DataTransfer();
            for (const [name, text] of Object.entries(files)) dragged.items.add(new File([text], name));
            const form = document.querySelector("[data-drop]");
            for (const kind of ["dragover", "drop"])
                form.dispatchEvent(new DragEvent(kind, { dataTransfer: dragged, bubbles: true, cancelable: true }));
        }""",
        files,
    )


async def test_an_agent_is_edited_tried_and_published(enter: Enter, shop: Path, redis_url: str) -> None:
    async with worker(redis_url, lambda asked: reading(shop, asked)), enter("admin") as console:
        page = console.page
        await console.open("/agents/shop")
        await page.fill("#yaml", SHOP.replace("Hello!", "Good day!") + "menus: 3\n")
        await page.get_by_role("button", name="Check").click()
        await expect(page.locator("#errors")).to_contain_text("menus")
        assert await console.flaws() == []
        await page.fill("#yaml", SHOP.replace("Hello!", "Good day!"))
        await page.get_by_role("button", name="Check").click()
        await expect(page.locator(".good")).to_contain_text("Nothing has been saved yet")
        assert (shop / "agent.yaml").read_text() == SHOP
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator(".good")).to_contain_text("It counts from the next call on")
        assert yaml.safe_load((shop / "agent.yaml").read_text())["greeting"] == "Good day!"

        await page.fill("[name=question]", "When do you open?")
        await page.get_by_role("button", name="Try").click()
        await expect(page.locator(".answer")).to_contain_text("We open at nine.")
        await page.get_by_role("link", name="Difference, version 2").click()
        await expect(page.locator(".added", has_text="greeting: Good day!")).to_be_visible()
        assert await console.flaws() == []
        assert console.complaints == []


async def test_files_are_dropped_and_what_was_read_is_told(enter: Enter, shop: Path, redis_url: str) -> None:
    async with enter("admin") as console:
        page = console.page
        await console.open("/agents/shop")
        await drop(page, {"hours.md": FACTS, "plan.doc": "x"})
        await expect(page.locator("[role=status]").first).to_contain_text("Taken in")
        assert (shop / "knowledge/hours.md").read_text() == FACTS
        row = page.locator("#known-files tr", has_text="hours.md")
        await expect(row).to_contain_text("not known")
        assert await console.flaws() == []
        async with worker(redis_url, lambda asked: reading(shop, asked)):
            await expect(row).to_contain_text("1 facts", timeout=2 * WORKED_MS)
            await expect(page.locator("#known-files tr", has_text="plan.doc")).to_contain_text("not a kind")
            await row.get_by_role("link").click()
            await expect(page.locator("tbody")).to_contain_text("We open at nine.")
            assert await console.flaws() == []
            page.on("dialog", lambda dialog: dialog.accept())
            await page.get_by_role("button", name="Remove").click()
            await expect(page.locator("[role=status]").first).to_contain_text("Removed")
        assert not (shop / "knowledge/hours.md").exists()
        assert console.complaints == []


async def test_a_file_is_chosen_without_a_mouse(enter: Enter, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "hours.md").write_text(FACTS)
    async with enter("admin", language="de-DE") as console:
        await console.open("/agents/shop")
        await console.page.set_input_files("[data-drop] [type=file]", tmp_path / "hours.md")
        await console.page.get_by_role("button", name="Hochladen").click()
        await expect(console.page.locator("[role=status]").first).to_contain_text("Aufgenommen")
        assert (shop / "knowledge/hours.md").read_text() == FACTS
        assert console.complaints == []


async def test_a_viewer_sees_no_button_and_is_refused(enter: Enter, shop: Path) -> None:
    async with enter("viewer") as console:
        page = console.page
        await console.open("/agents/shop")
        buttons = page.locator("main button")
        assert sorted([str(await button.text_content()) for button in await buttons.all()]) == [
            "Check",
            "Try",
        ]
        # Whoever makes the request all the same is refused by the server.
        statuses = await page.evaluate(
            """async () => {
                const form = new FormData(document.querySelector("main form[method=post]"));
                form.set("do", "save");
                const file = new FormData();
                file.set("form", form.get("form"));
                file.set("files", new File(["- A fact."], "fact.md"));
                const sent = [["/agents/shop", new URLSearchParams(form)], ["/agents/shop/knowledge", file]];
                const answers = await Promise.all(sent.map(([path, body]) => fetch(path, { method: "POST", body })));
                return answers.map(({ status }) => status);
            }"""
        )
        assert statuses == [403, 422]
        assert list((shop / "knowledge").iterdir()) == []
        assert (shop / "agent.yaml").read_text() == SHOP
        for path in ("/live", "/questions", "/messages", "/campaigns", "/settings"):
            await console.open(path)
            assert await page.locator("main form[method=post]").count() == 0, path
            assert await console.flaws() == []
