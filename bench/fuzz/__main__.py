"""Damaged texts for whatever reads what comes from outside: `python -m bench.fuzz`, or `make bench-fuzz-texts`.

Events of Asterisk, messages and events on the streams, kept states of calls, agent.yaml, knowledge files, answers of
language models and of a company's services. A crash is any exception but the one that names bad input, or more than a
second of a processor. What breaks a reader is kept among the samples.
"""

import argparse
import sys
import time
import tracemalloc

from bench.fuzz.readers import READERS, Reader
from bench.instruments import report
from bench.instruments.damage import Damage

SLOW_S = 1.0
_KEPT = 300
"""Characters of a text that broke a reader."""


def fuzz(reader: Reader, damage: Damage, seconds: float) -> tuple[int, float, list[dict[str, str]]]:
    """Put damaged texts into a reader; return how many, the longest time in seconds, and those that broke it."""
    count, slowest, broke = 0, 0.0, []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        text = damage.of(reader.texts)
        began = time.process_time()  # others may have the processor
        why = outcome(reader, text)
        took = time.process_time() - began
        count, slowest = count + 1, max(slowest, took)
        if took > SLOW_S:
            why = why or f"{took:.1f} s"
        if why:
            broke.append({"why": why, "text": repr(text[:_KEPT])})
    return count, slowest, broke


def outcome(reader: Reader, text: bytes) -> str:
    """Read a text; return what it broke by, empty when it did not."""
    try:
        reader.read(text)
    except reader.errors:
        return ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("readers", nargs="*", choices=[[], *READERS], help="only these")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    on = report.machine()
    figures: dict[str, report.Figure] = {}
    samples = []
    tracemalloc.start()
    for name in report.progress().track(args.readers or list(READERS), description="readers"):
        before = tracemalloc.get_traced_memory()[0]
        count, slowest, broke = fuzz(READERS[name], Damage(args.seed), args.seconds)
        kept = tracemalloc.get_traced_memory()[0] - before
        figures |= {
            f"{name}_texts": count,
            f"{name}_crashes": len(broke),
            f"{name}_slowest_ms": 1000 * slowest,
        }
        figures[f"{name}_kept_kb"] = kept / 1000
        samples += [{"reader": name, **sample} for sample in broke[:20]]
    figures["texts"] = sum(value or 0 for name, value in figures.items() if name.endswith("_texts"))
    figures["crashes"] = sum(value or 0 for name, value in figures.items() if name.endswith("_crashes"))
    report.table("Damaged texts", ["", ""], list(figures.items()))
    report.write("fuzz", {"seconds": args.seconds, "seed": args.seed}, figures, samples, on=on)
    return 1 if figures["crashes"] else 0


if __name__ == "__main__":
    sys.exit(main())
