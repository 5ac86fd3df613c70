#!/bin/bash
# Writes the figures of bench/results into README.md and docs/benchmarks.md; needs a Python 3.11 or newer, and nothing else.
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

exec python3 -m bench.summary
