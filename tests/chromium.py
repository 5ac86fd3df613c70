"""Debian's Chromium without a screen, led by Playwright, and what is wrong with a page: axe's word, and its width."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

_CHROMIUM = "/usr/bin/chromium-headless-shell"
_ARGUMENTS = (
    "--no-sandbox",  # it is root's, in a container
    "--disable-background-networking",
    "--disable-dev-shm-usage",  # containers have little of it
    "--autoplay-policy=no-user-gesture-required",
)
DEVICE = "--use-fake-device-for-media-stream"
"""A microphone that beeps."""
GRANTED = "--use-fake-ui-for-media-stream"
"""Whoever is asked for it allows it."""


@asynccontextmanager
async def browser(*more: str, microphone: Sequence[str] = (DEVICE, GRANTED)) -> AsyncIterator[Browser]:
    """Chromium, without a screen; `more`: of its arguments."""
    async with async_playwright() as player:
        arguments = [*_ARGUMENTS, *microphone, *more]
        chromium = await player.chromium.launch(executable_path=_CHROMIUM, args=arguments)
        try:
            yield chromium
        finally:
            await chromium.close()


async def flaws(page: Page) -> list[str]:
    """What axe finds wrong with a page as it is."""
    found: dict[str, Any] = (await Axe().run(page)).response
    return [f"{flaw['id']}: {node['html']}" for flaw in found["violations"] for node in flaw["nodes"]]


async def too_wide(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    root = "document.documentElement"
    return int(await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))
