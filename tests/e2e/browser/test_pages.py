"""Every page of the console in a browser: axe finds nothing, the browser complains of nothing."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.chromium import browser
from tests.e2e.browser.console import passage, visitor
from tests.e2e.browser.pages import BRIEFLY, paths

pytestmark = pytest.mark.stack

PHONE = {"width": 360, "height": 740}


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with passage(), browser() as found:
        yield found


@pytest.mark.parametrize(
    ("language", "settings"),
    [("en-GB", {"color_scheme": "light"}), ("de-DE", {"color_scheme": "dark", "viewport": PHONE})],
    ids=["a screen, light, English", "a phone, dark, German"],
)
async def test_nothing_is_wrong_with_any_page(
    chromium: Browser, language: str, settings: dict[str, object]
) -> None:
    async with visitor(chromium, "admin", language=language, **settings) as console:
        found = {}
        for name, path in (await paths(console)).items():
            await console.open(path)
            await console.page.wait_for_timeout(BRIEFLY)
            found[name] = await console.flaws()
            wide = await console.too_wide()
            if wide > 0:
                found[name].append(f"{wide} px wider than the window")
        assert {name: flaws for name, flaws in found.items() if flaws} == {}
        assert console.complaints == []


async def test_a_page_follows_calls_again_when_the_console_is_back() -> None:
    async with passage() as way, browser() as chromium, visitor(chromium, "viewer") as console:
        await console.open("/live")
        connection = console.page.locator("#connection")
        await expect(connection).to_have_text("")
        await way.cut()
        await expect(connection).to_have_text("The connection is lost; trying again …", timeout=15_000)
        await way.mend()
        await expect(connection).to_have_text("", timeout=15_000)
