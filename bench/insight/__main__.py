"""What is made of calls, held against what somebody who reads them says: `python -m bench.insight`, or
`make bench-insight`. `--fit` fits the weights of sentiments first, and writes services/agent/insight/sentiment.json.

The sets in bench/data/insight are synthetic: written for this, by those who wrote the rules and the examples. Of each
every other entry may be looked at when these are chosen; the figures are those of the others alone. What fails is
printed, of the half that may be looked at.
"""

import argparse
import os
from pathlib import Path

from agent.knowledge.base import load_base
from bench.insight import fit, judged, lines
from bench.insight.calls import calls
from bench.instruments import report


def main() -> None:
    """Judge all sets."""
    parser = argparse.ArgumentParser(prog="bench.insight", description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights of sentiments first")
    fits = parser.parse_args().fit
    base = load_base(Path(os.environ.get("MODELS_DIR") or "/models"))
    told, felt, wanted = calls(), lines.feelings(), lines.wishes()
    if fits:
        fit.write(felt[::2], base.embedder)
    figures = judged.of_calls(told) | judged.of_wishes(wanted, base.embedder)
    figures |= judged.of_feelings(felt, base.embedder) | judged.of_topics(wanted, base.embedder)
    settings = {"calls": len(told), "utterances_category": len(wanted), "utterances_sentiment": len(felt)}
    report.write("insight", settings, figures, (), mine=_is_mine)


def _is_mine(name: str) -> bool:
    """Whether a name in the results is not that of bench/analysis."""
    return not name.endswith("_analysis")


if __name__ == "__main__":
    main()
