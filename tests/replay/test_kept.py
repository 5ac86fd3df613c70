import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from parley.outside.over.corrections import Correction
from records.query import Query
from records.sound.sealing import keys, new_key, seal_all
from records.store import Store
from replay.kept import NoCalls, chosen, read
from tests.fakes.kept_calls import BEGAN, CALL, TONES, events, keep, tone, wav

VOICE = Query(channel="voice")
RECORDING = wav(tone(TONES), tone([]))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[tuple[Store, Path]]:
    records, recordings = keep(tmp_path, events(), RECORDING)
    with closing(Store.reading(records)) as store:
        yield store, recordings


def test_calls_are_named_or_found(kept: tuple[Store, Path]) -> None:
    store, _ = kept
    assert chosen(store, [CALL, "last"], VOICE, 5) == [CALL]
    assert chosen(store, [], VOICE, 5) == [CALL]


def test_the_last_call_is_none_of_the_canarys(tmp_path: Path) -> None:
    test = [msgspec.structs.replace(e, call="1732287099.8", at=e.at + 99.0) for e in events()]
    test[0].data["caller"] = "canary"
    records, _ = keep(tmp_path, [*events(), *test])
    with closing(Store.reading(records)) as store:
        assert chosen(store, ["last"], VOICE, 5) == [CALL]
        with pytest.raises(NoCalls, match="but for the canary's"):
            chosen(store, ["last"], Query(since=BEGAN + 60), 5)


def test_what_is_not_kept_is_named(kept: tuple[Store, Path]) -> None:
    store, _ = kept
    with pytest.raises(NoCalls, match=r"no call 1\.2 "):
        chosen(store, [CALL, "1.2"], VOICE, 5)
    for query in (Query(since=BEGAN + 60), Query(agent="clinic")):
        with pytest.raises(NoCalls, match="--since"):
            chosen(store, [], query, 5)


def test_a_call_has_its_side_of_the_recording(kept: tuple[Store, Path]) -> None:
    found, passed = read(*kept, [CALL], "")
    assert passed == []
    assert found[0].timeline.agent == "techstore"
    assert abs(found[0].audio).max() == abs(tone(TONES)).max()


def test_what_was_really_said_is_known(tmp_path: Path) -> None:
    records, recordings = keep(tmp_path, events(), RECORDING)
    with closing(Store(records)) as store:
        told = Correction(id="1", call=CALL, turn=2, text="other words", by="console.olga")
        assert store.corrections.keep(told, BEGAN)
        ((call,), _) = read(store, recordings, [CALL], "")
    assert [(live.text, live.corrected) for live in call.timeline.live] == [
        ("some words", ""),
        ("some words", "other words"),
    ]


def test_a_call_whose_recording_is_gone_is_passed_over(tmp_path: Path) -> None:
    records, recordings = keep(tmp_path, events())
    with closing(Store.reading(records)) as store:
        found, passed = read(store, recordings, [CALL], "")
    assert found == []
    assert [one.why for one in passed] == ["its recording is not there any more"]


def test_one_that_was_not_recorded_says_so(tmp_path: Path) -> None:
    records, recordings = keep(tmp_path, [e for e in events() if e.kind != "recording"])
    with closing(Store.reading(records)) as store:
        _, passed = read(store, recordings, [CALL], "")
    assert [one.why for one in passed] == ["it was not recorded"]


def test_an_encrypted_recording_needs_its_key(tmp_path: Path) -> None:
    records, recordings = keep(tmp_path, events(), RECORDING)
    key = new_key()
    os.utime(recordings / f"{CALL}.wav", (1, 1))
    with closing(Store(records)) as store:
        seal_all(recordings, keys(key.partition("key: ")[2].splitlines()[0]), store)
        assert [file.suffix for file in recordings.iterdir()] == [".age"]
        assert "KEY" in read(store, recordings, [CALL], "")[1][0].why
        assert "does not open" in read(store, recordings, [CALL], new_key())[1][0].why
        assert len(read(store, recordings, [CALL], key)[0]) == 1
