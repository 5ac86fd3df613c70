#!/bin/bash
# Lint, format, types and shell, in the tests container: check.sh [ruff|format|types|shell]...
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/tests-image.sh

prepare_tests
build_images --profile test build tests
exec docker run --rm --network none --volume "$ROOT:/app:ro" --volume parley-cache:/cache --tmpfs /tmp \
    --env RUFF_CACHE_DIR=/cache/ruff --env MYPY_CACHE_DIR=/cache/mypy "$(own_image tests)" scripts/inside/lint.sh "$@"
