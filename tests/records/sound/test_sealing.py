"""Recordings are encrypted when their call is over, found by their names all the same, and opened by their key."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyrage import x25519

from parley.errors import SettingError
from parley.event_log import LoggedEvent
from parley.messages import Event
from records.settings import RecordsSettings
from records.sound import sealing, unsealing
from records.sound.recordings import delete, delete_orphans
from records.store import Store

KEY = sealing.new_key()
PUBLIC = KEY.split()[3]
SOUND = os.urandom(300_000)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recordings/voicemail/shop").mkdir(parents=True)
    return tmp_path / "recordings"


def happened(store: Store, call: str, kind: str) -> None:
    event = Event(call=call, kind=kind, at=1000.0, data={"agent": "shop", "caller": "1001"})
    store.add([LoggedEvent(f"{store.count() + 1}-{len(kind)}", event)])


def recorded(file: Path, age_s: float = 60.0, sound: bytes = SOUND) -> Path:
    file.write_bytes(sound)
    then = file.stat().st_mtime - age_s
    os.utime(file, (then, then))
    return file


def left(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def seal(folder: Path, store: Store) -> None:
    sealing.seal_all(folder, sealing.keys(PUBLIC), store)


def test_what_is_recorded_of_a_call_that_is_over_can_be_read_with_the_key_alone(
    folder: Path, store: Store
) -> None:
    for call in ("over", "going_on"):
        happened(store, call, "call_started")
    happened(store, "over", "call_ended")
    plain = recorded(folder / "over.wav")
    written_at = plain.stat().st_mtime
    recorded(folder / "voicemail/shop/over.wav")
    recorded(folder / "going_on.wav")
    seal(folder, store)
    assert left(folder) == {"over.wav.age", "voicemail/shop/over.wav.age", "going_on.wav"}
    sealed = folder / "over.wav.age"
    assert SOUND[:1000] not in sealed.read_bytes()
    assert sealed.stat().st_mtime == pytest.approx(written_at)
    opened = io.BytesIO()
    unsealing.unseal(sealed, KEY, opened)
    assert opened.getvalue() == SOUND
    with pytest.raises(ValueError, match="does not open it"):
        unsealing.unseal(sealed, sealing.new_key(), io.BytesIO())
    with pytest.raises(ValueError, match="does not open it"):
        unsealing.unseal(sealed, "no key", io.BytesIO())


def test_what_may_still_be_written_is_left_alone(folder: Path, store: Store) -> None:
    happened(store, "over", "call_ended")
    recorded(folder / "over.wav", age_s=0)
    recorded(folder / "unknown.wav", age_s=600)
    recorded(folder / "orphan.wav", age_s=7200)
    seal(folder, store)
    assert left(folder) == {"over.wav", "unknown.wav", "orphan.wav.age"}


def test_it_is_deleted_with_its_call_and_by_its_age(folder: Path, store: Store) -> None:
    happened(store, "c1", "call_ended")
    for call in ("c1", "old"):
        recorded(folder / f"{call}.wav", age_s=90 * 86_400)
    seal(folder, store)
    assert delete_orphans(folder, store, days=30) == 1
    assert left(folder) == {"c1.wav.age"}
    assert store.forget(["c1"]) == ["c1.wav"], "the event was lost: it was found by its name"
    assert delete(folder, ["c1.wav"]) == 1
    assert left(folder) == set()


def test_a_forgotten_callers_goes_even_if_it_was_being_encrypted(folder: Path, store: Store) -> None:
    happened(store, "c1", "call_ended")
    store.forget(["c1"])
    recorded(folder / "c1.wav.age")
    assert delete_orphans(folder, store) == 1


def test_what_a_killed_process_left_is_removed(folder: Path, store: Store) -> None:
    happened(store, "c1", "call_ended")
    recorded(folder / "c1.wav")
    (folder / "c1.wav.age.part").write_bytes(b"half")
    seal(folder, store)
    assert left(folder) == {"c1.wav.age"}


def test_a_file_that_cannot_be_encrypted_stays_and_is_counted(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space left on device")

    happened(store, "c1", "call_ended")
    recorded(folder / "c1.wav")
    monkeypatch.setattr(sealing, "_seal", full)
    seal(folder, store)
    assert left(folder) == {"c1.wav"}
    assert sealing.OPEN._value.get() == 1
    monkeypatch.undo()
    seal(folder, store)
    assert sealing.OPEN._value.get() == 0


def test_a_wrong_key_is_named_at_the_start() -> None:
    assert sealing.keys("") == []
    assert len(sealing.keys(f"{PUBLIC}, {x25519.Identity.generate().to_public()}")) == 2
    with pytest.raises(SettingError, match="RECORDINGS_KEY: must be public keys of age"):
        RecordsSettings(redis_url="redis://x", recordings_key=KEY.split()[4])


def test_the_command_opens_it_by_the_call_or_the_file(folder: Path, store: Store) -> None:
    happened(store, "c1", "call_ended")
    recorded(folder / "c1.wav")
    recorded(folder / "plain.wav", age_s=0)
    seal(folder, store)

    def listen(name: str, key: str = KEY) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "records", "listen", name],
            input=key.encode(),
            env=os.environ
            | {
                "PYTHONPATH": f"{ROOT / 'services'}:{os.environ.get('PYTHONPATH', '')}",
                "REDIS_URL": "redis://unused",
                "RECORDINGS_DIR": str(folder),
            },
            capture_output=True,
            check=False,
        )

    for name in ("c1", "c1.wav", "/var/spool/asterisk/recording/c1.wav", "plain"):
        assert listen(name).stdout == SOUND
    assert listen("../c1").returncode == 1
    assert b"the key does not open it" in listen("c1", "").stderr
