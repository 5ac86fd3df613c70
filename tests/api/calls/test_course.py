"""What is heard in a recording when: words, speakers, and what else happened."""

import math
import os
import wave
from pathlib import Path

import numpy as np
import pytest

from api.calls import views
from api.calls.course import Course, course
from api.calls.loudness import Loudness, NoSound, loudness
from parley.audio import SAMPLE_RATE
from parley.event_log import LoggedEvent
from parley.messages import Event
from records.record import assemble
from records.sound import sealing
from tests.api.conftest import NOON, Site
from tests.fakes.kept_calls import ANSWERS, CALL, LENGTH_S, TONES, event, events, tone, wav

ONSETS = (event(2.0, "caller_speaks"), event(9.5, "caller_speaks"))
MIXED = tone(TONES) + tone(ANSWERS, pitch=9.0)


@pytest.fixture
def sound(tmp_path: Path) -> Loudness:
    (tmp_path / "mixed.wav").write_bytes(wav(MIXED[::2], rate=SAMPLE_RATE // 2))
    return loudness(tmp_path / "mixed.wav")


def told(sound: Loudness, *more: Event) -> Course:
    all_events = events(*ONSETS, *more)
    return course(views.whole(assemble(CALL, all_events), over=True, cell=""), all_events, sound)


def test_lines_lie_where_they_were_said(sound: Loudness) -> None:
    found = told(sound)
    # The greeting was over before anything was recorded.
    assert [(line.line, line.who) for line in found.lines] == [
        (1, "caller"), (2, "agent"), (3, "caller"), (4, "agent"),
    ]  # fmt: skip
    places = [(line.begin_s, line.end_s) for line in found.lines]
    assert places[0] == pytest.approx((2.0, 4.95))  # its end: without the wait for more
    assert places[1] == pytest.approx((5.6, 8.6))
    # What was said at 12.2 was an acknowledgement.
    assert places[2] == pytest.approx((9.5, 10.75))
    assert found.duration_s == LENGTH_S


def test_words_are_laid_over_what_is_voiced(sound: Loudness) -> None:
    first = told(sound).lines[0]
    # The caller paused between 3.0 and 3.8: half of two seconds of voice are over at 3.8.
    assert [word.text for word in first.words] == ["some", "words"]
    assert [word.at_s for word in first.words] == pytest.approx([2.0, 2.9], abs=0.05)
    silent = told(Loudness(np.full(800, -60.0, np.float32))).lines[0]
    assert silent.words[1].at_s == pytest.approx(2.0 + 2.95 * 5 / 11, abs=0.02)


def test_what_was_left_out_is_not_counted(sound: Loudness) -> None:
    found = told(sound, event(6.0, "recording_paused"), event(8.0, "recording_resumed"))
    assert [line.begin_s for line in found.lines] == pytest.approx([2.0, 5.6, 7.5, 9.4])
    assert [(mark.kind, mark.at_s) for mark in found.marks] == [
        ("recording_paused", 6.0), ("recording_resumed", 6.0), ("barge_in", pytest.approx(11.1)),
    ]  # fmt: skip


def test_what_happened_is_marked_in_its_order(sound: Loudness) -> None:
    more = (event(9.0, "key", digit="3"), event(11.0, "tool", name="opening_hours", arguments={}))
    found = told(sound, *more, event(-1.0, "key", digit="1"), event(40.0, "note", text="late"))
    assert [(mark.kind, mark.told) for mark in found.marks] == [
        ("key", {"digit": "3"}),
        ("tool", {"name": "opening_hours", "arguments": {}}),
        ("barge_in", {"outcome": "resumed", "stop_s": 0.1}),
    ]


def test_a_line_whose_beginning_nobody_told_is_as_long_as_its_words(sound: Loudness) -> None:
    all_events = events()
    found = course(views.whole(assemble(CALL, all_events), over=True, cell=""), all_events, sound)
    assert found.lines[0].begin_s == pytest.approx(4.95 - 0.7)


def test_the_outline_is_as_loud_as_the_loudest_piece(sound: Loudness) -> None:
    outline = sound.outline(16)
    assert len(outline) == 16
    quiet = [second for second, loud in enumerate(outline) if loud == 0]
    assert quiet == [0, 1, 14, 15]
    sine_db = 20 * math.log10(8000 / 32768 / math.sqrt(2))
    assert outline[2] == pytest.approx(100 * (1 + sine_db / 60), abs=1)
    assert len(sound.outline(1200)) == 800  # no more than there are pieces


def test_a_hiss_that_is_always_there_is_no_voice() -> None:
    levels = np.full(500, -45.0, np.float32)
    levels[100:200] = -20.0
    assert np.flatnonzero(Loudness(levels).voiced()).tolist() == list(range(100, 200))
    assert not Loudness(np.zeros(0, np.float32)).voiced().any()


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no sound at all", wav(MIXED)[:30]])
def test_what_is_no_recording_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(NoSound):
        loudness(tmp_path / "a.wav")


def test_other_widths_are_refused_and_both_channels_are_heard(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "bytes.wav"), "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(bytes(8000))
    with pytest.raises(NoSound, match="16 bits"):
        loudness(tmp_path / "bytes.wav")
    (tmp_path / "two.wav").write_bytes(wav(tone(TONES), tone(ANSWERS)))
    heard = loudness(tmp_path / "two.wav")
    assert heard.seconds == pytest.approx(LENGTH_S)
    assert heard.voiced()[round(2.5 / 0.02)]
    assert heard.voiced()[round(7.0 / 0.02)]


def keep(site: Site, data: bytes, *more: Event) -> None:
    told = events(*ONSETS, *more)
    site.store.add(LoggedEvent(f"{number + 1}-0", one) for number, one in enumerate(told))
    (site.folder / "recordings" / f"{CALL}.wav").write_bytes(data)


def test_a_client_is_told_the_course_and_that_is_no_listening(site: Site) -> None:
    keep(site, wav(MIXED))
    with site.client("calls:read", "recordings:read", "audit:read") as client:
        found = client.get(f"/calls/{CALL}/recording/course").json()
        assert client.get("/audit").json()["entries"] == []
    assert [line["line"] for line in found["lines"]] == [1, 2, 3, 4]
    assert len(found["outline"]) == 800
    assert [mark["told"]["outcome"] for mark in found["marks"]] == ["resumed"]


def test_a_sealed_recording_has_one_where_the_key_is_at_hand(site: Site) -> None:
    keep(site, wav(MIXED))
    key, folder = sealing.new_key(), site.folder / "recordings"
    os.utime(folder / f"{CALL}.wav", (NOON, NOON))  # nobody writes to it any more
    sealing.seal_all(folder, sealing.keys(key.split()[3]), site.store)
    with site.client("calls:read", "recordings:read") as client:
        refused = client.get(f"/calls/{CALL}/recording/course")
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:parley:problem:sealed")
        (site.folder / "identity").write_text(key)
        for _ in range(3):  # what was opened for one is gone when the next one comes
            assert client.get(f"/calls/{CALL}/recording/course").status_code == 200


def test_why_there_is_none_is_told(site: Site) -> None:
    keep(site, b"no sound at all")
    begun = Event(call="c2", kind="call_started", at=NOON, data={"agent": "shop"})
    recorded = Event(call="c3", kind="recording", at=NOON, data={"file": "c3.wav"})
    site.store.add([LoggedEvent("900-0", begun), LoggedEvent("901-0", recorded)])
    with site.client("calls:read", "recordings:read") as client:
        answers = [client.get(f"/calls/{call}/recording/course").json() for call in (CALL, "c2", "c3", "c4")]
    assert [answer["type"].rpartition(":")[2] for answer in answers] == [
        "no-sound", "no-recording", "goes-on", "no-such-call",
    ]  # fmt: skip
