"""The checklist as it is shown: for people, and as JSON."""

from collections.abc import Sequence
from typing import Any

import msgspec
from rich.text import Text

from doctor.checklist import Line

_MARKS = {"ok": ("✓", "green"), "wrong": ("✗", "bold red"), "unknown": ("–", "yellow")}


def shown(line: Line) -> Text:
    """Return a line for the terminal: mark, name, figure, and below what to do."""
    mark, style = _MARKS[line.finding.mark]
    text = Text(f"{mark} ", style=style).append(f"{line.name:<22} ", style="bold").append(line.finding.figure)
    if line.finding.advice:
        text.append(f"\n{'':25}→ {line.finding.advice}", style=style)
    return text


def summary(lines: Sequence[Line]) -> Text:
    """Return the last line."""
    bad = [line.name for line in lines if line.finding.mark == "wrong"]
    if bad:
        return Text(f"{len(bad)} of {len(lines)} are not in order: {', '.join(bad)}", style="bold red")
    return Text("all is well", style="bold green")


def is_well(lines: Sequence[Line]) -> bool:
    """Whether nothing is wrong."""
    return all(line.finding.mark != "wrong" for line in lines)


def as_json(lines: Sequence[Line]) -> str:
    """Return the whole list as JSON."""
    checks: list[dict[str, Any]] = [
        {
            "name": line.name,
            "mark": line.finding.mark,
            "figure": line.finding.figure,
            "advice": line.finding.advice,
            "seconds": line.seconds,
        }
        for line in lines
    ]
    return msgspec.json.format(
        msgspec.json.encode({"ok": is_well(lines), "checks": checks}), indent=2
    ).decode()
