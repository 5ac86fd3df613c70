"""The page: one HTML file that needs nothing else, and runs nothing. No text of anybody's gets into it unescaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from records.experiment import table
from records.insight.outcome import CONTAINED, OUTCOMES
from records.insight.score import WEIGHTS
from records.report import charts
from records.report.figures import FEW, Figures, Measure, Share
from records.report.handovers import REASONS
from records.report.week import Week

MOST_QUESTIONS = 15
MOST_CATEGORIES = 12

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Card:
    """One of the figures at the top."""

    title: str
    now: str
    of: str
    """How many it is of."""
    before: str
    """The same a week before, with how many that is of."""
    change: str
    """Empty: there is nothing to compare."""
    few: bool
    """Whether the change may be chance."""


def render(now: Figures, before: Figures, week: Week, agent: str, made: datetime) -> str:
    """The page of a week and the one before; `made`: when, aware."""
    return _environment.get_template("report.html").render(
        week=week,
        agent=agent,
        made=made,
        now=now,
        before=before,
        cards=cards(now, before),
        days=charts.days(now.by_day, before.by_day),
        names=[f"{day:%a}" for day in week.days],
        outcomes=OUTCOMES,
        weights=WEIGHTS,
        reasons=REASONS,
        few=FEW,
        most_questions=MOST_QUESTIONS,
        categories=_most(now, before),
        channels=sorted({*now.by_channel, *before.by_channel}, key=lambda name: -now.by_channel.get(name, 0)),
    )


def summary(now: Figures, before: Figures, week: Week, agent: str) -> str:
    """The figures at the top in a few lines of text."""
    lines = [f"{week.name}, {agent or 'all agents'}, with the week before in brackets", ""]
    lines += [
        f"{card.title}: {card.now}{f' ({card.of})' if card.of else ''} [{card.before}]"
        for card in cards(now, before)
    ]
    if now.questions:
        lines += ["", "Not known, most often:"]
        lines += [f"  {question.count} x {question.question}" for question in now.questions[:5]]
    return "\n".join([*lines, "", "All of it stands on the page beside this text.", ""])


def cards(now: Figures, before: Figures) -> list[Card]:
    """The figures at the top."""
    shares = [
        ("Contained", CONTAINED),
        ("Handed over", ("handed_over",)),
        ("Not known", ("unknown_answer",)),
        ("Given up or failed", ("abandoned", "failed")),
    ]
    change = f"{now.count - before.count:+d}" if before.count else ""
    count = Card(
        "Calls and chats", str(now.count), "", str(before.count), change, min(now.count, before.count) < FEW
    )
    return [
        count,
        *(_share(title, now.share(*names), before.share(*names)) for title, names in shares),
        _measure("Score", now.score, before.score, form="{:.0f}", of="of 100, median of {}", unit=" points"),
        _measure(
            "Mood of callers", now.mood, before.mood, form="{:+.2f}", of="from -1 to 1, mean of {}", unit=""
        ),
        *_waits(now, before),
        *_costs(now, before),
    ]


def _share(title: str, now: Share | None, before: Share | None) -> Card:
    few = now is None or before is None or now.few or before.few
    # Between the figures that are shown: 16 % and 20 % are four points apart, whatever was rounded.
    points = _points(now) - _points(before) if now and before else 0
    change = f"{signed(points, '{:+d}')} points" if now and before else ""
    of = f"{now.some} of {now.all}" if now else ""
    earlier = f"{percent(before)} ({before.some} of {before.all})" if before else "–"
    return Card(title, percent(now), of, earlier, change, few)


def percent(share: Share | None) -> str:
    """A share in figures, without more of them than it has."""
    return f"{_points(share)} %" if share else "–"


def _points(share: Share) -> int:
    return round(100 * share.value)


def signed(value: float, form: str) -> str:
    """A change by a format that has a sign; one that is nothing in figures has both."""
    text = form.format(value)
    return text if any(figure in "123456789" for figure in text) else f"±{text.lstrip('+-')}"


def _measure(
    title: str, now: Measure | None, before: Measure | None, *, form: str, of: str, unit: str
) -> Card:
    few = now is None or before is None or now.few or before.few
    sign = form.replace("{:.", "{:+.")
    return Card(
        title,
        form.format(now.value) if now else "–",
        of.format(now.count) if now else "",
        f"{form.format(before.value)} ({before.count})" if before else "–",
        signed(now.value - before.value, sign) + unit if now and before else "",
        few,
    )


def _waits(now: Figures, before: Figures) -> list[Card]:
    found = []
    for kind, title in (("voice", "Answer by voice"), ("text", "Answer in chats")):
        waits, earlier = now.waits(kind), before.waits(kind)
        if waits is None and earlier is None:
            continue
        found.append(
            Card(
                title,
                f"{waits.p50:.2f} s" if waits else "–",
                f"median of {waits.count}; 95 % within {waits.p95:.2f} s" if waits else "",
                f"{earlier.p50:.2f} s; {earlier.p95:.2f} s ({earlier.count})" if earlier else "–",
                f"{signed(waits.p50 - earlier.p50, '{:+.2f}')} s" if waits and earlier else "",
                not (waits and earlier) or min(waits.count, earlier.count) < FEW,
            )
        )
    return found


def _costs(now: Figures, before: Figures) -> list[Card]:
    found = []
    for currency in sorted({*now.costs, *before.costs}):
        cost, earlier = now.costs.get(currency, 0.0), before.costs.get(currency, 0.0)
        each = f"{money(cost / now.count)} each; " if now.count else ""
        whole = "" if all(use.cost is not None for use in now.engines) else "not all engines have a price; "
        found.append(
            Card(
                "Cost of engines",
                f"{money(cost)} {currency}",
                f"{each}{whole}".removesuffix("; "),
                f"{money(earlier)} {currency}" if currency in before.costs else "–",
                f"{'-' if cost < earlier else '+'}{money(abs(cost - earlier))}"
                if currency in before.costs
                else "",
                min(now.count, before.count) < FEW,
            )
        )
    return found


def money(amount: float) -> str:
    """An amount with the figures that tell something: hundredths, or of less the first two."""
    if amount >= 0.1 or not amount:
        return f"{amount:.2f}"
    return f"{amount:.2g}" if amount >= 0.0001 else f"{amount:.6f}"


def grouped(count: int) -> str:
    """A number of things, its digits by threes; a dash: none."""
    return f"{count:,}" if count else "–"


def _most(now: Figures, before: Figures) -> Sequence[str]:
    """The categories that are shown: the most frequent, those of the week before among them; what has none is last."""
    both = {**before.categories, **now.categories}
    named = sorted(
        filter(None, both),
        key=lambda name: (-now.categories.get(name, 0), -before.categories.get(name, 0), name),
    )
    return [*named[:MOST_CATEGORIES], *([""] if "" in both else [])]


_environment.filters |= {"money": money, "grouped": grouped}
_environment.globals["table"] = table
_environment.globals["length"] = charts.length
