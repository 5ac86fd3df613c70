import hashlib
import shutil
from collections import namedtuple

import pytest

from models.catalogue.records import File, Part
from models.errors import DigestMismatch, DiskFull
from models.store import Store
from tests.models.conftest import model_of

DATA = b"weights" * 100
FILE = File("whisper/toy/model.bin", len(DATA), hashlib.sha256(DATA).hexdigest(), "model.bin")


def _put(store: Store, data: bytes) -> None:
    temporary = store.root / "incoming"
    temporary.write_bytes(data)
    store.commit(FILE, temporary)


def test_right_bytes_are_moved_into_place_and_remembered(store: Store) -> None:
    assert not store.has(FILE)
    _put(store, DATA)
    assert store.path(FILE).read_bytes() == DATA
    assert Store(store.root).has(FILE), "a later run knows it from the manifest"


def test_wrong_bytes_are_refused_and_removed(store: Store) -> None:
    wrong = b"w" + DATA[1:-1] + b"!"
    with pytest.raises(DigestMismatch) as caught:
        _put(store, wrong)
    for part in (FILE.path, FILE.sha256, hashlib.sha256(wrong).hexdigest()):
        assert part in str(caught.value)
    assert not store.path(FILE).exists()
    assert not (store.root / "incoming").exists()
    assert not store.has(FILE)


def test_a_file_that_shrank_is_missing(store: Store) -> None:
    _put(store, DATA)
    store.path(FILE).write_bytes(DATA[:-1])
    assert not store.has(FILE)


def test_a_record_with_another_digest_is_missing(store: Store) -> None:
    _put(store, DATA)
    renewed = File(FILE.path, FILE.size, "0" * 64, FILE.upstream)
    assert not store.has(renewed)


def test_a_file_put_there_by_hand_is_adopted_when_its_bytes_are_right(store: Store) -> None:
    store.path(FILE).parent.mkdir(parents=True)
    store.path(FILE).write_bytes(DATA[:-1] + b"!")
    assert not store.adopt(FILE)
    store.path(FILE).write_bytes(DATA)
    assert store.adopt(FILE)
    assert store.has(FILE)


def test_check_finds_a_changed_byte(store: Store) -> None:
    _put(store, DATA)
    model = model_of({FILE.path: [(Part("p", "1", "m"), DATA)]})
    store.check(model)
    store.path(FILE).write_bytes(DATA[:-1] + b"!")
    with pytest.raises(DigestMismatch):
        store.check(model)
    assert not store.path(FILE).exists()


def test_a_broken_manifest_costs_nothing_but_a_new_look(store: Store) -> None:
    _put(store, DATA)
    (store.root / "manifest.json").write_text("{")
    again = Store(store.root)
    assert not again.has(FILE)
    assert again.adopt(FILE)


def test_too_little_room_is_told_before_anything_is_fetched(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 1000))
    model = model_of({FILE.path: [(Part("p", "1", "m"), DATA)]})
    with pytest.raises(DiskFull, match="not enough room") as caught:
        store.require_space([model])
    assert str(store.root) in str(caught.value)
    _put(store, DATA)
    store.require_space([model])  # nothing is missing: no room is needed


def test_what_was_prepared_is_remembered_by_size(store: Store) -> None:
    made = store.root / "tts" / "tokens.txt"
    made.parent.mkdir()
    made.write_text("a 1\n")
    assert not store.prepared("joe 1")
    store.remember_prepared("joe 1", [made])
    assert Store(store.root).prepared("joe 1")
    assert not store.prepared("joe 2")
    made.write_text("")
    assert not store.prepared("joe 1")
