"""What would have been different: tables for a terminal, and a page of HTML that needs nothing beside itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from parley.printed import count
from records.sound.timeline import Timeline
from replay.compare import Compared, Limits, Row, Said, changed, misheard, totals
from replay.kept import Passed
from replay.live.agreement import agreement

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Report:
    """All of a replay."""

    tried: str
    """What was changed, as it was asked for."""
    calls: tuple[Compared, ...]
    passed: tuple[Passed, ...]
    limits: Limits
    lost: tuple[int, int] = (0, 0)
    """Calls whose version of their agent is no more, in both runs."""

    @property
    def count(self) -> str:
        """How many calls were run again."""
        return count(len(self.calls), "call")

    @property
    def versions(self) -> str:
        """How many calls were run with another version of their agent than they had; a sentence, empty: none was."""
        return of_versions(*self.lost)

    @property
    def sums(self) -> list[tuple[str, str, str]]:
        """Figures of both runs: what, as it is, as tried."""
        was, now = (
            totals([getattr(call, side) for call in self.calls], self.limits) for side in ("before", "after")
        )
        registers = sorted({*was.answers, *now.answers})
        return [
            ("turns", str(was.turns), str(now.turns)),
            (f"cut off: went on within {self.limits.cut_off_s:g} s", str(was.cut_offs), str(now.cut_offs)),
            ("wait after the last word, mean", _seconds(was.wait_mean_s), _seconds(now.wait_mean_s)),
            ("wait after the last word, p95", _seconds(was.wait_p95_s), _seconds(now.wait_p95_s)),
            ("agent interrupted", str(was.interrupted), str(now.interrupted)),
            ("agent fell silent, and went on", str(was.resumed), str(now.resumed)),
            ("not answered", str(was.unanswered), str(now.unanswered)),
            *((f"answers: {name}", str(was.answers[name]), str(now.answers[name])) for name in registers),
        ]

    @property
    def changes(self) -> str:
        """What is different how often; a sentence."""
        found = changed(self.calls)
        told = ", ".join(f"{kind.lower()} {count}" for kind, count in sorted(found.items()))
        return f"Different: {told}." if told else "Nothing would have been different."

    @property
    def truth(self) -> str:
        """How many words are wrong against what was really said; a sentence, empty where nobody has corrected any."""
        found = misheard(self.calls)
        if found is None:
            return ""
        return (
            f"Of {count(found.words, 'word')} in {count(found.turns, 'corrected turn')}, "
            f"{found.share(found.live)} were wrong live, {found.share(found.before)} as it is, "
            f"{found.share(found.after)} as tried."
        )

    @property
    def agrees(self) -> str:
        """How far the first run is what the live calls were; a sentence."""
        found = agreement(self.calls, self.limits)
        share = f"{100 * found.wrong_words / found.words:.0f} %" if found.words else "–"
        cut = found.cut_offs
        return (
            f"As it is, the replay has {_beside(found.turns, 'turn', found.live_turns)}, "
            f"{share} of {count(found.words, 'word')} other than live, "
            f"a mean wait of {_seconds(found.wait_mean_s)} where it was {_seconds(found.live_wait_mean_s)}, "
            f"{_beside(found.interrupted, 'interruption', found.live_interrupted)}, "
            f"and {_beside(cut.replayed, 'cut-off', cut.live)}. {cut.caution}"
        ).rstrip()


def _beside(number: int, noun: str, live: int) -> str:
    """What a run has beside what there was live."""
    return f"{count(number, noun)} where there {'was' if live == 1 else 'were'} {live}"


def of_versions(was: int, now: int) -> str:
    """What is told of calls whose version of their agent is no more, so many in each of both runs."""
    if not (was or now):
        return ""
    count = f"{was}" if was == now else f"{was} as it is and {now} as tried"
    return (
        f"Of the calls, {count} had version b of their agent in an experiment that is no more, "
        "and were run with the agent as its file has it."
    )


def title(told: Timeline) -> str:
    """A call's."""
    version = f", version {told.variant}" if told.variant else ""
    return f"call {told.call}, agent {told.agent}{version}"


def lines(row: Row) -> Iterator[tuple[str, str, str]]:
    """The cells of a stretch in which both runs differ or not: which run, what was said, what is answered."""
    if not row.flags:
        yield "", _words(row.after), _answers(row.after)
        return
    if row.before:
        yield "as it is", _words(row.before), _answers(row.before)
    if row.after:
        yield "as tried", _words(row.after), _answers(row.after)


def _words(side: Sequence[Said]) -> str:
    return "\n".join(f"{said.turn.text} {_end(said)}" for said in side)


def _end(said: Said) -> str:
    """How the turn ended."""
    again = ", taken up again" if said.turn.taken_up else ""
    if said.turn.wait_s is None:
        return f"({said.turn.by}{again})"
    return f"({said.turn.wait_s:.2f} s{again})"


def _answers(side: Sequence[Said]) -> str:
    return "\n".join(f"{said.answer.register}: {said.answer.line}".rstrip(": ") for said in side)


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


def at(row: Row) -> float:
    """When a stretch began, in seconds."""
    return min(said.turn.begin_s for said in (*row.before, *row.after))


def show(report: Report, console: Console) -> None:
    """Print all of it."""
    for call in report.calls:
        console.print(_table(call))
    for passed in report.passed:
        console.print(escape(f"{passed.call} is passed over: {passed.why}"), soft_wrap=True)
    sums = Table("", "as it is", escape(report.tried))
    for cells in report.sums:
        sums.add_row(*map(escape, cells))
    console.print(sums)
    console.print(escape(report.changes), soft_wrap=True)
    console.print(escape(report.agrees), soft_wrap=True)
    for sentence in filter(None, (report.truth, report.versions)):
        console.print(escape(sentence), soft_wrap=True)


def _table(call: Compared) -> Table:
    columns = ("s", "different", "", "caller (silence that ended the turn)", "answer")
    shown = Table(*columns, title=escape(title(call.timeline)))
    for row in call.rows:
        first = (f"{at(row):.1f}", "\n".join(map(str, row.flags)))
        for which, words, answers in lines(row):
            shown.add_row(*map(escape, (*first, which, words, answers)))
            first = ("", "")
        shown.add_section()
    return shown


def page(report: Report) -> str:
    """The same as HTML; what anybody said stands there as text."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    calls: Iterable[tuple[str, list[tuple[Row, float, list[tuple[str, str, str]]]]]] = [
        (title(call.timeline), [(row, at(row), list(lines(row))) for row in call.rows])
        for call in report.calls
    ]
    return environment.get_template("report.html.j2").render(report=report, calls=calls)
