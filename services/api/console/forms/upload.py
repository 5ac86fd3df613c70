"""A form with files, of a page that this visitor was shown."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.console.door import Known, prove, same_origin
from api.console.upstream import Refused

_FIELDS = 10


@dataclass(frozen=True, slots=True)
class File:
    """A file."""

    name: str
    """What the browser calls it: anything may stand there."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent."""

    fields: dict[str, str]
    files: list[File]

    @property
    def file(self) -> bytes:
        """The first one; empty: none was chosen."""
        return self.files[0].data if self.files else b""


def upload(most: int, files: int = 1) -> Callable[..., Awaitable[Upload]]:
    """What reads a form of at most so many bytes with so many files; it raises Refused."""

    async def read(request: Request, who: Known) -> Upload:
        same_origin(request)
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise _no_form()
        try:
            form = await MultiPartParser(
                request.headers, _bounded(request, most), max_files=files, max_fields=_FIELDS
            ).parse()
        except MultiPartException as error:
            raise _no_form() from error
        try:
            fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
            sent = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
            # Browsers send a file without a name and content for a field in which none was chosen.
            found = [File(value.filename, await value.read()) for value in sent if value.filename]
        finally:
            await form.close()
        prove(fields, who)
        return Upload(fields, found)

    return read


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes]:
    got = 0
    async for piece in request.stream():
        got += len(piece)
        if got > most:
            raise Refused(413, "too-much", "this is too long", [])
        yield piece


def _no_form() -> Refused:
    return Refused(400, "bad-request", "this is no form", [])
