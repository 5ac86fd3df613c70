"""A recording as a client gets it: the whole of it or a range (RFC 9110, section 14). Blocking."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send

from api.problems import Problem
from records.sound import recordings, unsealing

_AT_ONCE = BoundedSemaphore(2)
"""Opened recordings lie in memory: an hour of a call is 58 MB."""
_RANGE = re.compile(rb"bytes=(?:([0-9]{1,15})-([0-9]{1,15})?|-([0-9]{1,15}))")


class Sound(FileResponse):
    """The file, whose one range a request may ask for; what is no such range is ignored, as servers may."""

    def __init__(self, path: Path, *, opened: bool = False) -> None:
        """`opened`: it was encrypted, and what lies in memory is to go when it has been sent."""
        super().__init__(path, media_type="audio/wav")
        self._opened = opened
        self._size = path.stat().st_size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            await self._answer(scope, receive, send)
        finally:
            self.leave()

    def leave(self) -> None:
        """Nobody wants it any more: what was opened goes."""
        if self._opened:
            _remove(Path(self.path))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = next((value for name, value in scope["headers"] if name == b"range"), b"")
        form = _RANGE.fullmatch(asked)
        if form is None or (form[1] and form[2] and int(form[1]) > int(form[2])):
            headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
            await super().__call__({**scope, "headers": headers}, receive, send)
        elif int(form[1]) < self._size if form[1] else int(form[3]) > 0 and self._size > 0:
            await super().__call__(scope, receive, send)
        else:
            whole = {"Content-Range": f"bytes */{self._size}"}
            refusal = Problem(416, "no-such-range", f"the recording has {self._size} bytes", headers=whole)
            await refusal.response()(scope, receive, send)


def sound(folder: Path, name: str, identity: str) -> Sound:
    """The recording that a record names; raise Problem when it is not there, or `identity` does not open it.

    `identity`: the text of an age identity; empty: there is none.
    """
    # Encrypted meanwhile: there are both for a moment.
    there = recordings.found(folder, name)
    if not there:
        raise Problem(404, "no-recording", "there is no recording of this call any more")
    if there[0].suffix != recordings.SEALED:
        return Sound(there[0])
    if not identity:
        raise Problem(409, "sealed", "the recording is encrypted, and the API has no key to it")
    return Sound(_opened(there[0], identity), opened=True)


@contextmanager
def at_hand(folder: Path, name: str, identity: str) -> Iterator[Path]:
    """The recording's file, opened, for as long as it is looked at; raise Problem as `sound` does."""
    found = sound(folder, name, identity)
    try:
        yield Path(found.path)
    finally:
        found.leave()


def _opened(sealed: Path, identity: str) -> Path:
    """A file in memory (/tmp) with what is in an encrypted one."""
    if not _AT_ONCE.acquire(timeout=10):
        raise Problem(503, "busy", "other recordings are being read", headers={"Retry-After": "10"})
    file = tempfile.NamedTemporaryFile(suffix=".wav", delete=False)  # noqa: SIM115  # it outlives this function
    try:
        with file:
            unsealing.unseal(sealed, identity, file)
    except BaseException as error:
        _remove(Path(file.name))
        if isinstance(error, ValueError):
            raise Problem(409, "sealed", "the recording is encrypted for another key") from error
        raise
    return Path(file.name)


def _remove(opened: Path) -> None:
    opened.unlink(missing_ok=True)
    _AT_ONCE.release()
