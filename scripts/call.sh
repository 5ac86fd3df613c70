#!/bin/bash
# Makes a test call to the running stack: call.sh [SCRIPT.yaml] [ARGUMENTS OF python -m caller]
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

id=$(containers status=running health=healthy label=com.docker.compose.service=asterisk 2>/dev/null) || :
[[ -n $id ]] || fail "the stack is not running" "Start it:  make up"
COMPOSE_FILE=$(running_files)
export COMPOSE_FILE
mkdir -p out

arguments=()
mounts=()
if [[ -n ${1:-} ]]; then
    [[ -r $1 ]] || fail "there is no script '$1'"
    # The script's folder comes along: its WAV files are named relative to it.
    mounts=(--volume "$(cd "$(dirname "$1")" && pwd):/script:ro")
    arguments=("/script/$(basename "$1")")
    shift
fi
exec docker compose --project-name "$PROJECT" --env-file "$ENV_FILE" --profile tools run --rm --no-deps \
    --user "$(id -u):$(id -g)" ${mounts[@]+"${mounts[@]}"} caller \
    python -m caller ${arguments[@]+"${arguments[@]}"} "$@"
