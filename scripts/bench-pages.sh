#!/bin/bash
# Writes the figures of bench/results into README.md and docs, and what they come to of many machines; needs a Python 3.11
# or newer, and nothing else.
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

python3 -m bench.summary
exec python3 -m bench.scale
