"""What a call amounted to: as JSON, as a table, and the dialogue while it happens."""

from pathlib import Path
from statistics import median
from typing import Literal

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caller.phone import rtp


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """How packets of one direction passed."""

    packets: int
    lost: int
    reordered: int
    jitter_ms: float
    longest_gap_ms: float

    @classmethod
    def of(cls, quality: rtp.Quality) -> "Quality":
        """Return the same figures, as they are written."""
        return cls(
            packets=quality.packets,
            lost=quality.lost,
            reordered=quality.reordered,
            jitter_ms=quality.jitter_ms,
            longest_gap_ms=quality.longest_gap_ms,
        )


class Greeting(msgspec.Struct, frozen=True):
    """The agent's first words."""

    heard: str
    level_dbfs: float


class TurnReport(msgspec.Struct, frozen=True, kw_only=True):
    """A turn: what the caller said and what came back. Seconds and dBFS."""

    said: str
    heard: str
    voice_to_voice_s: float | None
    """From the last voiced packet sent to the first voiced packet heard; negative when the agent cut in."""
    said_at_s: float | None
    """When the caller began, since the call was answered."""
    said_s: float | None
    """From the caller's first voiced packet to the last."""
    heard_s: float | None
    """From the answer's first voiced packet to the last."""
    level_dbfs: float | None
    """Level of the answer's voice."""
    longest_pause_s: float | None
    """Longest silence within the answer, of those from 0.25 s on; else 0."""
    stop_s: float | None = None
    """Of an interruption: from its first voiced packet to the last voiced one of what was interrupted; of a key, to the
    last voiced packet before the caller speaks."""
    interrupts: bool = False
    """Whether the agent was to be interrupted."""
    pressed: str = ""
    """The keys, where it was no speech."""
    answered: bool = True
    missing: list[str] = []
    """What was expected and not heard."""
    hung_up: bool | None = None
    """Whether the agent ended the call, where that was expected."""


class CallReport(msgspec.Struct, frozen=True, kw_only=True):
    """A call."""

    agent: str
    extension: str
    codec: str
    clock: Literal["wire", "pcm"]
    """Where the times come from; see `caller.track`."""
    clock_remark: str
    """Why it is not the wire clock."""
    greeting_s: float | None
    """From the answer to the agent's first voiced packet."""
    greeting: Greeting | None
    turns: list[TurnReport]
    ok: bool
    """Every turn was answered and every expectation holds."""
    failures: list[str]
    """What does not, one line each."""
    duration_s: float
    hung_up_by: Literal["caller", "agent"]
    quality: Quality | None
    """How the agent's packets arrived; None on the pcm clock."""
    sent_quality: Quality | None
    """How evenly the caller's left; None on the pcm clock."""

    @property
    def median_s(self) -> float | None:
        """Median voice-to-voice latency of the turns that have one."""
        delays = [turn.voice_to_voice_s for turn in self.turns if turn.voice_to_voice_s is not None]
        return median(delays) if delays else None


def write_json(report: CallReport, path: Path) -> None:
    """Write a report; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


class LiveDialogue:
    """Prints the dialogue line by line; an `Audience`."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def answered(self, extension: str) -> None:
        """Print that the call stands."""
        self._console.print(Text(f"{extension} answered", style="dim"))

    def caller(self, at: float, text: str) -> None:
        """Print what the caller says."""
        self._line(at, "caller", "cyan", text)

    def agent(self, at: float, text: str, delay: float | None) -> None:
        """Print what the agent said, and how soon."""
        self._line(at, "agent", "green", text, "" if delay is None else f"  {delay:.2f} s")

    def remark(self, at: float, text: str) -> None:
        """Print a remark."""
        self._line(at, "", "yellow", text)

    def _line(self, at: float, who: str, style: str, text: str, note: str = "") -> None:
        line = Text(f"{at:6.1f} s  ", style="dim").append(f"{who:>6}  ", style=f"bold {style}")
        self._console.print(line.append(text, style=style).append(note, style="dim"))


def print_report(report: CallReport, console: Console) -> None:
    """Print a report as a table, its failures below."""
    table = Table(title=f"{report.agent or report.extension} by {report.codec}", title_justify="left")
    for name in ("", "voice to voice", "answer", "level", "stopped in"):
        table.add_column(name, justify="left" if not name else "right")
    if report.greeting:
        table.add_row("greeting", _seconds(report.greeting_s), "", _level(report.greeting.level_dbfs), "")
    for turn in report.turns:
        table.add_row(
            turn.said,
            _seconds(turn.voice_to_voice_s) if turn.answered else "no answer",
            _seconds(turn.heard_s),
            _level(turn.level_dbfs),
            _seconds(turn.stop_s),
        )
    if report.median_s is not None:
        table.add_row("median", _seconds(report.median_s), "", "", "", style="bold")
    console.print(table)
    console.print(Text(_footnote(report), style="dim"))
    for failure in report.failures:
        console.print(Text(failure, style="bold red"))
    console.print(Text("ok", style="bold green") if report.ok else Text("not ok", style="bold red"))


def _footnote(report: CallReport) -> str:
    clock = f"{report.clock} clock" + (f" ({report.clock_remark})" if report.clock_remark else "")
    if not report.quality:
        return clock
    q = report.quality
    heard = f"heard {q.packets} packets, {q.lost} lost, {q.reordered} out of order, jitter {q.jitter_ms} ms"
    sent = (
        f"; sent with at most {report.sent_quality.longest_gap_ms} ms between" if report.sent_quality else ""
    )
    return f"{clock}; {heard}{sent}"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.3f} s"


def _level(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} dBFS"
