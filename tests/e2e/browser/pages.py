"""The pages of the console, and pictures of them: `make screens`.

    python -m tests.e2e.browser.pages FOLDER LINK

with a link by which a password is chosen (`make console-link`), where the console is at 127.0.0.1.
"""

import asyncio
import sys
from pathlib import Path
from urllib.parse import urlsplit

from tests.chromium import browser
from tests.e2e.browser.console import ADDRESS, Console, invited

BRIEFLY = 400
"""Until a page's scripts have done what they do at its beginning; ms."""
_SIZE = {"width": 1280, "height": 860}
_OF_ONE = {"calls": "#main a[href^='/calls/']", "agents": "#main a[href^='/agents/']"}
"""Pages about one of a list: the first one's."""


async def paths(console: Console) -> dict[str, str]:
    """Where each page is, by its name: those of the navigation, and one of each list, if there is any."""
    await console.open("/live")
    found: dict[str, str] = {}
    for link in await console.page.locator("nav a").all():
        path = str(await link.get_attribute("href"))
        found[path.strip("/").partition("?")[0]] = path
    for name, selector in _OF_ONE.items():
        if name not in found:
            continue
        await console.open(found[name])
        first = console.page.locator(selector).first
        if await first.count():
            found[f"{name}-one"] = str(await first.get_attribute("href")).replace(ADDRESS, "")
    return found


async def _greeted(console: Console) -> None:
    """Call the first agent, and let it greet; whoever leaves the page hangs up."""
    start = console.page.locator("#start")
    if await start.count():
        await start.click()
        await console.page.locator("#turns .agent").first.wait_for(timeout=30_000)


async def _draw(folder: Path, link: str) -> None:
    settings = {"viewport": _SIZE, "color_scheme": "light"}
    async with browser() as chromium, invited(chromium, urlsplit(link).path, **settings) as console:
        for name, path in (await paths(console)).items():
            await console.open(path)
            await console.page.wait_for_timeout(BRIEFLY)
            if name == "call":
                await _greeted(console)
            file = folder / f"console-{name}.png"
            await console.page.screenshot(path=file)
            sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    asyncio.run(_draw(Path(sys.argv[1]), sys.argv[2]))
