"""Every error that Parley raises on purpose, under one root.

ParleyError
├── SettingError        a setting is missing or wrong; names the variable
├── AgentFileError      an agent's folder is missing something or is wrong; names file and field
├── LanguageFileError   a language's file is missing something or is wrong; names file and field
├── MessageError        bytes on a stream are not a message; names the stream and the reason
├── ModelMissing        a model file that a setting asks for is not there
├── EngineError         an STT, LLM or TTS engine failed; says which kind of failure
└── AriError            Asterisk refused a request or did not answer
"""

import os
from pathlib import Path


class ParleyError(Exception):
    """The root: whatever Parley raises on purpose is one of these."""


class SettingError(ParleyError):
    """A setting is missing or wrong."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"setting {variable}: {reason}")
        self.variable = variable
        self.reason = reason


class AgentFileError(ParleyError):
    """An agent's folder cannot be used."""

    def __init__(self, path: Path, reason: str, field: str = "", line: int | None = None) -> None:
        shown = os.fsencode(path).decode(errors="backslashreplace")  # a name need not be UTF-8, a log must be
        place = f"{shown}:{line}" if line else shown
        super().__init__(f"{place}: {field}: {reason}" if field else f"{place}: {reason}")
        self.path = path
        self.field = field
        self.line = line
        self.reason = reason


class LanguageFileError(ParleyError):
    """A language's file cannot be used."""

    def __init__(self, path: Path, reason: str, field: str = "") -> None:
        super().__init__(f"{path.name}: {field}: {reason}" if field else f"{path.name}: {reason}")
        self.path = path
        self.field = field
        self.reason = reason


class MessageError(ParleyError):
    """Bytes on a stream are not a message of ours."""

    def __init__(self, reason: str, entry_id: str = "") -> None:
        super().__init__(reason)
        self.entry_id = entry_id
        """The entry of the stream, where there is one."""


class ModelMissing(ParleyError):
    """A model that a setting asks for is not on the models volume."""

    def __init__(self, variable: str, path: Path) -> None:
        super().__init__(f"setting {variable}: no model at {path}; fetch it with `make models`")
        self.variable = variable
        self.path = path


ENGINE_ERRORS = ("timeout", "refused", "http", "protocol", "language", "internal")
"""The kinds of an EngineError, for the labels of a metric."""


class EngineError(ParleyError):
    """A speech or language engine failed.

    `kind` is one of ENGINE_ERRORS.
    """

    def __init__(self, kind: str, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail
        self.retry_after_s = retry_after_s
        """How long a server wants to be left alone, if it said so."""


class AriError(ParleyError):
    """Asterisk refused a request, or did not answer in time (`status` 0)."""

    def __init__(self, method: str, uri: str, status: int, detail: str) -> None:
        super().__init__(f"{method} {uri}: {status or 'no answer'}: {detail}")
        self.method = method
        self.uri = uri
        self.status = status
        self.detail = detail
