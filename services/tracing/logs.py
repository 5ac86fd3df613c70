"""`docker compose logs --timestamps | python -m tracing.logs CALL`: one call's lines of all services, in order of time.

Lines of JSON are ours and name their call; of other programs' lines those count in which the call's id stands.
Exit status 1 when there are none.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

# Compose clears the line before each, even without colours.
_LINE = re.compile(
    r"(?:\x1b\[2K)?(?P<container>\S+)\s+\| (?P<time>\d{4}-\d\d-\d\dT[\d:]+(?:\.\d+)?)Z ?(?P<text>.*)"
)
_LEVELS = {"debug": "dim", "warning": "yellow", "error": "bold red", "critical": "bold red"}
_SHOWN_APART = ("call", "service", "module", "level", "timestamp", "event")


@dataclass(frozen=True)
class LogLine:
    """One line of a container's log."""

    time: str
    """When the container said it: UTC, ISO 8601 without its zone."""
    container: str
    text: str
    fields: dict[str, Any] = field(default_factory=dict)
    """What a line of JSON holds."""


def parse(line: str) -> LogLine | None:
    """Read a line of `docker compose logs --timestamps`; None when it is none."""
    match = _LINE.match(line)
    if not match:
        return None
    return LogLine(match["time"], match["container"], match["text"], _json(match["text"]))


def of_call(lines: Iterable[str], call: str) -> list[LogLine]:
    """Return a call's lines in order of time; lines of the same time stay in their order."""
    found = [line for text in lines if call in text and (line := parse(text)) and _is_of(line, call)]
    return sorted(found, key=lambda line: _sortable(line.time))


def _is_of(line: LogLine, call: str) -> bool:
    # Ids are numbers with a dot: "17.1" is not meant where "17.10" stands.
    return line.fields.get("call") == call or bool(
        re.search(rf"(?<![\d.]){re.escape(call)}(?![\d.])", line.text)
    )


def _sortable(time: str) -> str:
    # Go leaves trailing zeros of the fraction out.
    seconds, _, fraction = time.partition(".")
    return f"{seconds}.{fraction:0<9}"


def _json(text: str) -> dict[str, Any]:
    try:
        fields = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return fields if isinstance(fields, dict) else {}


def rendered(lines: Iterable[LogLine]) -> Iterator[Text]:
    """Yield each line for a terminal: time of day, container, what happened, and its particulars."""
    for line in lines:
        clock = _sortable(line.time.partition("T")[2])[:12]
        level = str(line.fields.get("level", ""))
        text = Text(f"{clock} ", style="dim").append(f"{line.container:<12} ", style="cyan")
        if level in ("warning", "error", "critical"):
            text.append(f"{level} ", style=_LEVELS[level])
        text.append(str(line.fields.get("event", line.text)), style=_LEVELS.get(level, ""))
        rest = {key: value for key, value in line.fields.items() if key not in _SHOWN_APART}
        yield text.append("".join(f" {key}={_plain(value)}" for key, value in rest.items()), style="dim")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def main(call: str) -> int:
    """Print a call's lines; return the exit status."""
    found = of_call(sys.stdin, call)
    if not found:
        print(f"logs: no line of call {call}; logs are kept for 30 MB a container", file=sys.stderr)
        return 1
    console = Console(highlight=False, soft_wrap=True)
    for line in rendered(found):
        console.print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
