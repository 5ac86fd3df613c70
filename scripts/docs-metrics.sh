#!/bin/bash
# Lists every metric of the code in docs/metrics.md, in the tests container.
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/tests-image.sh

prepare_tests
build_images --profile test build tests
exec docker run --rm --network none --user "$(id -u):$(id -g)" --volume "$ROOT:/app:ro" --volume "$ROOT/docs:/app/docs" \
    "$(own_image tests)" python -m parley.metrics docs/metrics.md
