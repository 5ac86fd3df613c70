#!/bin/bash
# Runs kept calls again (docs/insight.md): replay.sh, with other settings; replay.sh search, to find what ends turns,
# interrupts, and is said surely best. CALLS are ids of calls, or options such as --since 2026-11-01 --agent techstore; WITH is what is tried,
# NAME=VALUE with spaces between; CUT_OFFS how many callers a search may cut off, FALSE_BARGE_INS how often the agent may
# fall silent for nothing, per cent of the turns, WRONG how much of what is said surely may be wrong, per cent; HTML names a file for a page, KEY the file of the key that opens
# encrypted recordings. Reads what the stack keeps, which need not run.
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
source scripts/lib/bench.sh

[[ -n ${WITH:-} || ${1:-} == search ]] || fail "what is to be tried?" 'make replay WITH="ENDPOINT_FAST_MS=300" CALLS=last'
[[ -n ${CALLS:-} ]] || fail "which calls?" 'CALLS="--since 2026-11-01 --agent techstore", or ids of calls, or last'
[[ -z ${KEY:-} || -r $KEY ]] || fail "the key $KEY cannot be read"
[[ -r $ENV_FILE ]] || fail "there is no $ENV_FILE yet, so there are no calls" "Start the stack:  make up"

# Agents that are tried lie anywhere on this machine; in the container, in a place of their own.
tried=() mounts=()
read -r -a changes <<<"${WITH:-}"
for change in ${changes[@]+"${changes[@]}"}; do
    if [[ $change == AGENTS_DIR=* ]]; then
        folder=${change#*=}
        [[ -d $folder ]] || fail "setting AGENTS_DIR: there is no folder $folder"
        mounts=(--volume "$(cd "$folder" && pwd):/tried-agents:ro")
        change=AGENTS_DIR=/tried-agents
    fi
    tried+=("$change")
done
read -r -a arguments <<<"$CALLS"
module=replay
if [[ ${1:-} == search ]]; then
    module=replay.search
    arguments+=("--cut-offs=${CUT_OFFS:-3}" "--false-barge-ins=${FALSE_BARGE_INS:-5}" "--wrong=${WRONG:-3}")
else
    arguments+=("--with=${tried[*]-}" "--called=$WITH")
fi
[[ -z ${KEY:-} ]] || arguments+=(--key)
[[ -z ${HTML:-} ]] || arguments+=(--html)

COMPOSE_FILE=docker-compose.yml:compose.bench.yml
export COMPOSE_FILE COMPOSE_PROJECT_NAME=$PROJECT
build_bench replay

# On a terminal it has a progress bar; else what is printed is as wide as asked for.
how=(-T --env "COLUMNS=${COLUMNS:-160}")
[[ ! -t 0 || ! -t 1 || -n ${KEY:-}${HTML:-} ]] || how=()
replay() {
    dc --profile bench run --rm --no-deps ${how[@]+"${how[@]}"} ${mounts[@]+"${mounts[@]}"} replay \
        python -m "$module" "${arguments[@]}"
}

if [[ -n ${KEY:-} ]]; then exec <"$KEY"; fi
if [[ -z ${HTML:-} ]]; then
    replay
    exit
fi
mkdir -p "$(dirname "$HTML")"
replay >"$HTML.part" || {
    rm -f "$HTML.part"
    exit 2
}
mv "$HTML.part" "$HTML"
note "$HTML"
