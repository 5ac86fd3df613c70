"""The pages of the console, and pictures of them: `make screens`.

    python -m tests.e2e.browser.pages FOLDER LINK

with a link by which a password is chosen (`make console-link`), where the console is at 127.0.0.1.
"""

import asyncio
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from tests.chromium import browser
from tests.e2e.browser.console import PATIENT_MS, Console, invited
from tests.e2e.conftest import callers_voice

BRIEFLY = 400
"""Until a page's scripts have done what they do at its beginning; ms."""
_SIZE = {"width": 1280, "height": 860}
_SHOP = "100"
_LIVE = "/live"
_OF_ONE = {
    "calls-one": ("/calls", "#main a[href^='/calls/']"),
    "messages-one": ("/messages", "#main a[href^='/messages/']"),
    "campaigns-one": ("/campaigns", "#main a[href^='/campaigns/']"),
    "questions-answer": ("/questions", "#main a[href^='/questions/answer']"),
    "recording": ("/calls", "#main a[data-recorded]"),
    "agents-one": ("/agents", "#main a[href^='/agents/']"),
    "agents-menus": ("/agents", "#main a[href='/agents/reception']"),
}
"""Pages about one of a list: where that is, and the link of it; the first one's."""
_BESIDE = {"call-devices": "/call/devices", "settings-webhooks": "/settings/webhooks"}
"""Pages that others lead to."""


async def paths(console: Console) -> dict[str, str]:
    """Where each page is, by its name: those of the navigation, and one of each list, if there is any."""
    await console.open(_LIVE)
    found: dict[str, str] = {}
    for link in await console.page.locator("nav a").all():
        path = str(await link.get_attribute("href"))
        found[path.strip("/").partition("?")[0]] = path
    for name, (path, selector) in _OF_ONE.items():
        await console.open(path)
        first = console.page.locator(selector).first
        if await first.count():
            found[name] = str(await first.get_attribute("href"))
    return found | _BESIDE


async def _asked(console: Console) -> None:
    """Call an agent, the shop if it is there, and ask it something; whoever leaves the page hangs up."""
    page, start = console.page, console.page.locator("#start")
    if await start.count():
        if await page.locator(f"#agent option[value='{_SHOP}']").count():
            await page.select_option("#agent", _SHOP)
        await start.click()
        await page.locator("#turns .agent").first.wait_for(timeout=PATIENT_MS)
        await console.until_quiet(0)
        await console.say(callers_voice().speak("What are your opening hours on Saturday?"))
        await page.locator("#turns .agent").nth(1).wait_for(timeout=PATIENT_MS)


async def _scroll(console: Console, to: str) -> None:
    """Have an element stand at the head of the picture."""
    await console.page.evaluate(
        "to => window.scrollTo(0, scrollY + document.querySelector(to).getBoundingClientRect().top - 10)", to
    )


async def _played(console: Console) -> None:
    """Play the recording from one of its words, which is then marked, and stop there."""
    words = console.page.locator(".word")
    if await words.count():
        await words.nth(await words.count() // 2).click()
        await console.page.evaluate("document.getElementById('recording').pause()")
        await _scroll(console, ".sound")


async def _mapped(console: Console) -> None:
    if await console.page.locator("#menus").count():
        await _scroll(console, "#menus")


async def _tried(console: Console) -> None:
    """Test the device, up to the question whether the loudspeaker is heard."""
    if await console.page.locator("#begin").count():
        await console.page.click("#begin")
        await console.say(callers_voice().speak("Hello, can you hear me? One, two, three, four, five, six."))
        await console.page.locator("#hears").wait_for(timeout=PATIENT_MS)
        await _scroll(console, "h1")


_BEFORE = {"call": _asked, "recording": _played, "agents-menus": _mapped, "call-devices": _tried}
"""What is done on a page before it is drawn."""


async def _of_the_call(console: Console, file: Path) -> None:
    """Draw the page of what goes on, from a page of its own: the call goes on beside it."""
    page = await console.page.context.new_page()
    await page.goto(urljoin(console.page.url, _LIVE))
    await page.wait_for_timeout(BRIEFLY)
    await page.screenshot(path=file)
    await page.close()


async def draw(console: Console, folder: Path) -> None:
    """Draw every page into a folder, as `console-NAME.png`."""
    for name, path in (await paths(console)).items():
        await console.open(path)
        await console.page.wait_for_timeout(BRIEFLY)
        if name in _BEFORE:
            await _BEFORE[name](console)
        file = folder / f"console-{name}.png"
        await console.page.screenshot(path=file)
        sys.stdout.write(f"{file}\n")
        if name == "call":
            await _of_the_call(console, folder / "console-live.png")


async def _draw(folder: Path, link: str) -> None:
    settings = {"viewport": _SIZE, "color_scheme": "light"}
    async with browser() as chromium, invited(chromium, urlsplit(link).path, **settings) as console:
        await draw(console, folder)


if __name__ == "__main__":
    asyncio.run(_draw(Path(sys.argv[1]), sys.argv[2]))
