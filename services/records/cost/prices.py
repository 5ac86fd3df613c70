"""What engines cost, from a file of the operator's.

    currency: EUR
    engines:
      whisper-1: {minute: 0.006}
      gpt-4o-mini: {million_read: 0.15, million_cached: 0.075, million_written: 0.60}
      gpt-4o-mini-tts: {million_characters: 12}

An engine is named as in the usage of calls: by its model, or `local`. The stack's own cost nothing unless they stand
there.
"""

from pathlib import Path
from typing import Annotated, Any

import msgspec

from parley.agents import document, places
from parley.agents.types import END
from parley.errors import AgentFileError, SettingError
from parley.usage.tally import LOCAL, Use

SETTING = "PRICES"
_MILLION = 1_000_000
Money = Annotated[float, msgspec.Meta(ge=0.0, le=1_000_000.0)]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}" + END)]
"""As ISO 4217 has it."""


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of one engine; what it does not do needs no price."""

    minute: Money | None = None
    """Of audio that is recognised."""
    request: Money = 0.0
    """In addition to the others, for each request."""
    million_read: Money | None = None
    """Tokens."""
    million_cached: Money | None = None
    """Tokens that it had read before; None: as others."""
    million_written: Money | None = None
    """Tokens."""
    million_characters: Money | None = None
    """That are spoken."""

    def of(self, use: Use) -> float | None:
        """What a use costs; None where a price for it is missing."""
        cached = self.million_read if self.million_cached is None else self.million_cached
        amounts = [
            (use.seconds / 60, self.minute),
            (max(0, use.read - use.cached) / _MILLION, self.million_read),
            (use.cached / _MILLION, cached),
            (use.written / _MILLION, self.million_written),
            (use.characters / _MILLION, self.million_characters),
        ]
        if any(amount and price is None for amount, price in amounts):
            return None
        return self.request * use.requests + sum(amount * (price or 0.0) for amount, price in amounts)


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """All of them."""

    currency: str
    engines: dict[str, Price]

    def of(self, use: Use) -> float | None:
        """What a use costs; None: there is no price for it. The stack's own engines need none."""
        price = self.engines.get(use.engine)
        return (0.0 if use.engine == LOCAL else None) if price is None else price.of(use)


def read(path: Path) -> Prices | None:
    """The prices in a file; None where it is empty or not there. Raise SettingError that names line and field."""
    if not path.exists():
        return None
    try:
        found = document.read(path)
    except AgentFileError as error:
        place = f"line {error.line}: " if error.line else ""
        raise SettingError(
            SETTING, f"{place}{f'{error.field}: ' if error.field else ''}{error.reason}"
        ) from error
    if found.raw is None:
        return None
    raw = _mapping(found, (), found.raw)
    if unknown := next((str(key) for key in raw if key not in ("currency", "engines")), None):
        raise _wrong(found, (unknown,), "there is no such field")
    engines = _mapping(found, ("engines",), raw.get("engines", {}))
    return Prices(
        currency=_converted(found, ("currency",), raw.get("currency"), Currency),
        engines={
            str(name): _converted(found, ("engines", str(name)), price, Price)
            for name, price in engines.items()
        },
    )


def _mapping(found: document.Document, place: places.Path, raw: Any) -> dict[Any, Any]:
    if not isinstance(raw, dict):
        raise _wrong(found, place, "must be a mapping")
    return raw


def _converted(found: document.Document, place: places.Path, raw: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        reason, _, inner = str(error).partition(" - at `$")
        inner = inner.strip("`.") or (reason.split("`")[1] if "unknown field" in reason else "")
        raise _wrong(found, (*place, inner) if inner else place, reason[0].lower() + reason[1:]) from error


def _wrong(found: document.Document, place: places.Path, reason: str) -> SettingError:
    line = places.line_of(found.root, place)
    field = places.spell(place)
    return SettingError(SETTING, f"line {line}: {f'{field}: ' if field else ''}{reason}")
