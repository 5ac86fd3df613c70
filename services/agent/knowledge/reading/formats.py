"""Which reader reads a file: by its content where that says what it is, else by its suffix."""

import importlib
import io
import zipfile
from collections.abc import Callable
from pathlib import PurePath

from agent.knowledge.reading.blocks import Block, Unreadable
from agent.knowledge.reading.facts.passages import Passage, passages_of

SUFFIXES = {
    ".md": "markdown.read",
    ".markdown": "markdown.read",
    ".txt": "plain.read",
    ".html": "web.read",
    ".htm": "web.read",
    ".xhtml": "web.read",
    ".pdf": "pdf.read",
    ".docx": "word.read",
    ".xlsx": "sheets.read_xlsx",
    ".xlsm": "sheets.read_xlsx",
    ".csv": "sheets.read_csv",
    ".tsv": "sheets.read_csv",
}
"""Modules are imported when a file wants them: most agents need one or two."""
_INSTEAD = {
    ".doc": "save it as DOCX or PDF",
    ".odt": "save it as DOCX or PDF",
    ".rtf": "save it as DOCX or PDF",
    ".pages": "save it as DOCX or PDF",
    ".xls": "save it as XLSX",
    ".ods": "save it as XLSX",
    ".numbers": "save it as XLSX",
    ".ppt": "save it as PDF",
    ".pptx": "save it as PDF",
    ".odp": "save it as PDF",
}
_HTML = (b"<!doctype html", b"<html")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PEEK = 1024
MAX_UNPACKED_BYTES = 200_000_000
"""Largest content of a DOCX or XLSX, which are archives."""
MAX_PASSAGES = 5000
"""Most facts of a file: each costs some 15 KB of memory, and milliseconds at the start."""


def read(name: str, data: bytes) -> list[Passage]:
    """Passages of a file; raise Unreadable, or whatever a reader raises, when there are none."""
    if not data.strip():
        raise Unreadable("is empty")
    blocks = _reader(name, data)(data)
    found = passages_of(blocks, name)
    if not found:
        raise Unreadable("has no facts, only headings, questions or signs" if blocks else "has no text")
    if len(found) > MAX_PASSAGES:
        raise Unreadable(
            f"has {len(found)} facts, more than {MAX_PASSAGES}; ask a service of yours by a tool instead"
        )
    return found


def prepare(name: str) -> None:
    """Import what a file of this name will need, for all processes that are forked afterwards."""
    if place := SUFFIXES.get(PurePath(name).suffix.lower()):
        _function(place)


def _reader(name: str, data: bytes) -> Callable[[bytes], list[Block]]:
    suffix = PurePath(name).suffix.lower()
    place = _by_content(data) or SUFFIXES.get(suffix)
    if place is None:
        advice = f"; {_INSTEAD[suffix]}" if suffix in _INSTEAD else ""
        raise Unreadable(f"not a kind of file that is read; those are {', '.join(SUFFIXES)}{advice}")
    if place in ("pdf.read", "word.read", "sheets.read_xlsx") and not _by_content(data):
        raise Unreadable(f"not a {suffix.removeprefix('.').upper()} file, whatever its name says")
    return _function(place)


def _function(place: str) -> Callable[[bytes], list[Block]]:
    module, function = place.split(".")
    return getattr(importlib.import_module(f"agent.knowledge.reading.readers.{module}"), function)


def _by_content(data: bytes) -> str | None:
    head = data[:_PEEK]
    if b"%PDF-" in head:
        return "pdf.read"
    if head.startswith(b"PK\x03\x04"):
        return _by_archive(data)
    if head.startswith(_OLE):
        raise Unreadable(
            "protected by a password, or of an old Office; save it without one, as DOCX, XLSX or PDF"
        )
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML):
        return "web.read"
    return None


def _by_archive(data: bytes) -> str | None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        size = sum(member.file_size for member in archive.infolist())
    place = (
        "word.read"
        if "word/document.xml" in names
        else "sheets.read_xlsx"
        if "xl/workbook.xml" in names
        else None
    )
    if place is not None and size > MAX_UNPACKED_BYTES:
        raise Unreadable(f"unpacks to {size / 1e6:.0f} MB, more than {MAX_UNPACKED_BYTES / 1e6:.0f} MB")
    return place
