"""A call's page in a browser: the waveform, and its words in step with what is heard."""

import pytest
from playwright.async_api import Page, expect

from parley.event_log import LoggedEvent
from tests.api.console.browser.conftest import WORKED_MS, Enter, Here
from tests.fakes.kept_calls import ANSWERS, CALL, TONES, event, events, tone, wav


@pytest.fixture
def kept(here: Here) -> None:
    """A call of two questions, in which the agent was spoken over and a key was pressed."""
    said = events(event(2.0, "caller_speaks"), event(9.0, "key", digit="3"))
    here.site.store.add(LoggedEvent(f"{number + 1}-0", one) for number, one in enumerate(said))
    recording = here.site.folder / f"recordings/{CALL}.wav"
    recording.write_bytes(wav(tone(TONES) + tone(ANSWERS, pitch=9.0)))


async def time_of(page: Page) -> float:
    return float(await page.evaluate("document.getElementById('recording').currentTime"))


@pytest.mark.usefixtures("kept")
async def test_a_call_plays_from_any_word_which_is_marked_while_it_is_heard(enter: Enter) -> None:
    async with enter("operator") as console:
        page = console.page
        await console.open(f"/calls/{CALL}")
        await expect(page.locator("#outline path.caller")).to_have_count(1)
        word = page.locator("[data-said='2'] .word").first
        await expect(word).to_have_text("Answer")
        await word.click()
        await expect(word).to_have_class("word now")
        await page.wait_for_function("() => document.getElementById('recording').currentTime > 5.8")
        assert not await page.evaluate("document.getElementById('recording').paused")
        # In step: by now it is the next word's turn.
        await expect(page.locator("[data-said='2'] .word.now")).to_have_text("1.", timeout=WORKED_MS)
        await page.evaluate("document.getElementById('recording').pause()")

        await page.get_by_role("button", name="acknowledgement").click()
        await page.wait_for_function("() => document.getElementById('recording').currentTime >= 13.1")
        await page.locator("#outline").click(position={"x": 1, "y": 20})
        await page.wait_for_function("() => document.getElementById('recording').currentTime < 5")
        assert console.complaints == []


@pytest.mark.usefixtures("kept")
async def test_words_are_reached_by_keys_alone(enter: Enter) -> None:
    async with enter("operator") as console:
        page = console.page
        await console.open(f"/calls/{CALL}")
        first = page.locator(".word").first
        await expect(first).to_have_attribute("tabindex", "0")
        await first.focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.locator(".word").nth(1)).to_be_focused()
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Enter")
        await page.wait_for_function("() => document.getElementById('recording').currentTime >= 5.6")
        assert await time_of(page) < 12
        assert await page.locator(".word[tabindex='0']").count() == 1


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "settings",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark", "language": "de-DE", "viewport": {"width": 360, "height": 740}},
    ],
    ids=["a screen, light", "a phone, dark, German"],
)
async def test_the_page_is_good_for_everybody(enter: Enter, settings: dict[str, object]) -> None:
    async with enter("operator", **settings) as console:
        await console.open(f"/calls/{CALL}")
        await expect(console.page.locator(".word").first).to_be_visible()
        assert await console.flaws() == []
        assert await console.too_wide() == 0
        assert console.complaints == []


@pytest.mark.usefixtures("kept")
async def test_a_viewer_sees_neither_waveform_nor_player(enter: Enter) -> None:
    async with enter("viewer") as console:
        await console.open(f"/calls/{CALL}")
        await expect(console.page.locator("[data-said='1']")).to_have_text("some words")
        assert await console.page.locator("#waveform, audio").count() == 0
        assert console.complaints == []
