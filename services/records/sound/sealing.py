"""Recordings that nobody on this machine can read: encrypted as age does (https://age-encryption.org/v1), by pyrage.

A key has two halves. The public one encrypts, and is all that the stack has; the other one, an age identity, opens
what was encrypted, and stays with whoever may listen. Files are read and written in pieces. Blocking.
"""

import os
from pathlib import Path

import pyrage
from prometheus_client import Counter, Gauge
from pyrage import x25519

from parley import log
from parley.errors import SettingError
from records.sound import recordings
from records.sound.recordings import SEALED
from records.store import Store

SEALS = Counter("parley_recordings_sealed_total", "Recordings that were encrypted.")
OPEN = Gauge(
    "parley_recordings_unsealed",
    "Recordings of calls that are over which could not be encrypted, although there is a key.",
)
_PART = ".part"

_log = log.get("sealing")


def keys(text: str) -> list[x25519.Recipient]:
    """Read public keys with commas between; raise SettingError for what is none."""
    try:
        return [x25519.Recipient.from_str(part.strip()) for part in text.split(",") if part.strip()]
    except pyrage.RecipientError as error:
        raise SettingError("RECORDINGS_KEY", f"must be public keys of age, age1...: {error}") from error


def new_key() -> str:
    """Make a key: the text of an identity file, with the public half in a comment, as age-keygen writes it."""
    identity = x25519.Identity.generate()
    return f"# public key: {identity.to_public()}\n{identity}\n"


def seal_all(folder: Path, recipients: list[x25519.Recipient], store: Store) -> None:
    """Encrypt what is recorded of calls that are over; what cannot be stays as it is, until the next time."""
    failed = 0
    for file in list(recordings.files(folder)):
        try:
            if file.suffix == _PART:
                file.unlink()  # of a process that was killed
            elif file.suffix != SEALED and recordings.is_over(file, store):
                _seal(file, recipients)
                SEALS.inc()
        except FileNotFoundError:
            continue  # its caller was forgotten meanwhile
        except OSError as error:
            failed += 1
            _log.error(
                "a recording cannot be encrypted", file=str(file.relative_to(folder)), error=str(error)
            )
    OPEN.set(failed)


def _seal(file: Path, recipients: list[x25519.Recipient]) -> None:
    part = file.with_name(f"{file.name}{SEALED}{_PART}")
    with file.open("rb") as reader, part.open("wb") as writer:
        pyrage.encrypt_io(reader, writer, recipients)
        writer.flush()
        os.fsync(writer.fileno())
    written = file.stat()
    os.utime(part, (written.st_atime, written.st_mtime))  # it is as old as what was said
    part.rename(file.with_name(f"{file.name}{SEALED}"))
    file.unlink()
