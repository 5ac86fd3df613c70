"""A caller's call and people in browsers: they listen, tell the agent something, are given it, whisper, take it over,
end it; and who may not any more.
"""

import asyncio
import time

import pytest
from playwright.async_api import Locator, expect

from caller.phone.call import PhoneCall
from caller.sound.ears import Ears
from caller.sound.voice import Voice
from tests.e2e.browser.console import PATIENT_MS, Console
from tests.e2e.browser.maker import Maker, maker
from tests.e2e.conftest import PhoneFactory
from tests.e2e.people import call_of, greeted, hear, said
from tests.e2e.stack import Witness
from webhooks.pushing.delivery import TEXT

pytestmark = pytest.mark.stack

DAYSHIFT = "301"
NUMBER = "1010"
"""Of a telephone in the console (`compose.test.yml`), which Dayshift's target `browser` rings."""
NOTE = "The workshop is open today."


def listed(user: Console, call: str) -> Locator:
    """A call on the page Live."""
    return user.page.locator(f"#live [data-call='{call}']")


def silent(call: PhoneCall, since: float) -> bool:
    """Whether a caller has heard nothing since then."""
    assert call.voice is not None
    return all(end <= since for _, end in call.voice.stretches)


async def hears(user: Console, ears: Ears, since: float, *words: str) -> None:
    """Wait until a page has heard these words after a moment of its clock."""
    deadline, heard = time.monotonic() + PATIENT_MS / 1000, ""
    while not all(word in heard for word in words):
        assert time.monotonic() < deadline, f"{words} not heard, but: {heard}"
        await asyncio.sleep(0.5)
        heard = (await ears.transcribe(await user.heard(since))).lower()


async def gets_a_telephone(olga: Console, push: Maker) -> None:
    """Olga gives herself a number, is available, and wants to be rung without a page; then she closes it."""
    page = olga.page
    await push.stand_in(page)
    await olga.open("/settings")
    row = page.locator("form[action='/people/numbers']").filter(
        has=page.locator(f"input[value='{olga.name}']")
    )
    await row.locator("select").select_option(NUMBER)
    await row.locator("button").click()
    await page.wait_for_url("**/settings?told=number")
    await page.click("#desk [data-part=available]")
    await expect(page.locator("#desk [data-part=state]")).to_have_text("You are there.", timeout=PATIENT_MS)
    await page.click("#desk [data-part=push]")
    await expect(page.locator("#desk [data-part=push]")).to_have_attribute("aria-pressed", "true")
    push.asked_for = await page.evaluate("window.subscribedFor")
    await page.goto("about:blank")


async def notes(otto: Console, call: str, witness: Witness) -> None:
    """Otto tells the agent something by writing, on Live."""
    item = listed(otto, call)
    await item.locator("summary").click()
    form = item.locator("form[action$='/note']")
    await form.locator("[name=text]").fill(NOTE)
    await form.locator("button").click()
    await otto.page.wait_for_url("**/live?told=note")
    await witness.wait_for("note", call=call, text=NOTE)
    assert {"role": "note", "text": NOTE} in await witness.history(call)


async def listens(otto: Console, call: str, phone: PhoneCall, witness: Witness) -> None:
    """Otto listens in, once the caller knows."""
    await listed(otto, call).locator("[data-supervise=listen]").click()
    await said(witness, phone, "a colleague of ours is now listening")
    await witness.wait_for("supervision", call=call, mode="listen", within=45)
    await expect(otto.page.locator("#state")).to_contain_text("You hear the call")


async def transfers(otto: Console, call: str) -> None:
    """Otto gives the call to Olga, on a second page: whoever leaves the first one listens no more."""
    page = await otto.page.context.new_page()
    await page.goto(f"{otto.address}/calls/{call}")
    await page.select_option("#steer [name=target]", "browser")
    await page.click("#steer form[action$='/transfer'] button")
    await page.wait_for_url("**/calls/*told=transfer")
    await page.close()


async def takes(olga: Console, push: Maker, caller: str) -> None:
    """Olga is told by her browser, opens a page, and takes the call."""
    headers, text = await push.message()
    assert text == TEXT
    assert headers["authorization"].endswith(f"k={push.asked_for}")
    assert await push.hand_over(olga.page, text) == ["A call for you"]
    await olga.open("/people")
    desk = olga.page.locator("#desk")
    await expect(desk.locator("[data-part=caller]")).to_have_text(caller, timeout=PATIENT_MS)
    await expect(desk.locator("[data-part=summary]")).not_to_be_empty(timeout=PATIENT_MS)
    await desk.locator("[data-part=take]").click()
    await expect(desk.locator("[data-part=state]")).to_have_text("You have the call.", timeout=PATIENT_MS)


async def talk(otto: Console, olga: Console, call: PhoneCall, voice: Voice, ears: Ears) -> None:
    """Olga and the caller hear each other, and Otto hears both."""
    since, listened = await olga.now(), await otto.now()
    await call.say(voice.speak("Can you repair my brakes?"))
    await hears(olga, ears, since, "repair")
    began = time.monotonic()
    await olga.say(voice.speak("Yes, please come tomorrow."))
    assert "tomorrow" in await hear(call, ears, began)
    await hears(otto, ears, listened, "repair", "please come")


async def whispers(
    otto: Console, olga: Console, call: PhoneCall, witness: Witness, voice: Voice, ears: Ears
) -> None:
    """As long as Otto listens nobody hears him, when he whispers Olga does, and the caller never."""
    since, began = await olga.now(), time.monotonic()
    await otto.say(voice.speak("Nobody can hear this."))
    await otto.page.click("#supervision [data-mode=whisper]")
    await witness.wait_for("supervision", mode="whisper")
    assert await olga.page.evaluate("since => heardFrom(since)", since) is None
    await otto.say(voice.speak("Offer him a discount."))
    await hears(olga, ears, since, "discount")
    assert silent(call, began)


async def test_a_call_is_heard_and_given_to_a_browser_in_which_no_page_is_open(
    users: tuple[Console, Console], phone: PhoneFactory, voice: Voice, ears: Ears, witness: Witness
) -> None:
    otto, olga = users
    async with maker() as push:
        await gets_a_telephone(olga, push)
        call = await (await phone("1000")).dial(DAYSHIFT)
        await greeted(call)
        id_ = await call_of(witness, "1000", DAYSHIFT)
        said_last = listed(otto, id_).locator("[data-words]")
        await expect(said_last).to_contain_text("Dayshift", timeout=PATIENT_MS)
        await notes(otto, id_, witness)
        await listens(otto, id_, call, witness)
        since = await otto.now()
        await call.say(voice.speak("Do you rent out tandems?"))
        await hears(otto, ears, since, "rent", "for a day")
        await transfers(otto, id_)
        await takes(olga, push, "1000")
    await witness.wait_for("transfer_connected", call=id_, target="browser")
    await asyncio.sleep(1.0)  # Asterisk joins the two now

    await talk(otto, olga, call, voice, ears)
    await whispers(otto, olga, call, witness, voice, ears)
    assert (await witness.all("supervision", id_))[-1].data["user"] == f"console.{otto.name}"
    await olga.page.click("#desk [data-part=end]")
    assert await call.ended(10)
    ended = await witness.wait_for("call_ended", call=id_, within=10)
    assert ended.data["outcome"] == "transferred"
    await expect(otto.page.locator("#state")).to_have_text("You are not in the call any more.")
    await expect(olga.page.locator("#desk [data-part=state]")).to_have_text("You are there.")
    assert otto.complaints == olga.complaints == []


async def takes_over(
    otto: Console, id_: str, call: PhoneCall, witness: Witness, voice: Voice, ears: Ears
) -> None:
    """Otto has the call in the agent's place; he and the caller hear each other."""
    await listed(otto, id_).locator("[data-supervise=take_over]").click()
    await witness.wait_for("supervision", call=id_, mode="take_over", within=45)
    began = time.monotonic()
    await otto.say(voice.speak("This is the manager speaking."))
    assert "manager" in await hear(call, ears, began)
    since = await otto.now()
    await call.say(voice.speak("Can you repair my brakes?"))
    await hears(otto, ears, since, "repair")
    given = await witness.wait_for("transfer_connected", call=id_)
    assert given.data["target"] == f"console.{otto.name}"


async def loses_his_rights(otto: Console, olga: Console, call: str) -> None:
    """Olga makes Otto a viewer: what his page offers is refused, and the next page offers nothing."""
    stale = listed(otto, call).locator("[data-supervise=take_over]")
    await expect(stale).to_be_enabled(timeout=PATIENT_MS)
    await olga.open("/settings")
    form = olga.page.locator("form.filters[action='/settings/users']")
    await form.locator("[name=name]").fill(otto.name)
    await form.locator("[name=role]").select_option("viewer")
    await form.locator("button").click()
    await olga.page.wait_for_url("**/settings?told=user")
    await stale.click()
    await expect(otto.page.locator("#wrong")).to_contain_text("That did not work", timeout=PATIENT_MS)
    await otto.open("/live")
    await expect(listed(otto, call)).to_be_visible()
    await expect(listed(otto, call).locator("button, details")).to_have_count(0)
    await otto.open("/call")
    await expect(otto.page.locator("#start")).to_have_count(0)


async def test_a_call_is_taken_over_and_another_ended_by_who_may(
    users: tuple[Console, Console], phone: PhoneFactory, voice: Voice, ears: Ears, witness: Witness
) -> None:
    otto, olga = users
    here = await phone("1000")
    call = await here.dial(DAYSHIFT)
    await greeted(call)
    id_ = await call_of(witness, "1000", DAYSHIFT)
    await takes_over(otto, id_, call, witness, voice, ears)
    await otto.page.click("#leave")
    assert await call.ended(10)
    ended = await witness.wait_for("call_ended", call=id_, within=10)
    assert ended.data["outcome"] == "transferred"
    assert otto.complaints == []

    witness = await Witness.begin()
    call = await here.dial(DAYSHIFT)
    await greeted(call)
    id_ = await call_of(witness, "1000", DAYSHIFT)
    await loses_his_rights(otto, olga, id_)
    assert await witness.all("supervision", id_) == []
    olga.page.on("dialog", lambda dialog: dialog.accept())
    await olga.open("/live")
    await listed(olga, id_).locator("summary").click()
    await listed(olga, id_).locator("form[action$='/hangup'] button").click()
    assert await call.ended(30)
    ended = await witness.wait_for("call_ended", call=id_, within=10)
    assert ended.data["outcome"] == "completed"
    assert olga.complaints == []
