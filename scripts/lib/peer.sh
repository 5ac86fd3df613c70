# shellcheck shell=bash
# Parley beside a peer, pipecat-ai with its own defaults: the same recordings, model files, language model and machine, in
# one run. Parley's calls come first; then all of the stack but the language model is stopped, so that the peer has the
# machine to itself, and started again. Sourced by bench.sh, after common.sh, wait.sh and bench.sh of this folder.

# What works while nobody calls, or would try to.
STOPPED=(canary gateway gateway-2 agent stt asterisk)
NETWORK=$PROJECT-peer

of_service() { containers "label=com.docker.compose.service=$1" "${@:2}"; } # NAME [FILTER...]

build_peer() {
    say "Building the peer's image (the first time takes some minutes) ..."
    dc --profile peer build --quiet peer >/dev/null || fail "the image of the peer could not be built"
}

stop_stack() {
    local service
    say "Stopping the stack but for its language model ..."
    stopped=()
    for service in "${STOPPED[@]}"; do
        # shellcheck disable=SC2207  # ids have no spaces
        stopped+=($(of_service "$service" status=running))
    done
    docker stop "${stopped[@]}" >/dev/null
}

# As it was, whatever has happened.
restore_stack() {
    docker network disconnect "$NETWORK" "$llm" >/dev/null 2>&1 || :
    docker network rm "$NETWORK" >/dev/null 2>&1 || :
    say "Starting the stack again ..."
    [[ ${#stopped[@]} -eq 0 ]] || docker start "${stopped[@]}" >/dev/null
    remove_lecturer
}

run_peer() {
    docker network create --internal "$NETWORK" >/dev/null
    docker network connect --alias llm "$NETWORK" "$llm"
    say "The peer is called ..."
    dc --profile peer run --rm --no-deps -T peer /bench/plan.json >.cache/bench/heard.jsonl
}

beside_a_peer() { # ARGUMENTS OF bench.conversation
    running_stack
    llm=$(of_service llm status=running)
    [[ -n $llm ]] || fail "the stack's language model does not run in it" "Both are measured with the local one: LLM_BASE_URL"
    export COMPOSE_FILE=$COMPOSE_FILE:$ROOT/compose.peer.yml
    build_bench
    build_peer
    stopped=()
    rm -rf .cache/bench/*
    trap restore_stack EXIT
    change gateway gateway-2
    run_bench conversation "$@"
    add_lecturer
    run_bench peer plan
    stop_stack
    run_peer
    run_bench peer result
}
