"""A form with a file, of a page that this visitor was shown."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.formparsers import MultiPartException, MultiPartParser

from api.console.door import Known, prove, same_origin
from api.console.upstream import Refused

_MOST = 10_000_000
"""Bytes of a form, as the API has it of a campaign."""
_FIELDS = 10


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent."""

    fields: dict[str, str]
    file: bytes
    """Empty: none was chosen."""


async def upload(request: Request, who: Known) -> Upload:
    """The fields of a form, and its one file; raise Refused."""
    same_origin(request)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise _no_form()
    try:
        form = await MultiPartParser(
            request.headers, _bounded(request), max_files=1, max_fields=_FIELDS
        ).parse()
    except MultiPartException as error:
        raise _no_form() from error
    try:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        files = [await value.read() for value in form.values() if not isinstance(value, str)]
    finally:
        await form.close()
    prove(fields, who)
    return Upload(fields, files[0] if files else b"")


Uploaded = Annotated[Upload, Depends(upload)]


async def _bounded(request: Request) -> AsyncGenerator[bytes]:
    got = 0
    async for piece in request.stream():
        got += len(piece)
        if got > _MOST:
            raise Refused(413, "too-much", "this is too long", [])
        yield piece


def _no_form() -> Refused:
    return Refused(400, "bad-request", "this is no form", [])
