import os
from pathlib import Path

from parley.event_log import LoggedEvent
from parley.messages import Event
from records.sound.recordings import WRITTEN_IN, delete, delete_orphans
from records.store import Store


def test_files_are_deleted_by_the_names_that_events_give_them(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    (folder / "voicemail" / "shop").mkdir(parents=True)
    (folder / "c1.wav").touch()
    (folder / "voicemail" / "shop" / "c1.wav").touch()
    assert delete(folder, ["c1.wav", f"{WRITTEN_IN}voicemail/shop/c1.wav", "gone.wav"]) == 2
    assert [file for file in folder.rglob("*") if file.is_file()] == []


def test_nothing_outside_the_folder_is_touched(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    other = tmp_path / "other.wav"
    other.touch()
    (folder / "link.wav").symlink_to(other)
    assert delete(folder, ["../other.wav", str(other), "link.wav", ""]) == 0
    assert other.exists()


def kept(store: Store, call: str, **data: object) -> None:
    event = Event(call=call, kind="call_ended", at=1000.0, data={"agent": "shop", "caller": "1001", **data})
    store.add([LoggedEvent(f"{len(call)}-{store.count()}", event)])


def left(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_a_file_whose_event_was_lost_goes_with_its_call_or_when_it_is_old(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "recordings"
    (folder / "voicemail" / "shop").mkdir(parents=True)
    kept(store, "named", file="named.wav")
    kept(store, "unnamed")
    for name in ("named.wav", "voicemail/shop/unnamed.wav", "new.wav", "old.wav"):
        (folder / name).touch()
    os.utime(folder / "old.wav", (1000, 1000))
    assert delete_orphans(folder, store, days=30) == 1
    assert left(folder) == {"named.wav", "voicemail/shop/unnamed.wav", "new.wav"}
    assert delete_orphans(folder, store) == 0
    assert sorted(store.forget(store.calls_of("1001"))) == ["named.wav", "voicemail/shop/unnamed.wav"]


def test_a_file_of_a_caller_who_is_forgotten_goes_whenever_it_comes(store: Store, tmp_path: Path) -> None:
    kept(store, "c1")
    store.forget(["c1"])
    (tmp_path / "c1.wav").touch()
    (tmp_path / "link.wav").symlink_to("/etc/passwd")
    assert delete_orphans(tmp_path, store) == 1
    assert not (tmp_path / "c1.wav").exists()
    assert Path("/etc/passwd").exists()
