"""What has come of all calls so far, and the bar that shows it."""

import asyncio
from dataclasses import dataclass, field

from bench.barge_in.trials import Result
from bench.instruments import report

MOST_FAILURES = 20


@dataclass
class Progress:
    """What has come of all calls so far."""

    wanted: int
    """Interruptions, and as many other sounds beside the echoes."""
    results: list[Result] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether there is enough of both; a stack that refuses every call is not asked for ever."""
        real = sum(r.interrupts for r in self.results)
        return min(real, len(self.results) - real) >= self.wanted or len(self.failures) > MOST_FAILURES


class Bar:
    """Shows how far it has come."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self.bar = report.progress()
        self._task = self.bar.add_task("sounds over the agent", total=total)

    def look(self) -> None:
        """Show it."""
        self.bar.update(self._task, completed=len(self._progress.results))

    async def watch(self) -> None:
        """Show it again and again."""
        while True:
            self.look()
            await asyncio.sleep(0.5)
