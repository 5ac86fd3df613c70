"""Recordings and messages stay within what they may take: the oldest go, of the kind of which there is more."""

import os
import time
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from parley.event_log import LoggedEvent
from parley.messages import Event
from records.query import Query
from records.sound.quota import sweep
from records.sound.recordings import WRITTEN_IN
from records.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recordings/voicemail/shop").mkdir(parents=True)
    return tmp_path / "recordings"


def happened(store: Store, call: str, kind: str, **data: object) -> None:
    event = Event(call=call, kind=kind, at=1000.0, data={"agent": "shop", "caller": "1001", **data})
    events = sum(count for (count,) in store.select("SELECT count(*) FROM events"))
    store.add([LoggedEvent(f"{events + 1}-0", event)])


def recorded(
    store: Store, folder: Path, name: str, age_s: float, size: int = 100, *, over: bool = True
) -> None:
    """A file of a call's, which is known by it."""
    file = folder / name
    file.write_bytes(bytes(size))
    then = time.time() - age_s
    os.utime(file, (then, then))
    call = Path(name.removesuffix(".age")).stem
    plain = name.removesuffix(".age")
    happened(store, call, "recording", file=WRITTEN_IN + plain if "/" in plain else plain)
    if over:
        happened(store, call, "call_ended")


def left(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_the_oldest_go_until_the_rest_fits(store: Store, folder: Path) -> None:
    for name, age_s in (("c1.wav", 400.0), ("c2.wav.age", 300.0), ("c3.wav", 200.0), ("c4.wav", 100.0)):
        recorded(store, folder, name, age_s)
    before = metric("parley_recordings_swept_total", kind="call")
    assert sweep(folder, store, 250) == 2
    assert left(folder) == {"c3.wav", "c4.wav"}
    assert metric("parley_recordings_swept_total", kind="call") == before + 2
    assert metric("parley_recordings_bytes", kind="call") == 200
    assert metric("parley_recordings_limit_bytes") == 250
    assert sweep(folder, store, 250) == 0


def test_what_fits_stays_and_without_a_limit_everything_does(store: Store, folder: Path) -> None:
    recorded(store, folder, "c1.wav", 1e7)
    recorded(store, folder, "voicemail/shop/c2.wav", 1e7)
    assert sweep(folder, store, 200) == 0
    assert sweep(folder, store, 0) == 0
    assert left(folder) == {"c1.wav", "voicemail/shop/c2.wav"}


def test_messages_do_not_push_out_what_was_recorded(store: Store, folder: Path) -> None:
    recorded(store, folder, "old.wav", 5000.0)
    for number in range(5):
        recorded(store, folder, f"voicemail/shop/m{number}.wav", 100.0 - number)
    assert sweep(folder, store, 300) == 3
    assert left(folder) == {"old.wav", "voicemail/shop/m3.wav", "voicemail/shop/m4.wav"}


def test_of_a_call_that_goes_on_nothing_is_deleted(store: Store, folder: Path) -> None:
    recorded(store, folder, "live.wav", 60.0, 1000, over=False)
    recorded(store, folder, "just.wav", 1.0, 1000)
    recorded(store, folder, "over.wav", 30.0)
    assert sweep(folder, store, 500) == 1
    assert left(folder) == {"live.wav", "just.wav"}


def test_a_file_of_no_call_goes_once_nobody_writes_to_it_any_more(store: Store, folder: Path) -> None:
    for name, age_s in (("new.wav", 60.0), ("old.wav", 4000.0)):
        recorded(store, folder, name, age_s)
    store.expire(1)
    assert sweep(folder, store, 50) == 1
    assert left(folder) == {"new.wav"}


def test_a_call_whose_recording_has_gone_names_none_and_is_copied_anew(store: Store, folder: Path) -> None:
    recorded(store, folder, "c1.wav", 100.0)
    (record,) = store.records(Query())
    assert record.recording == "c1.wav"
    store.outbox.switch(on=True)
    store.select("DELETE FROM outbox")
    sweep(folder, store, 1)
    (record,) = store.records(Query())
    assert record.recording is None
    assert store.select("SELECT call FROM outbox") == [("c1",)]
    assert store.forget(["c1"]) == []
