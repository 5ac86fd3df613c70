"""The local language model on this machine: `make bench-model`. Needs only its image and its file.

llama.cpp's own benchmark runs in the image of the server (`llm/tune … all`), with the model and the build that callers
get; here its lines become a result. How many threads write fastest, and how many tokens of a prompt are worth reading
in one step, is what the server's first start decides by the same means.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.instruments import report


class Line(msgspec.Struct, frozen=True):
    """What llama-bench tells of one measurement."""

    model_filename: str
    n_threads: int
    n_ubatch: int
    """Tokens that are read in a step."""
    n_prompt: int
    """Tokens that were read, or 0: it wrote."""
    avg_ts: float
    """Tokens a second."""


def figures(lines: Sequence[Line]) -> dict[str, report.Figure]:
    """Tokens a second: written by threads, read by tokens of a step; and the seconds of that step."""
    found: dict[str, report.Figure] = {}
    for line in lines:
        if not line.n_prompt:
            found[f"writes_tokens_s_threads_{line.n_threads}"] = line.avg_ts
            continue
        found[f"reads_tokens_s_batch_{line.n_ubatch}"] = line.avg_ts
        found[f"step_s_batch_{line.n_ubatch}"] = min(line.n_ubatch, line.n_prompt) / line.avg_ts
    return found


def main() -> int:
    """Write the result of a file of lines; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench.model", description="The local language model.")
    parser.add_argument("lines", type=Path, help="what llama-bench printed, as JSON lines")
    try:
        lines = msgspec.json.Decoder(Line).decode_lines(parser.parse_args().lines.read_bytes())
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    if not lines:
        print("bench: the language model could not be measured", file=sys.stderr)
        return 2
    found = figures(lines)
    report.table("Language model", ["what", "figure"], found.items())
    settings = {"model": Path(lines[0].model_filename).name}
    report.write("model", settings, found, [msgspec.to_builtins(line) for line in lines])
    return 0


if __name__ == "__main__":
    sys.exit(main())
