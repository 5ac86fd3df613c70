"""The widget in a browser, on a page of another address than the chat's, as visitors have it."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from playwright.async_api import Browser, expect

from parley.agents.schema import Chat
from tests.chat.conftest import MENU, Scene, happened, open_house, shop
from tests.chat.web.page import Shop, visited
from tests.chat.web.telephones import telephones
from tests.chromium import browser

GREETING, ANSWER = "Hello, write to me.", "We open at nine. We close at five."
PHONE = {"width": 320, "height": 640}


@pytest.fixture
async def scene(redis_url: str) -> AsyncIterator[Scene]:
    chat = Chat(enabled=True, calls=True, greeting=GREETING)
    async with open_house(redis_url, {"shop": shop(chat=chat, country="DE")}) as scene:
        yield scene


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as found:
        yield found


async def test_an_answer_grows_while_it_is_written_and_is_there_after_a_reload(
    scene: Scene, chromium: Browser
) -> None:
    scene.llm.held = {0: asyncio.Event(), 6: asyncio.Event()}
    async with visited(scene, chromium) as page:
        await page.open()
        await page.has(GREETING)
        await page.write("When are you open?")
        await expect(page.status).to_have_text("The assistant is writing …")
        await page.has(GREETING, "When are you open?")
        scene.llm.held[0].set()
        await page.has(GREETING, "When are you open?", "We open at nine.")
        await expect(page.status).to_have_text("The assistant is writing …")
        scene.llm.held[6].set()
        await page.has(GREETING, "When are you open?", ANSWER)
        await expect(page.status).to_have_text("")
        # Whoever cannot see is told whole answers, and each once.
        await expect(page.page.locator("[role=log] p")).to_have_text([GREETING, ANSWER])

        await page.page.reload()
        await page.open()
        await page.has(GREETING, "When are you open?", ANSWER)
        await page.write("And on Sunday?")
        await page.has(GREETING, "When are you open?", ANSWER, "And on Sunday?", ANSWER)
        assert len(scene.house.threads("web")) == 1
        assert page.complaints == []


async def test_pages_of_other_addresses_are_refused(scene: Scene, chromium: Browser) -> None:
    async with visited(scene, chromium, host="localhost") as page:
        await page.open()
        await expect(page.status).to_have_text("The chat cannot be reached now. It is tried again.")
        assert any("403" in told or "blocked by CORS" in told for told in page.complaints)
        await expect(page.lines).to_have_count(0)
        assert scene.house.threads("web") == []


async def test_whatever_is_written_is_text(scene: Scene, chromium: Browser) -> None:
    evil = "<img src=x onerror=\"document.title='evil'\"><b>bold</b>"
    async with visited(scene, chromium) as page:
        await page.open()
        await page.has(GREETING)
        await page.write(evil)
        await page.has(GREETING, evil, ANSWER)
        await expect(page.lines.locator("img")).to_have_count(0)
        assert await page.page.title() == "Shop"


async def test_it_is_used_by_keyboard_alone(scene: Scene, chromium: Browser) -> None:
    async with visited(scene, chromium) as page:
        await page.page.keyboard.press("Tab")
        await page.page.keyboard.press("Enter")
        await page.has(GREETING)
        await expect(page.page.locator("textarea")).to_be_focused()
        await page.page.keyboard.type("When are you open?")
        await page.page.keyboard.press("Enter")
        await page.has(GREETING, "When are you open?", ANSWER)
        await page.page.keyboard.press("Escape")
        await expect(page.page.get_by_role("dialog")).to_be_hidden()
        await expect(page.page.get_by_role("button", name="Chat with us")).to_be_focused()


async def test_what_can_be_chosen_is_pressed_and_a_chat_that_is_over_is_begun_anew(
    scene: Scene, chromium: Browser
) -> None:
    known = scene.agents["shop"]
    file = msgspec.structs.replace(known.file, menu="main", menus={"main": MENU})
    scene.agents["shop"] = msgspec.structs.replace(known, file=file)
    async with visited(scene, chromium) as page:
        await page.open()
        await page.page.get_by_role("button", name="a person").click()
        await expect(page.status).to_have_text("You are being connected with a colleague.")
        (talk,) = scene.house.threads("web")
        talk.desk.take()
        talk.say("This is Ann.")
        await expect(page.lines.last).to_have_text("ColleagueThis is Ann.")
        # While a person has the chat, the agent offers no calls.
        await expect(page.page.get_by_role("button", name="Call me")).to_be_hidden()
        talk.end("closed")
        await expect(page.status).to_have_text("This chat is over.")
        await expect(page.page.locator("textarea")).to_be_disabled()
        await page.page.get_by_role("button", name="Begin another chat").click()
        await expect(page.page.locator("textarea")).to_be_enabled()
        assert [each.id for each in scene.house.threads("web")] != [talk.id]


async def asked_for(page: Shop, number: str) -> None:
    """Ask to be called at a number."""
    await page.page.get_by_label("Your telephone number").fill(number)
    await page.page.get_by_role("button", name="Next").click()


async def test_a_visitor_is_called_at_the_number_that_they_confirm(scene: Scene, chromium: Browser) -> None:
    async with telephones(scene) as there, visited(scene, chromium) as page:
        await page.open()
        await page.write("My order is 4711.")
        await page.has(GREETING, "My order is 4711.", ANSWER)
        button = page.page.get_by_role("button", name="Call me", exact=True)
        await button.click()
        await expect(page.page.get_by_label("Your telephone number")).to_be_focused()
        await asked_for(page, "+49 900 1234567")
        told = page.page.locator("form.number [role=status]")
        await expect(told).to_contain_text("not a number that we can call")
        await asked_for(page, "030 123457")
        await expect(told).to_have_text("Shall we call you at +49 30 123457 now?")
        assert await page.flaws() == []
        await page.page.get_by_role("button", name="Change the number").click()
        await asked_for(page, "030 123456")
        await expect(told).to_have_text("Shall we call you at +49 30 123456 now?")
        assert there.rung == []
        await page.page.keyboard.press("Enter")
        await expect(page.lines.last).to_contain_text("I am calling you now")
        ((call, way),) = there.rung
        assert way == "+4930123456@trunk"
        assert "My order is 4711." in [line["text"] for line in await scene.bus.history(call)]
        await happened(scene, call, "call_made", by="chat")
        await expect(button).to_be_visible()
        await expect(page.page.locator("textarea")).to_be_focused()
        # What was refused on the way is told by the browser itself.
        assert [told for told in page.complaints if "422" not in told] == []


async def test_without_leave_no_call_is_offered(redis_url: str, chromium: Browser) -> None:
    async with open_house(redis_url, {"shop": shop()}) as scene, visited(scene, chromium) as page:
        await page.open()
        await page.has(GREETING)
        await expect(page.page.get_by_role("button", name="Call me")).to_be_hidden()


@pytest.mark.parametrize(
    ("language", "wish", "settings"),
    [("en", "Call me", {}), ("de-DE", "Rufen Sie mich an", {"viewport": PHONE})],
    ids=["a screen, English", "a narrow phone, German"],
)
async def test_axe_finds_nothing(
    scene: Scene, chromium: Browser, language: str, wish: str, settings: dict[str, object]
) -> None:
    async with visited(scene, chromium, language=language, reduced_motion="reduce", **settings) as page:
        assert await page.flaws() == []
        await page.open()
        await expect(page.lines).to_have_count(1)
        await page.write("When are you open?")
        await expect(page.lines).to_have_count(3)
        assert await page.flaws() == []
        await page.page.get_by_role("button", name=wish, exact=True).click()
        assert await page.flaws() == []
        assert page.complaints == []
