"""The page on which customers meet an agent: its words and headers, and in a browser."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from playwright.async_api import Browser, expect

from chat.web.page import readable_on
from parley.agents.dialogue import Chat, Translation
from parley.agents.pages.page import Page
from tests.chat.conftest import Scene, open_house, shop
from tests.chat.web.page import Shop
from tests.chat.web.served import served
from tests.chromium import browser

GREETING, ANSWER = "Hello, write to me.", "We open at nine. We close at five."
PAGE = Page(
    name='Jane & "Joe"',
    colour="#ffd500",
    text={"en": "Ask <us>."},
    telephone="+4930123456",
    logo="logo.svg",
)
LOGO = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
async def scene(redis_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    (tmp_path / "logo.svg").write_text(LOGO)
    chat = Chat(enabled=True, calls=True, greeting=GREETING, page=PAGE)
    languages = {"de": Translation(greeting="Guten Tag."), "pt": Translation(greeting="Bom dia.")}
    agent = msgspec.structs.replace(shop(chat=chat, country="DE", languages=languages), folder=tmp_path)
    async with open_house(redis_url, {"shop": agent}) as scene:
        yield scene


@pytest.fixture
async def site(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    async with served(scene) as client:
        client.base_url = client.base_url.copy_with(path="/chat/page/")
        yield client


async def test_the_page_is_in_the_companys_name_and_whatever_it_says_is_text(
    site: httpx.AsyncClient,
) -> None:
    answer = await site.get("shop")
    assert answer.status_code == 200
    for told in (
        "<h1>Jane &amp; &quot;Joe&quot;</h1>",
        "Ask &lt;us&gt;.",
        'data-title="Jane &amp; &quot;Joe&quot;"',
        'data-colour="#ffd500" data-on-colour="#000000"',
        '<a class="call" href="tel:+4930123456">Call us: +49 30 123456</a>',
        '<img src="/chat/page/shop/logo" alt="" height="48">',
    ):
        assert told in answer.text, told
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "<style" not in answer.text
    assert "://" not in answer.text


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "de-AT,en;q=0.5", "de"),
        ("", "fr,de;q=0.5", "de"),
        ("", "fr", "en"),
        ("", "", "en"),
        ("?language=de", "en", "de"),
        ("?language=fr", "de", "de"),
        ("?language=pt", "", "pt"),
    ],
)
async def test_it_is_in_one_of_the_agents_languages(
    site: httpx.AsyncClient, query: str, accepted: str, language: str
) -> None:
    answer = await site.get(f"shop{query}", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-language"] == language
    assert f'lang="{language}" hreflang="{language}" aria-current=\'true\'' in answer.text
    assert f'data-language="{language}"' in answer.text
    assert ("Ask &lt;us&gt;." in answer.text) is (language == "en")


async def test_its_style_is_in_the_agents_colour_and_its_logo_runs_nothing(site: httpx.AsyncClient) -> None:
    style = await site.get("shop/style.css")
    assert style.headers["content-type"].startswith("text/css")
    assert style.text.startswith(":root { --colour: #ffd500; --on-colour: #000000; }")
    logo = await site.get("shop/logo")
    assert (logo.text, logo.headers["content-type"]) == (LOGO, "image/svg+xml")
    assert "sandbox" in logo.headers["content-security-policy"]
    assert 'fill="#ffd500"' in (await site.get("shop/icon.svg")).text


async def test_who_has_no_page_has_none(scene: Scene, site: httpx.AsyncClient) -> None:
    for path in ("", "/style.css", "/logo", "/icon.svg"):
        assert (await site.get(f"other{path}")).status_code == 404
    known = scene.agents["shop"]
    plain = msgspec.structs.replace(known.file.chat, page=Page())
    scene.agents["shop"] = msgspec.structs.replace(
        known, file=msgspec.structs.replace(known.file, chat=plain)
    )
    answer = (await site.get("shop")).text
    assert "<h1>Shop</h1>" in answer
    assert "<img" not in answer
    assert 'class="call"' not in answer
    assert (await site.get("shop/logo")).status_code == 404


@pytest.mark.parametrize(
    ("colour", "words"),
    [("#000000", "#ffffff"), ("#ffffff", "#000000"), ("#1f4f8f", "#ffffff"), ("#FFD500", "#000000")],
)
def test_words_on_a_colour_can_be_read(colour: str, words: str) -> None:
    assert readable_on(colour) == words


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as found:
        yield found


@pytest.mark.parametrize(
    ("settings", "wish"),
    [
        ({"locale": "en-GB"}, "Call me"),
        ({"locale": "de-DE", "viewport": {"width": 320, "height": 640}}, "Rufen Sie mich an"),
    ],
    ids=["a screen, English", "a narrow phone, German"],
)
async def test_customers_chat_on_it(
    scene: Scene, site: httpx.AsyncClient, chromium: Browser, settings: dict[str, Any], wish: str
) -> None:
    context = await chromium.new_context(reduced_motion="reduce", **settings)
    there = Shop(await context.new_page())
    there.page.on("console", lambda told: there.complaints.append(told.text))
    await there.page.goto(f"{site.base_url}shop")
    assert await there.flaws() == []
    await there.open()
    await expect(there.lines).to_have_count(1)
    await there.write("When are you open?")
    await expect(there.lines).to_have_count(3)
    await expect(there.page.get_by_role("region", name='Jane & "Joe"')).to_be_visible()
    await there.page.get_by_role("button", name=wish, exact=True).click()
    assert await there.flaws() == []
    await there.page.reload()
    await expect(there.lines).to_have_count(3)  # it goes on where it was
    assert there.complaints == []
    await context.close()


async def test_a_language_is_chosen_by_a_link(site: httpx.AsyncClient, chromium: Browser) -> None:
    context = await chromium.new_context(locale="en-GB")
    page = await context.new_page()
    await page.goto(f"{site.base_url}shop")
    await page.get_by_role("link", name="Deutsch").click()
    await expect(page.get_by_role("button", name=re.compile("Schreiben Sie uns"))).to_be_visible()
    await expect(page.get_by_role("link", name="Rufen Sie uns an: +49 30 123456")).to_be_visible()
    await context.close()
