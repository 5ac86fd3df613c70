"""A comparison in words and figures, for a terminal and for the report. Pure."""

from datetime import UTC, datetime, tzinfo

from records.experiment.compare import POINTS, Comparison, Row, Unit

NONE = "no difference seen"


def value(figure: float | None, unit: Unit) -> str:
    """A measure of one version."""
    if figure is None:
        return "–"
    return {"share": f"{100 * figure:.1f} %", "points": f"{figure:.1f}", "seconds": f"{figure:.2f} s"}[unit]


def change(figure: float, unit: Unit) -> str:
    """A difference, without its unit."""
    if unit == "seconds":
        return f"{figure:+.2f}"
    return f"{100 * figure if unit == 'share' else figure:+.1f}"


def interval(row: Row) -> str:
    """Between which bounds the difference is."""
    if row.difference is None:
        return ""
    return f"{change(row.difference.low, row.unit)} to {change(row.difference.high, row.unit)}"


def verdict(row: Row) -> str:
    """Whether there is a difference."""
    if row.difference is None:
        return "too few to tell"
    if not row.difference.seen:
        return NONE
    return f"b has {'more' if row.difference.value > 0 else 'less'}"


def needed(found: Comparison) -> str:
    """How many calls it takes."""
    if found.needed is None:
        return "One version has had no call."
    if not found.needed:
        return f"These are enough calls to see a difference of {POINTS} points in what is contained."
    return (
        f"To see a difference of {POINTS} points in what is contained, it takes some {found.needed} calls more,"
        " dealt as these were."
    )


def table(found: Comparison, zone: tzinfo = UTC) -> str:
    """A comparison as lines of text."""
    first, last = (f"{datetime.fromtimestamp(at, zone):%Y-%m-%d}" for at in (found.since, found.until))
    lines = [f"{found.agent}, experiment {found.experiment}: calls and chats from {first} to {last}", ""]
    cells = [
        ("", "a", "b", "b - a", "95 % interval", ""),
        ("calls and chats", str(found.calls_a), str(found.calls_b), "", "", ""),
        ("callers", str(found.callers_a), str(found.callers_b), "", "", ""),
    ]
    for row in found.rows:
        difference = change(row.difference.value, row.unit) if row.difference else ""
        versions = (value(row.a, row.unit), value(row.b, row.unit))
        cells.append((row.name, *versions, difference, interval(row), verdict(row)))
    for name, a, b, difference, between, told in cells:
        lines.append(f"{name:<16}{a:>10}{b:>10}{difference:>9}{between:>19}  {told}".rstrip())
    return "\n".join([*lines, "", needed(found)])
