#!/bin/bash
# Runs a benchmark in the tests' image: bench.sh NAME [ARGUMENTS]; results go to bench/results/.
#
#   conversation, barge_in   call the stack that runs (make up)
#   faults                   breaks it, part by part, while callers converse
#   soak                     calls it for hours
#   knowledge                asks its language model
#   stt, turns, media, vad, voice need no stack, only the models
#
#   BENCH_PYTHON=python MODELS_DIR=folder   run media, vad or fuzz_rtp with another Python of this machine instead
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

benchmarks() { (cd bench && printf '%s ' */__main__.py [a-z]*.py) | sed -E 's#(/__main__)?\.py##g; s#summary ##'; }

name=${1:?usage: bench.sh NAME [ARGUMENTS]}
shift
[[ -r bench/$name.py || -r bench/$name/__main__.py ]] || fail "there is no benchmark '$name'" "There are: $(benchmarks)"

running_stack() {
    local id
    id=$(containers status=running health=healthy label=com.docker.compose.service=asterisk 2>/dev/null) || :
    [[ -n $id ]] || fail "the stack is not running" "Start it:  make up"
    COMPOSE_FILE=$(running_files)
    # What another benchmark left must not stay.
    COMPOSE_FILE=${COMPOSE_FILE//:$ROOT\/compose.bench.yml/}
    COMPOSE_FILE=${COMPOSE_FILE//:$ROOT\/compose.faults.yml/}
}

# Gateway and agent worker as benchmarks need them: one caller may call as often as it likes (compose.bench.yml). Calls
# in progress end.
change() { # SERVICE...
    dc up --detach --no-build --no-deps --quiet-pull "$@" >/dev/null 2>&1 || fail "$* did not start for the benchmark"
    wait_until_healthy
}

# What only Compose can do, when the benchmark of faults asks for it by a file of the service's name.
hands() {
    local wanted
    while sleep 0.2; do
        for wanted in .cache/hands/*; do
            case ${wanted##*/} in
                \*) continue ;;
                small-redis) FAULTS_REDIS=redis-small make_anew redis ;;
                *) make_anew "${wanted##*/}" ;;
            esac
            rm -f "$wanted"
        done
    done
}

make_anew() { # SERVICE
    dc up --detach --no-build --no-deps --force-recreate --quiet-pull "$1" >/dev/null 2>&1 || warn "$1 was not made anew"
}

change_back() { # FILES SERVICE...
    unset BENCH_AGENTS
    COMPOSE_FILE=$1 change "${@:2}"
}

run() {
    dc --profile bench run --rm --no-deps bench bash -c \
        'python -m "bench.$0" "$@"; status=$?; chown -R --reference=/app/Makefile /app/bench/results; exit $status' \
        "$name" ${arguments[@]+"${arguments[@]}"}
}

arguments=("$@")
mkdir -p bench/results
if [[ -n ${BENCH_PYTHON:-} ]]; then
    [[ $name =~ ^(media|vad|fuzz_rtp)$ ]] || fail "BENCH_PYTHON is for media, vad and fuzz_rtp" "The others need the container."
    PYTHONPATH=$ROOT:$ROOT/services exec "$BENCH_PYTHON" -m "bench.$name" "$@"
fi
case $name in
    conversation | barge_in | knowledge | faults | soak)
        source scripts/lib/wait.sh
        running_stack
        files=$COMPOSE_FILE
        export COMPOSE_FILE=$COMPOSE_FILE:$ROOT/compose.bench.yml COMPOSE_PROJECT_NAME=$PROJECT
        dc --profile bench build --quiet bench >/dev/null || fail "the image of the benchmarks could not be built"
        if [[ $name == barge_in ]]; then
            mkdir -p .cache/bench-agents
            cp -R agents/. bench/agents/. .cache/bench-agents/
            trap 'change_back "$files" gateway gateway-2 agent; rm -rf .cache/bench-agents' EXIT
            say "Giving the stack an agent that speaks at length ..."
            export BENCH_AGENTS=$ROOT/.cache/bench-agents
            change gateway gateway-2 agent
        elif [[ $name == conversation || $name == soak ]]; then
            trap 'change_back "$files" gateway gateway-2' EXIT
            change gateway gateway-2
        elif [[ $name == faults ]]; then
            rm -rf .cache/hands
            mkdir -p .cache/hands
            COMPOSE_FILE+=:$ROOT/compose.faults.yml
            change gateway gateway-2
            hands &
            # shellcheck disable=SC2064  # this one
            trap "kill $! 2>/dev/null || :; change_back '$files' gateway gateway-2 redis; docker volume rm ${PROJECT}_redis-small >/dev/null 2>&1 || :" EXIT
        fi
        run
        ;;
    *)
        COMPOSE_FILE=docker-compose.yml:compose.bench.yml
        export COMPOSE_FILE COMPOSE_PROJECT_NAME=$PROJECT
        [[ -r $ENV_FILE ]] || fail "there is no $ENV_FILE yet" "Start the stack once:  make up"
        dc --profile bench build --quiet bench >/dev/null || fail "the image of the benchmarks could not be built"
        run
        ;;
esac
