"""Page "Call" in a browser: the agent is called, asked, interrupted, and left."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from caller.sound.clip import Clip
from caller.sound.ears import Ears
from caller.sound.voice import Voice
from tests.chromium import browser
from tests.e2e.browser.console import Console, passage, visitor
from tests.e2e.stack import Witness

pytestmark = pytest.mark.stack


@pytest.fixture
async def console() -> AsyncIterator[Console]:
    async with passage(), browser() as chromium, visitor(chromium, "operator") as found:
        yield found


async def test_an_agent_is_asked_and_interrupted(
    console: Console,
    question: Clip,
    voice: Voice,
    ears: Ears,
    witness: Witness,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = console.page
    await console.open("/call")
    await page.select_option("#agent", "100")
    await page.click("#start")
    await expect(page.locator("#state")).to_have_text("The agent hears you.", timeout=20_000)
    call = (await witness.wait_for("call_started")).call
    await console.until_quiet(0)

    said = await console.say(question)
    answered = await console.heard_from(said)
    with capsys.disabled():
        print(f"\nvoice to voice by the browser's clock: {answered - said:.0f} ms")
    await console.until_quiet(said)
    assert "10" in await ears.transcribe(await console.heard(said))
    await expect(page.locator("#turns .caller").last).to_contain_text("Saturday")
    await expect(page.locator("#turns .agent").last).to_contain_text("open")

    again = await console.say(question)
    await console.heard_from(again)
    await console.say(voice.speak("Wait, do you repair phones?"))
    interrupted = await witness.wait_for("barge_in", call=call, outcome="interrupted")
    assert interrupted.call == call
    await expect(page.locator("#turns .caller").last).to_contain_text("repair", timeout=20_000)

    await page.click("#end")
    await expect(page.locator("#state")).to_have_text("The call has ended.")
    await page.click("#record")
    await expect(page.locator("h1")).to_be_visible()
    assert console.complaints == []


_BY_RELAY = """
const Plain = RTCPeerConnection;
window.connections = [];
window.RTCPeerConnection = class extends Plain {
  constructor(settings) {
    super({ ...settings, iceTransportPolicy: "relay" });
    window.connections.push(this);
  }
};
"""
_WAYS = """async () => {
  const found = [...(await connections.at(-1).getStats()).values()];
  return found.filter((one) => one.type === "local-candidate").map((one) => one.candidateType);
}"""


async def test_where_no_sound_gets_out_it_goes_by_the_turn_server(
    console: Console, question: Clip, witness: Witness
) -> None:
    page = console.page
    await page.add_init_script(_BY_RELAY)
    await console.open("/call")
    await page.select_option("#agent", "100")
    await page.click("#start")
    await expect(page.locator("#state")).to_have_text("The agent hears you.", timeout=20_000)
    await console.heard_from(0)
    await console.until_quiet(0)
    await console.say(question)
    heard = await witness.wait_for("caller_said", within=60)
    assert "saturday" in str(heard.data["text"]).lower()
    assert set(await page.evaluate(_WAYS)) == {"relay"}
    await page.click("#end")
    await witness.wait_for("call_ended")
    assert console.complaints == []
