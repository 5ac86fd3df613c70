"""What is made of calls, held against what somebody who reads them says: `python -m bench.insight`, or
`make bench-insight`. `--fit` fits the weights of sentiments first, and writes services/agent/insight/sentiment.json.
`--judge` asks the language model that SIMULATE_LLM_BASE_URL names, and holds the judge of simulated conversations
against its set instead; each of both leaves the other's figures in the results as they are.

The sets in bench/data/insight are synthetic: written for this, by those who wrote the rules and the examples. Of each
every other entry may be looked at when these are chosen; the figures are those of the others alone. What fails is
printed, of the half that may be looked at.
"""

import argparse
import asyncio
import os
from pathlib import Path

from agent.knowledge.base import load_base
from bench.insight import fit, judge, judged, lines
from bench.insight.calls import calls
from bench.instruments import report
from parley.settings import load
from simulate.model.asking import Model
from simulate.settings import SimulateSettings


def main() -> None:
    """Judge all sets that need no language model, or the one that does."""
    parser = argparse.ArgumentParser(prog="bench.insight", description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights of sentiments first")
    parser.add_argument("--judge", action="store_true", help="only the judge of simulated conversations")
    options = parser.parse_args()
    if options.judge:
        asyncio.run(_judge(load(SimulateSettings, os.environ)))
    else:
        _rules(fits=options.fit)


async def _judge(settings: SimulateSettings) -> None:
    model = Model.connect(settings)
    try:
        pairs = await judge.judged(model, judge.excerpts())
    finally:
        await model.close()
    local = settings.simulate_llm_model == "local"
    name = os.environ.get("LLM_MODEL_FILE") if local else settings.simulate_llm_model
    told = {"judge_excerpts": len(pairs), "judge_model": name or "local"}
    report.write("insight", told, judge.figures(pairs), (), mine=_is_of_the_judge)


def _rules(*, fits: bool) -> None:
    base = load_base(Path(os.environ.get("MODELS_DIR") or "/models"))
    told, felt, wanted = calls(), lines.feelings(), lines.wishes()
    if fits:
        fit.write(felt[::2], base.embedder)
    figures = judged.of_calls(told) | judged.of_wishes(wanted, base.embedder)
    figures |= judged.of_feelings(felt, base.embedder) | judged.of_topics(wanted, base.embedder)
    settings = {"calls": len(told), "utterances_category": len(wanted), "utterances_sentiment": len(felt)}
    report.write("insight", settings, figures, (), mine=_is_mine)


def _is_mine(name: str) -> bool:
    """Whether a name in the results is neither that of bench/analysis nor of the judge."""
    return not (name.endswith("_analysis") or _is_of_the_judge(name))


def _is_of_the_judge(name: str) -> bool:
    return name.startswith("judge_")


if __name__ == "__main__":
    main()
