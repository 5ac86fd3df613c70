"""What can go wrong with a call, each in one line that a person can act on.

CallerError
├── ServerUnreachable    nothing answers at the SIP server's address
├── RegistrationError    the server refuses the user or its password
├── CallFailed           the call was refused, or ended before it was answered; has the SIP status
│   └── NoAnswer         nobody answered in time
├── CallEnded            the call is over, so that cannot be done any more
├── TransferRefused      the other side of a call cannot be given to somebody else
├── ClipError            a WAV file is missing or is not one
├── VoiceError           a text could not be spoken
└── ScriptError          a call script is missing or wrong; names file and field
"""

from pathlib import Path

from parley.errors import ParleyError


class CallerError(ParleyError):
    """The root of what the caller raises on purpose."""


class ServerUnreachable(CallerError):
    """No SIP answer from the server's address."""

    def __init__(self, server: str, reason: str) -> None:
        super().__init__(f"SIP server {server}: {reason}; is the stack up (`make ps`)?")
        self.server = server
        self.reason = reason


class RegistrationError(CallerError):
    """The server refused the registration with this SIP status."""

    def __init__(self, user: str, server: str, status: int, reason: str) -> None:
        hint = "wrong user or password" if status in (401, 403, 404, 407) else "registration refused"
        super().__init__(f"SIP user {user} at {server}: {hint} ({status} {reason})".rstrip())
        self.user = user
        self.status = status
        self.reason = reason


_MEANING = {
    403: "not allowed",
    404: "nobody has this extension",
    415: "no common codec",
    480: "nobody is there at the moment",
    486: "busy",
    487: "cancelled",
    488: "no common codec",
    503: "the service is not available",
    600: "busy everywhere",
    603: "declined",
}


class CallFailed(CallerError):
    """The call was refused, or ended before it was answered (`status` 0: no SIP status)."""

    def __init__(self, extension: str, status: int, reason: str) -> None:
        meaning = _MEANING.get(status, "the call failed")
        detail = f"{status} {reason}" if status else reason
        super().__init__(f"extension {extension}: {meaning} ({detail})")
        self.extension = extension
        self.status = status
        self.reason = reason


class NoAnswer(CallFailed):
    """Nobody answered in time."""

    def __init__(self, extension: str, seconds: float) -> None:
        super().__init__(extension, 0, f"no answer within {seconds:g} s")


class CallEnded(CallerError):
    """The call is over."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the call has ended: {reason}")
        self.reason = reason


class TransferRefused(CallerError):
    """The server did not let the call be given away, or could not bring it there."""


class ClipError(CallerError):
    """A WAV file cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class VoiceError(CallerError):
    """A text could not be spoken."""


class ScriptError(CallerError):
    """A call script is missing or wrong."""

    def __init__(self, path: Path, reason: str, field: str = "") -> None:
        super().__init__(f"{path}: {field}: {reason}" if field else f"{path}: {reason}")
        self.path = path
        self.field = field
        self.reason = reason
