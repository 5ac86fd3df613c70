"""The test of a device in browsers that have all kinds of things wrong with them."""

import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.api.console.browser.conftest import WORKED_MS, Here, entered, opened
from tests.api.console.phone.test_line import asterisk
from tests.chromium import DEVICE, GRANTED, browser
from tests.e2e.browser.console import Console

LOOPBACK = "--allow-loopback-in-peer-connection"
"""Tests have no network; the browser offers 127.0.0.1 then."""
REFUSED = "--use-fake-ui-for-media-stream=deny"
NO_UDP = "--force-webrtc-ip-handling-policy=disable_non_proxied_udp"
"""As companies set it."""


def closed() -> str:
    """Where no Asterisk listens."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return f"ws://127.0.0.1:{place.getsockname()[1]}/ws"


@pytest.fixture
def here(tmp_path: Path, redis_url: str) -> Iterator[Here]:
    """A console whose Asterisk answers."""
    with asterisk() as (where, _), opened(tmp_path, redis_url, asterisk=where, web="the-secret") as found:
        yield found


@asynccontextmanager
async def looked_at(
    here: Here,
    *more: str,
    microphone: Sequence[str] = (DEVICE, GRANTED),
    hears: str = "Yes",
    before: str = "",
    **settings: Any,
) -> AsyncIterator[tuple[Console, dict[str, str]]]:
    """What the test finds, by what it looks at; `before`: a script that the page has before its own."""
    async with (
        browser(LOOPBACK, *more, microphone=microphone) as chromium,
        entered(here, chromium, "operator", **settings) as console,
    ):
        page = console.page
        if before:
            await page.add_init_script(before)
        await console.open("/call/devices")
        await page.click("#begin")
        await page.get_by_role("button", name=hears, exact=True).click(timeout=2 * WORKED_MS)
        await expect(page.locator("#sum")).not_to_be_empty()
        checks = await page.locator("[data-check]").all()
        yield (
            console,
            {
                str(await check.get_attribute("data-check")): str(await check.get_attribute("data-outcome"))
                for check in checks
            },
        )


# A page that may not have the microphone is offered the way to the network alone, and tests may have none.
NO_MICROPHONE: dict[str, Any] = {"permissions": []}
GOOD = dict.fromkeys(("secure", "line", "way", "microphone", "level", "speaker"), "good")


async def test_where_nothing_is_wrong_that_is_said(here: Here) -> None:
    async with looked_at(here) as (console, found):
        assert found == GOOD
        await expect(console.page.locator("#sum")).to_contain_text("calls from here should work")
        assert await console.flaws() == []
        assert console.complaints == []


async def test_a_microphone_that_is_refused_and_a_silent_loudspeaker(here: Here) -> None:
    german = {"language": "de-DE", "color_scheme": "dark"}
    async with looked_at(here, microphone=(DEVICE, REFUSED), hears="Nein", **NO_MICROPHONE, **german) as (
        console,
        found,
    ):
        assert found | {"way": "good"} == GOOD | {
            "microphone": "refused",
            "level": "left",
            "speaker": "unheard",
        }
        told = console.page.locator("[data-check=microphone] [data-told]")
        await expect(told).to_contain_text("Das Mikrofon wurde verweigert")
        await expect(console.page.locator("#sum")).to_contain_text("Etwas fehlt")
        assert await console.flaws() == []
        assert console.complaints == []


async def test_a_machine_without_a_microphone_and_without_a_way_for_sound(here: Here) -> None:
    async with looked_at(here, NO_UDP, microphone=(GRANTED,)) as (_, found):
        assert found == GOOD | {"way": "none", "microphone": "none", "level": "left"}


async def test_a_microphone_that_is_switched_off(here: Here) -> None:
    # As one that is: it is there, and gives zeros.
    mute = """
        const silence = new AudioContext().createMediaStreamDestination().stream;
        navigator.mediaDevices.getUserMedia = async () => silence;
    """
    async with looked_at(here, before=mute) as (_, found):
        assert found == GOOD | {"level": "silent"}


async def test_a_telephone_system_that_is_away(tmp_path: Path, redis_url: str) -> None:
    with opened(tmp_path, redis_url, asterisk=closed(), web="the-secret") as here:
        async with looked_at(here) as (_, found):
            assert found == GOOD | {"line": "away"}


async def test_a_page_that_is_not_secure(tmp_path: Path, redis_url: str) -> None:
    with (
        asterisk() as (where, _),
        opened(tmp_path, redis_url, asterisk=where, web="s", url="http://console.test") as here,
    ):
        address = f"http://console.test:{here.url.rpartition(':')[2]}"
        mapped = "--host-resolver-rules=MAP console.test 127.0.0.1"
        async with looked_at(here, mapped, address=address, **NO_MICROPHONE) as (_, found):
            assert found | {"way": "good"} == GOOD | {
                "secure": "insecure",
                "microphone": "insecure",
                "level": "left",
            }
