#!/bin/bash
# Writes requirements/*.txt anew, in a container that has uv: relock.sh [--upgrade | --upgrade-package NAME]
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/tests-image.sh

prepare_tests
CA_BUNDLE=$(setting CA_BUNDLE)
build_images --profile lock build lock
exec docker run --rm --user "$(id -u):$(id -g)" --env HOME=/tmp --volume "$ROOT:/app" \
    ${CA_BUNDLE:+--env SSL_CERT_FILE=/ca --volume "$CA_BUNDLE:/ca:ro"} "$(own_image lock)" "$@"
