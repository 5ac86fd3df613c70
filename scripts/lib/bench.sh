# shellcheck shell=bash
# Running a benchmark, or kept calls again (compose.bench.yml); sourced by bench.sh and replay.sh, after common.sh.

running_stack() {
    local id
    id=$(containers status=running health=healthy label=com.docker.compose.service=asterisk 2>/dev/null) || :
    [[ -n $id ]] || fail "the stack is not running" "Start it:  make up"
    COMPOSE_FILE=$(running_files)
    # What another benchmark left must not stay.
    STACK_FILES=${COMPOSE_FILE//:$ROOT\/compose.bench.yml/}
    STACK_FILES=${STACK_FILES//:$ROOT\/compose.faults.yml/}
    STACK_FILES=${STACK_FILES//:$ROOT\/compose.clock.yml/}
    STACK_FILES=${STACK_FILES//:$ROOT\/compose.carrier.yml/}
    export COMPOSE_FILE=$STACK_FILES:$ROOT/compose.bench.yml COMPOSE_PROJECT_NAME=$PROJECT
}

build_bench() { # SERVICE..., bench unless others are named
    mkdir -p bench/results .cache/bench
    dc --profile bench build --quiet "${@:-bench}" >/dev/null || fail "the image of the benchmarks could not be built"
}

# Gateway and agent worker as benchmarks need them: one caller may call as often as it likes (compose.bench.yml). Calls
# in progress end.
change() { # SERVICE...
    dc up --detach --no-build --no-deps --quiet-pull "$@" >/dev/null 2>&1 || fail "$* did not start for the benchmark"
    wait_until_healthy
}

change_back() { # SERVICE...
    unset BENCH_AGENTS
    COMPOSE_FILE=$STACK_FILES change "$@"
}

# Until this script ends the stack has an agent that speaks at length, to be interrupted.
add_lecturer() {
    mkdir -p .cache/bench-agents
    cp -R agents/. bench/agents/. .cache/bench-agents/
    say "Giving the stack an agent that speaks at length ..."
    export BENCH_AGENTS=$ROOT/.cache/bench-agents
    change gateway gateway-2 agent
}

remove_lecturer() {
    change_back gateway gateway-2 agent
    rm -rf .cache/bench-agents
}

# Until this script ends the stack has a trunk, to people who are none, and may call nobody else.
add_carrier() {
    COMPOSE_FILE+=:$ROOT/compose.carrier.yml
    say "Giving the stack a carrier to call ..."
    change carrier gateway gateway-2
    TRUNK_HOST=carrier scripts/setup/telephony.sh
}

remove_carrier() {
    scripts/setup/telephony.sh || :
    dc rm --stop --force --volumes carrier >/dev/null 2>&1 || :
    change_back gateway gateway-2
}

run_bench() { # NAME ARGUMENTS...
    dc --profile bench run --rm --no-deps bench bash -c \
        'python -m "bench.$0" "$@"; status=$?; chown -R --reference=/app/Makefile /app/bench/results /bench; exit $status' \
        "$@"
}
