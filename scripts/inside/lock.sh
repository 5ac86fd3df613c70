#!/bin/bash
# Writes requirements/*.txt from pyproject.toml: one file per image, exact versions with hashes, one set of versions
# for all. Run inside the container that `make lock` starts (it has uv).
#
#   lock.sh [ARGUMENTS FOR uv pip compile, such as --upgrade or --upgrade-package NAME]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

compile() { # OUTPUT ARGUMENTS...
    local output=$1
    shift
    uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
        --python-version 3.13 --python-platform "${LOCK_PLATFORM:-x86_64-manylinux_2_28}" \
        --custom-compile-command "make lock" --output-file "$output" "$@"
    echo "$output: $(grep -c '==' "$output") packages"
}

SERVICES=(gateway stt agent caller tracing models records api chat)
# The union first: the others are held to its versions, so that a test sees what the services run.
compile requirements/tests.txt pyproject.toml "${SERVICES[@]/#/--extra=}" --extra=dev --extra=bench "$@"
for service in "${SERVICES[@]}"; do
    # An old file must not hold back a version that the union has moved on.
    rm -f "requirements/$service.txt"
    compile "requirements/$service.txt" pyproject.toml "--extra=$service" --constraint=requirements/tests.txt
done
rm -f requirements/stt-gpu.txt
compile requirements/stt-gpu.txt pyproject.toml --extra=stt --extra=stt-gpu --constraint=requirements/tests.txt
compile requirements/lock.txt requirements/lock.in "$@"
# What the benchmarks compare with has an environment of its own: none of its versions are those of the services. docopt
# is for a command line of num2words alone, and there is no wheel of it.
compile bench/peer/requirements.txt bench/peer/requirements.in --no-emit-package=docopt "$@"
if grep -nE '^(torch|nvidia-[a-z0-9-]+|triton)==' requirements/*.txt bench/peer/requirements.txt | grep -v '^requirements/stt-gpu.txt:'; then
    echo "lock: torch must stay out of the images (see above)" >&2
    exit 1
fi
