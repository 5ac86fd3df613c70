"""A company's page with the widget on it, in a browser: its own address, and the policy that the documents ask for."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Browser, Locator, Page, expect

from tests.chat.conftest import Scene
from tests.chat.web.served import on_a_port, served
from tests.chromium import flaws, too_wide

_PAGE = """<!doctype html>
<html lang="{language}"><head><title>Shop</title></head>
<body><main><h1>Shop</h1></main><script src="{chats}/chat/widget.js" data-agent="shop" defer></script></body></html>
"""
_POLICY = "default-src 'none'; script-src {0}; connect-src {0}"
# A busy machine shows it late; ms.
expect.set_options(timeout=20_000)


@dataclass
class Shop:
    """A page of the shop's."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def lines(self) -> Locator:
        """What was written, each with who wrote it before it."""
        return self.page.locator(".lines li")

    @property
    def status(self) -> Locator:
        """What is told below the lines."""
        return self.page.locator(".status")

    async def open(self) -> None:
        """Open the chat."""
        await self.page.get_by_role("button", name=re.compile("Chat with us|Schreiben Sie uns")).click()

    async def write(self, text: str) -> None:
        """Write, and send it with Enter."""
        await self.page.locator("textarea").fill(text)
        await self.page.keyboard.press("Enter")

    async def has(self, *texts: str) -> None:
        """Wait until these are the lines."""
        await expect(self.lines.locator("span")).to_have_text(list(texts))

    async def flaws(self) -> list[str]:
        """What axe finds, and whether the page has become wider than its window."""
        wide = await too_wide(self.page)
        return [*await flaws(self.page), *([f"{wide} px wider than the window"] if wide > 0 else [])]


@asynccontextmanager
async def visited(
    scene: Scene, chromium: Browser, *, language: str = "en", host: str = "127.0.0.1", **settings: Any
) -> AsyncIterator[Shop]:
    """A page at an address of its own, which the agent's file names by its number; `settings`: of the browser."""
    async with served(scene) as client:
        address = urlsplit(str(client.base_url))
        site = _site(f"http://{address.netloc}", language)
        async with on_a_port(site) as port:
            known = scene.agents["shop"]
            chat = msgspec.structs.replace(known.file.chat, origins=(f"http://127.0.0.1:{port}",))
            file = msgspec.structs.replace(known.file, chat=chat)
            scene.agents["shop"] = msgspec.structs.replace(known, file=file)
            context = await chromium.new_context(**settings)
            try:
                shop = Shop(await context.new_page())
                shop.page.on("console", lambda told: _complain(shop, told.type, told.text))
                shop.page.on("pageerror", lambda error: shop.complaints.append(str(error)))
                await shop.page.goto(f"http://{host}:{port}/")
                yield shop
            finally:
                await context.close()


def _site(chats: str, language: str) -> FastAPI:
    site = FastAPI()

    @site.get("/", response_class=HTMLResponse)
    async def page() -> HTMLResponse:
        policy = {"Content-Security-Policy": _POLICY.format(chats)}
        return HTMLResponse(_PAGE.format(language=language, chats=chats), headers=policy)

    return site


def _complain(shop: Shop, kind: str, text: str) -> None:
    if kind in ("error", "warning") and "favicon" not in text:
        shop.complaints.append(text)
