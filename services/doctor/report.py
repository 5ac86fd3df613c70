"""The checklist as it is shown: for people, and as JSON."""

from collections.abc import Sequence

import msgspec
from rich.text import Text

from doctor.checklist import Line
from parley.outside.reports import Looked, Report

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


def kept(lines: Sequence[Line], at: float) -> Report:
    """Return the whole list as it was at a time (Unix, in seconds), for those who cannot look for themselves."""
    return Report(
        at=at,
        ok=is_well(lines),
        checks=[
            Looked(
                name=line.name,
                mark=line.finding.mark,
                figure=line.finding.figure,
                advice=line.finding.advice,
                seconds=line.seconds,
            )
            for line in lines
        ],
    )


def as_json(lines: Sequence[Line]) -> str:
    """Return the whole list as JSON."""
    report = kept(lines, 0.0)
    told = {"ok": report.ok, "checks": report.checks}
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()
