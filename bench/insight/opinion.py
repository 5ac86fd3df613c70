"""What a language model's second opinion (CATEGORY_BY_MODEL) makes of lines of which examples are unsure."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from agent.insight.categories import Sorting
from agent.language_model.afterwards.opinion import MAX_TOKENS, messages, read
from bench.insight.judged import AGENTS, EmbedderOf, odds_of, percent
from bench.insight.lines import NONE, Wish
from bench.instruments import report
from bench.instruments.stats import percentile
from parley.agents import load_agents
from simulate.model.asking import Model


class Sorted(NamedTuple):
    """A line, and what it was taken for."""

    wish: Wish
    examples: str
    """By the examples; empty: none of the categories, as everywhere here."""
    asked: bool = False
    """Whether these are unsure, so that the model was."""
    model: str | None = None
    """By the model; None: it named none of them, or several."""
    seconds: float = 0.0
    """Until it had answered."""

    @property
    def category(self) -> str:
        """What counts."""
        return self.examples if self.model is None else self.model


async def opinions(model: Model, wanted: Sequence[Wish], embedder_of: EmbedderOf) -> list[Sorted]:
    """All lines as an agent worker sorts them that may ask the model, with a progress bar; raise ModelFailed."""
    agents, _ = load_agents(AGENTS)
    sorting, found = Sorting(embedder_of), []
    with report.progress() as progress:
        for wish in progress.track(wanted, description="lines"):
            agent = agents[wish.agent].in_language(wish.language)
            odds = odds_of(sorting, agent, wish)
            examples = sorting.chosen(odds)
            if not sorting.doubts(odds):
                found.append(Sorted(wish, examples))
                continue
            began = time.monotonic()
            told = read(await model.write(messages(agent, [wish.text]), MAX_TOKENS), agent)
            found.append(Sorted(wish, examples, True, told, time.monotonic() - began))
    return found


def figures(found: Sequence[Sorted]) -> dict[str, report.Figure]:
    """Accuracy in per cent: of all lines with the model, and of those of which it was asked by each; of the half that
    nobody looked at. Of all lines how long an opinion takes.
    """
    for each in found[::2]:
        if each.asked and each.model != each.wish.category:
            _show(each)
    held_out = found[1::2]
    asked = [each for each in held_out if each.asked]
    right = [each.category == each.wish.category for each in held_out]
    told: dict[str, report.Figure] = {
        "category_accuracy_with_model_pct": percent(sum(right), len(right)),
        "opinion_lines": len(asked),
    }
    if asked:
        told |= {
            "opinion_lines_right_by_examples_pct": _right([each.examples for each in asked], asked),
            "opinion_lines_right_by_model_pct": _right([each.model for each in asked], asked),
            "opinion_lines_right_with_model_pct": _right([each.category for each in asked], asked),
            "opinion_unreadable_pct": percent(sum(each.model is None for each in asked), len(asked)),
            "opinion_p50_s": round(percentile([each.seconds for each in found if each.asked], 50), 2),
        }
    return told


def is_of_the_opinion(name: str) -> bool:
    """Whether a name in the results is one of these figures, or tells what they are of."""
    return name.startswith("opinion_") or name == "category_accuracy_with_model_pct"


def _right(taken_for: Sequence[str | None], lines: Sequence[Sorted]) -> float:
    right = (name == each.wish.category for name, each in zip(taken_for, lines, strict=True))
    return percent(sum(right), len(lines))


def _show(each: Sorted) -> None:
    names = ["nothing readable" if name is None else name or NONE for name in (each.model, each.examples)]
    told = f"model: {names[0]}, examples: {names[1]}, not {each.wish.category or NONE}: {each.wish.text}"
    report.console.print(told, highlight=False, markup=False)
