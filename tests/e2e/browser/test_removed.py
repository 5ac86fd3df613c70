"""Whoever is no user any more: what they have open in Asterisk ends."""

import asyncio
import time
from collections.abc import Callable

import pytest
from playwright.async_api import expect

from tests.e2e.browser.console import PATIENT_MS, Console
from tests.e2e.stack import Witness
from tests.stack.asterisk.test_continuity import ari

pytestmark = pytest.mark.stack

NUMBER = "1010"


async def until(so: Callable[[], object], within: float = PATIENT_MS / 1000) -> None:
    """Wait until something is so; how long is only how long a broken test takes."""
    deadline = time.monotonic() + within
    while not await asyncio.to_thread(so):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.2)


def channels(of: str) -> list[str]:
    """Those that Asterisk has now of an endpoint."""
    return [each["id"] for each in ari("GET", "channels") if each["name"].startswith(f"PJSIP/{of}-")]


def registered() -> bool:
    """Whether Asterisk would ring the telephone."""
    return bool(ari("GET", f"endpoints/PJSIP/{NUMBER}")["state"] == "online")


async def remove(olga: Console, name: str) -> None:
    """As an admin does, in Settings."""
    page = olga.page
    page.on("dialog", lambda dialog: dialog.accept())
    await olga.open("/settings")
    form = page.locator("form[action='/settings/users/remove']").filter(
        has=page.locator(f"input[name=name][value='{name}']")
    )
    await form.locator("button").click()
    await page.wait_for_url("**/settings?told=removed")


async def test_their_call_to_an_agent_ends(users: tuple[Console, Console], witness: Witness) -> None:
    otto, olga = users
    await otto.open("/call")
    await otto.page.select_option("#agent", "100")
    await otto.page.click("#start")
    await expect(otto.page.locator("#state")).to_have_text("The agent hears you.", timeout=PATIENT_MS)
    call = (await witness.wait_for("call_started")).call
    assert channels("web")

    await remove(olga, otto.name)
    ended = await witness.wait_for("call_ended", call=call)
    assert ended.data["outcome"] == "caller_hung_up"
    await until(lambda: not channels("web"))
    await expect(otto.page.locator("#start")).to_be_visible(timeout=PATIENT_MS)


async def gets_a_telephone(otto: Console, olga: Console) -> None:
    """Olga gives Otto a number, and he is there."""
    page = olga.page
    await olga.open("/settings")
    row = page.locator("form[action='/people/numbers']").filter(
        has=page.locator(f"input[value='{otto.name}']")
    )
    await row.locator("select").select_option(NUMBER)
    await row.locator("button").click()
    await page.wait_for_url("**/settings?told=number")
    await otto.open("/people")
    await otto.page.click("#desk [data-part=available]")
    await until(registered)


async def test_their_telephone_rings_no_more_and_its_call_ends(users: tuple[Console, Console]) -> None:
    otto, olga = users
    await gets_a_telephone(otto, olga)
    # The echo test, which is heard as soon as the telephone is answered.
    ari("POST", "channels", endpoint=f"PJSIP/{NUMBER}", context="from-phones", extension="600", priority="1")
    await otto.page.locator("#desk [data-part=take]").click()
    state = otto.page.locator("#desk [data-part=state]")
    await expect(state).to_have_text("You have the call.", timeout=PATIENT_MS)
    (channel,) = channels(NUMBER)
    assert ari("GET", f"channels/{channel}")["state"] == "Up"

    await remove(olga, otto.name)
    await until(lambda: not channels(NUMBER))
    await until(lambda: not registered())
