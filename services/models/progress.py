"""How a fetch is shown: a bar on a terminal, a plain line now and then in a log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

_LINE_EVERY_S = 10.0


class Report(Protocol):
    """Where a fetch tells how far it is."""

    def advance(self, done: float) -> None:
        """Tell how many bytes of the current model are there."""

    def note(self, text: str) -> None:
        """Tell something worth knowing."""


class Display:
    """Shows one model after the other."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        """Print a line."""
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def model(self, title: str, size: int) -> Iterator[Report]:
        """Show a model of `size` bytes while it is being fetched."""
        if not self._console.is_terminal:
            yield _Lines(self, title, size)
            return
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=self._console,
        )
        with bar:
            yield _Bar(bar, title, size)


class _Bar:
    def __init__(self, progress: Progress, title: str, size: int) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=size)

    def advance(self, done: float) -> None:
        self._progress.update(self._task, completed=done)

    def note(self, text: str) -> None:
        self._progress.console.print(text, highlight=False, markup=False, soft_wrap=True)


class _Lines:
    def __init__(self, display: Display, title: str, size: int) -> None:
        self._display = display
        self._title = title
        self._size = size
        self._next_line_at = time.monotonic() + _LINE_EVERY_S
        display.say(f"{title}: {size / 1e6:.1f} MB")

    def advance(self, done: float) -> None:
        if time.monotonic() >= self._next_line_at:
            self._next_line_at = time.monotonic() + _LINE_EVERY_S
            self._display.say(f"{self._title}: {done / self._size:.0%} of {self._size / 1e6:.1f} MB")

    def note(self, text: str) -> None:
        self._display.say(text)
