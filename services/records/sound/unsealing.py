"""What was encrypted is opened by its key, an age identity; see sealing.py. Blocking."""

from pathlib import Path
from typing import IO

import pyrage
from pyrage import x25519


def unseal(file: Path, identity: str, writer: IO[bytes]) -> None:
    """Write what an encrypted file holds; ValueError when the identity's text is none, or does not open it."""
    lines = [line.strip() for line in identity.splitlines()]
    try:
        identities = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
        with file.open("rb") as reader:
            pyrage.decrypt_io(reader, writer, identities)
    except (pyrage.IdentityError, pyrage.DecryptError) as error:
        raise ValueError(f"the key does not open it: {error}") from error
