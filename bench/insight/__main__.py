"""What is made of calls, held against what somebody who reads them says: `python -m bench.insight`, or
`make bench-insight`. `--fit` fits the weights of sentiments first, and writes services/agent/insight/sentiment.json.
Two ask the language model that SIMULATE_LLM_BASE_URL names instead: `--judge` holds the judge of simulated
conversations against its set, `--opinion` what callers want with the model's second opinion where examples are unsure.
Each of the three leaves the others' figures in the results as they are.

The sets in bench/data/insight are synthetic: written for this, by those who wrote the rules and the examples. Of each
every other entry may be looked at when these are chosen; the figures are those of the others alone. What fails is
printed, of the half that may be looked at.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from agent.knowledge.base import load_base
from bench.insight import fit, judge, judged, lines, opinion
from bench.insight.calls import calls
from bench.insight.opinion import is_of_the_opinion
from bench.instruments import report
from parley.errors import ParleyError
from parley.settings import load
from simulate.model.asking import Model
from simulate.settings import SimulateSettings


def main() -> int:
    """Judge all sets that need no language model, or one that does; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.insight", description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights of sentiments first")
    parser.add_argument("--judge", action="store_true", help="only the judge of simulated conversations")
    parser.add_argument(
        "--opinion", action="store_true", help="only categories, with a model's second opinion"
    )
    options = parser.parse_args()
    try:
        if options.judge:
            asyncio.run(_with_model(_judge))
        elif options.opinion:
            asyncio.run(_with_model(_opinion))
        else:
            _rules(fits=options.fit)
    except ParleyError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    return 0


async def _with_model(do: Callable[[Model, str], Awaitable[None]]) -> None:
    """Ask the model that the settings name; `do` gets its name as well."""
    settings = load(SimulateSettings, os.environ)
    local = settings.simulate_llm_model == "local"
    name = os.environ.get("LLM_MODEL_FILE") if local else settings.simulate_llm_model
    model = Model.connect(settings)
    try:
        await do(model, name or "local")
    finally:
        await model.close()


async def _judge(model: Model, name: str) -> None:
    pairs = await judge.judged(model, judge.excerpts())
    told = {"judge_excerpts": len(pairs), "judge_model": name}
    _write(told, judge.figures(pairs), _is_of_the_judge)


async def _opinion(model: Model, name: str) -> None:
    base = load_base(_models())
    found = await opinion.opinions(model, lines.wishes(), base.embedder)
    _write({"opinion_model": name}, opinion.figures(found), is_of_the_opinion)


def _models() -> Path:
    return Path(os.environ.get("MODELS_DIR") or "/models")


def _write(
    settings: Mapping[str, object], figures: Mapping[str, report.Figure], mine: Callable[[str], bool]
) -> None:
    for each, value in figures.items():
        report.console.print(f"{each}: {value}", highlight=False)
    report.write("insight", settings, figures, (), mine=mine)


def _rules(*, fits: bool) -> None:
    base = load_base(_models())
    told, felt, wanted = calls(), lines.feelings(), lines.wishes()
    if fits:
        fit.write(felt[::2], base.embedder)
    figures = judged.of_calls(told) | judged.of_wishes(wanted, base.embedder)
    figures |= judged.of_feelings(felt, base.embedder) | judged.of_topics(wanted, base.embedder)
    settings = {"calls": len(told), "utterances_category": len(wanted), "utterances_sentiment": len(felt)}
    _write(settings, figures, _is_mine)


def _is_mine(name: str) -> bool:
    """Whether a name in the results is neither that of bench/analysis nor of what asks a model."""
    return not (name.endswith("_analysis") or _is_of_the_judge(name) or is_of_the_opinion(name))


def _is_of_the_judge(name: str) -> bool:
    return name.startswith("judge_")


if __name__ == "__main__":
    sys.exit(main())
