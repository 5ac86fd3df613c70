"""The console of the stack under test in a real browser: Debian's Chromium, led by Playwright."""

import asyncio
import base64
import re
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from wave import open as wave_file

import numpy as np
from playwright.async_api import Browser, ConsoleMessage, Page

from caller.sound.clip import Clip
from tests import chromium
from tests.e2e.stack import containers

ADDRESS = "http://127.0.0.1:8443"
RATE = 48_000
PATIENT_MS = 30_000
"""So long a busy machine may take for what a page shows by itself."""
_LINE = Path(__file__).with_name("line.js")
_PIECE = 1 << 16


class Passage:
    """The console at 127.0.0.1, as on the machine that it runs on: browsers give the microphone to no other page."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        """Let connections through."""
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 8443)

    async def cut(self) -> None:
        """End all connections, and let no further ones through."""
        assert self._server
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        self._server = None

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("api", 8443)
        await asyncio.gather(self._pipe(reader, back), self._pipe(there, writer))

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while piece := await reader.read(_PIECE):
                writer.write(piece)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            self._open.discard(writer)
            writer.close()


@asynccontextmanager
async def passage() -> AsyncIterator[Passage]:
    """A passage that is open."""
    found = Passage()
    await found.mend()
    try:
        yield found
    finally:
        await found.cut()


@dataclass
class Console:
    """A page of the console, whose user is logged in, and what the browser complained of on the way."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    address: str = ADDRESS
    name: str = ""
    """The user's."""

    async def open(self, path: str) -> None:
        """Go to a page of it."""
        answer = await self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    async def flaws(self) -> list[str]:
        """What axe finds wrong with the page as it is."""
        return await chromium.flaws(self.page)

    async def too_wide(self) -> int:
        """By how many pixels the page is wider than the window."""
        return await chromium.too_wide(self.page)

    async def now(self) -> float:
        """The page's clock, in ms."""
        return float(await self.page.evaluate("performance.now()"))

    async def say(self, clip: Clip) -> float:
        """Say something into the microphone; when its last word had been said, in ms of the page's clock."""
        there = np.flatnonzero(np.abs(clip.samples.astype(np.int32)) > 500)
        after_ms = (len(clip.samples) - there[-1]) / clip.rate * 1000
        return float(await self.page.evaluate("wav => say(wav)", _wav(clip))) - after_ms

    async def heard_from(self, since: float) -> float:
        """When a voice began after a moment, in ms of the page's clock."""
        found = await self.page.wait_for_function("since => heardFrom(since)", arg=since, timeout=30_000)
        return float(await found.json_value())

    async def until_quiet(self, since: float, for_ms: float = 1200) -> None:
        """Wait until something was heard after a moment, and then nothing for a while."""
        await self.page.wait_for_function(
            "([since, quiet]) => hasEnded(since, quiet)", arg=[since, for_ms], timeout=45_000
        )

    async def heard(self, since: float) -> Clip:
        """All that was heard after a moment."""
        text = await self.page.evaluate("since => heardAll(since)", since)
        return Clip(np.frombuffer(base64.b64decode(text), dtype="<i2"), RATE)


@asynccontextmanager
async def invited(
    chromium: Browser,
    path: str,
    *,
    language: str = "en-GB",
    address: str = ADDRESS,
    speaks: bool = True,
    built: bool = True,
    **settings: Any,
) -> AsyncIterator[Console]:
    """A user of the console who follows a link, and chooses a password. `settings`: of Playwright's context.

    `speaks`: the microphone gives what the test says, else what the browser's own does. `built`: what is made when the
    image is built is there, else its absence is no complaint.
    """
    context = await chromium.new_context(locale=language, **{"permissions": ["microphone"], **settings})
    page = await context.new_page()
    if speaks:
        await page.add_init_script(path=_LINE)
    console = Console(page, address=address)

    def complain(message: ConsoleMessage) -> None:
        of_ours = "ScriptProcessorNode" in message.text  # line.js has nothing newer that a strict page allows
        missing = not built and "/static/built/" in message.location["url"]
        if message.type in ("error", "warning") and not of_ours and not missing:
            console.complaints.append(f"{page.url}: {message.text}")

    page.on("console", complain)
    page.on("pageerror", lambda error: console.complaints.append(f"{page.url}: {error}"))
    try:
        await page.goto(address + path)
        password = secrets.token_urlsafe(16)
        await page.fill("[name=password]", password)
        await page.fill("[name=again]", password)
        await page.click("form.card button")
        await page.wait_for_url(f"{address}/live")
        yield console
    finally:
        await context.close()


@asynccontextmanager
async def visitor(chromium: Browser, role: str, **settings: Any) -> AsyncIterator[Console]:
    """A new user of a role, who is gone afterwards, if not before."""
    name = f"{role}-{uuid.uuid4().hex[:6]}"
    link = re.search(r"/first/\S+", _console("link", name, role))
    assert link
    try:
        async with invited(chromium, link[0], **settings) as console:
            console.name = name
            yield console
    finally:
        _console("remove", name, well=f"{name} is no user any more|there is no user")


def _console(*command: str, well: str = "") -> str:
    """What a command of the console's says; `well`: a pattern of what it may say, empty: it must not fail."""
    (api,) = containers("api")
    status, output = api.exec_run(["python", "-m", "api.console", *command])
    said = str(output.decode())
    assert re.search(well, said) if well else status == 0, said
    return said


def _wav(clip: Clip) -> str:
    file = BytesIO()
    with wave_file(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(clip.rate)
        written.writeframes(clip.samples.astype("<i2").tobytes())
    return base64.b64encode(file.getvalue()).decode()
