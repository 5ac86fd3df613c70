"""Settings come from environment variables, are checked once at start, and an error names the variable.

A service declares a frozen `Settings` class; a field `media_port` is the variable `MEDIA_PORT`. Bounds are
given with `Annotated[int, msgspec.Meta(ge=1, le=65535)]`. A variable that is set but empty counts as unset,
since Compose passes empty values on for whatever `.env` leaves out.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from parley.errors import SettingError
from parley.privacy.masking import kinds_of

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
PositiveInt = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0.0, le=86_400.0)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=60_000)]
Fraction = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Interval = Annotated[int, msgspec.Meta(ge=0, le=86_400)]
"""Seconds; 0: never."""


Engine = Literal["local", "openai", "huggingface"]
"""Who does the work: the stack itself, an OpenAI-compatible server, or Hugging Face Inference."""
_NO_SUCH = {
    "expected `int`, got `str`": "is no whole number",
    "expected `float`, got `str`": "is no number",
    "expected `bool`, got `str`": "is neither true nor false",
}
Budget = Annotated[float, msgspec.Meta(gt=0.0, le=30.0)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What every service shares."""

    redis_url: str
    """Where Redis is, `redis://:password@host:port/db`; or Sentinels, see parley/sentinel."""
    log_level: str = "info"
    """Least severe level that is logged: debug, info, warning or error."""
    metrics_host: str = "0.0.0.0"
    """IPv4 address that /metrics and /healthz listen on."""
    metrics_port: Port = 9100
    """TCP port of /metrics and /healthz, inside the stack."""
    mask: str = ""
    """What is masked in records and logs; see parley/privacy."""
    models_dir: str = "/models"
    """Folder of the model files."""
    agents_dir: str = "/agents"
    """Folder of the agents, one folder each."""

    def __post_init__(self) -> None:
        kinds_of(self.mask)
        if self.log_level not in ("debug", "info", "warning", "error"):
            raise SettingError("LOG_LEVEL", f"must be debug, info, warning or error, not {self.log_level!r}")


def check_url(variable: str, url: str) -> None:
    """Raise SettingError unless `url` is one of HTTP."""
    if not url.startswith(("http://", "https://")):
        raise SettingError(variable, f"must begin with http:// or https://, not {url!r}")


def variable_names(kind: type[Settings]) -> tuple[str, ...]:
    """Return the environment variables that `kind` reads."""
    return tuple(name.upper() for name in kind.__struct_fields__)


def load[S: Settings](kind: type[S], environ: Mapping[str, str]) -> S:
    """Read `kind` from `environ`; raise SettingError naming the first variable that is missing or wrong."""
    values = {
        name.lower(): environ[name].strip() for name in variable_names(kind) if environ.get(name, "").strip()
    }
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _explain(error, values) from error


def _explain(error: msgspec.ValidationError, values: Mapping[str, str]) -> SettingError:
    if isinstance(error.__cause__, SettingError):
        return error.__cause__
    reason, _, path = str(error).partition(" - at `$.")
    field = path.rstrip("`")
    if not field:  # "Object missing required field `redis_url`"
        field = reason.rpartition("field `")[2].rstrip("`")
        return SettingError(field.upper(), "is required and has no default")
    reason = reason[0].lower() + reason[1:]
    if reason in _NO_SUCH:
        return SettingError(field.upper(), f"{_NO_SUCH[reason]}: {values.get(field, '')!r}")
    return SettingError(field.upper(), f"{reason}, not {values.get(field, '')!r}")
