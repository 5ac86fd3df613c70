"""Numbers as Grafana writes them."""

from collections.abc import Mapping

_SECONDS = (
    (1e-3, 1e6, "µs"),
    (1.0, 1e3, "ms"),
    (60.0, 1.0, "s"),
    (3600.0, 1 / 60, "min"),
    (86400.0, 1 / 3600, "hours"),
)
"""Below which value, times what, is written as which unit."""
_BYTES = ((1024.0, "B"), (1024.0**2, "KiB"), (1024.0**3, "MiB"), (1024.0**4, "GiB"))
_SUFFIXES: Mapping[str, str] = {"ops": " ops/s", "pps": " p/s", "reqps": " req/s", "celsius": " °C"}


def written(value: float, unit: str, decimals: int | None = None) -> str:
    """Write a value of a Grafana unit with so many decimals, or as many as it needs for three figures."""
    match unit:
        case "s":
            return _seconds(value, decimals)
        case "percentunit":
            return f"{_number(100 * value, decimals)}%"
        case "bytes":
            return _bytes(value, decimals)
        case "bool_yes_no":
            return "Yes" if value else "No"
        case _:
            return _large(value, decimals) + _SUFFIXES.get(unit, "")


def _seconds(value: float, decimals: int | None) -> str:
    if value == 0:
        return "0 s"
    for limit, factor, name in _SECONDS:
        if abs(value) < limit:
            return f"{_number(value * factor, decimals)} {name}"
    return f"{_number(value / 86400, decimals)} days"


def _bytes(value: float, decimals: int | None) -> str:
    for limit, name in _BYTES:
        if abs(value) < limit:
            return f"{_number(value / (limit / 1024), decimals)} {name}"
    return f"{_number(value / 1024**4, decimals)} TiB"


def _large(value: float, decimals: int | None) -> str:
    if abs(value) >= 1e6:
        return f"{_number(value / 1e6, decimals)} Mil"
    if abs(value) >= 1e4:
        return f"{_number(value / 1e3, decimals)} K"
    return _number(value, decimals)


def _number(value: float, decimals: int | None) -> str:
    if decimals is None:
        size = abs(value)
        if 0 < size < 0.1:
            return f"{value:.2g}"
        decimals = 0 if size >= 100 or value == round(value) else 1 if size >= 10 else 2
        text = f"{value:.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{value:.{decimals}f}"
