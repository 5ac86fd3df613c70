"""A recording on its call's page: its waveform, by who speaks, and each word with when it is heard."""

from typing import Any

from api.console.recordings.picture import Mark, picture
from parley.event_log import LoggedEvent
from tests.api.console.conftest import Console
from tests.fakes.kept_calls import ANSWERS, CALL, TONES, event, events, tone, wav

SHAPE: dict[str, Any] = {
    "duration_s": 10.0,
    "outline": [0, 50, 100, 50, 0],
    "lines": [
        {"line": 0, "who": "agent", "begin_s": 2.0, "end_s": 6.0, "words": []},
        {"line": 1, "who": "caller", "begin_s": 4.0, "end_s": 8.0, "words": []},
    ],
    "marks": [
        {"at_s": 4.0, "kind": "barge_in", "told": {"outcome": "interrupted", "stop_s": 0.1}},
        {"at_s": 6.0, "kind": "barge_in", "told": {"outcome": "resumed", "stop_s": 0.1}},
        {"at_s": 7.0, "kind": "command", "told": {"verb": "say"}},
        {"at_s": 8.0, "kind": "key", "told": {"digit": "3"}},
        {"at_s": 9.0, "kind": "tool", "told": {"name": "hours", "arguments": {}}},
    ],
}


def test_each_who_speaks_has_a_line_of_the_picture() -> None:
    drawn = picture(SHAPE)
    assert drawn.paths == {
        "nobody": "M0.5 49V51M4.5 49V51",
        "agent": "M1.5 25V75",
        "caller": "M2.5 0V100M3.5 25V75",  # where both speak, the caller does
    }
    assert (drawn.width, drawn.seconds) == (5, 10.0)


def test_interruptions_acknowledgements_keys_and_tools_are_marked() -> None:
    assert picture(SHAPE).marks == [
        Mark(4.0, 2.0, "interruption", ""),
        Mark(6.0, 3.0, "acknowledgement", ""),
        Mark(8.0, 4.0, "key", "3"),
        Mark(9.0, 4.5, "tool", "hours"),
    ]


def test_a_recording_without_any_sound_is_a_picture_too() -> None:
    drawn = picture({"duration_s": 0.0, "outline": [], "lines": [], "marks": SHAPE["marks"]})
    assert drawn.paths == {}
    assert {mark.x for mark in drawn.marks} == {0.0}


def keep(console: Console) -> None:
    said = events(event(2.0, "caller_speaks"), event(9.0, "key", digit="<7>"))
    console.site.store.add(LoggedEvent(f"{number + 1}-0", one) for number, one in enumerate(said))
    recording = console.site.folder / f"recordings/{CALL}.wav"
    recording.write_bytes(wav(tone(TONES) + tone(ANSWERS, pitch=9.0)))


def test_the_page_asks_for_it_and_each_line_says_where_its_words_go(console: Console) -> None:
    keep(console)
    console.enter("olga", "operator")
    page = console.page(f"/calls/{CALL}")
    assert f'data-from="/calls/{CALL}/waveform"' in page
    assert '<span data-said="1">some words</span>' in page
    shown = console.page(f"/calls/{CALL}/waveform")
    assert '<path class="caller"' in shown
    assert 'data-words="1"' in shown
    assert 'tabindex="-1" data-at="2.0">some</span>' in shown
    assert "<b>&lt;7&gt;</b>" in shown
    german = console.browser.get(f"/calls/{CALL}/waveform", headers={"Accept-Language": "de"}).text
    assert "Zuhörsignal" in german


def test_who_may_not_hear_it_does_not_see_it(console: Console) -> None:
    keep(console)
    console.enter("bob", "viewer")
    assert "data-from" not in console.page(f"/calls/{CALL}")
    refused = console.page(f"/calls/{CALL}/waveform")
    assert "is not good for recordings:read" in refused
    assert "<path" not in refused
    console.enter("olga", "operator")
    (console.site.folder / f"recordings/{CALL}.wav").unlink()
    assert "there is no recording of this call any more" in console.page(f"/calls/{CALL}/waveform")
