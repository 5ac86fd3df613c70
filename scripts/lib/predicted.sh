# shellcheck shell=bash
# Real calls, the same run again with other settings, and real calls with these settings. Sourced by bench.sh, after
# common.sh, wait.sh and bench.sh of this folder.

# As it was, whatever has happened.
restore_settings() {
    local setting
    for setting in "${TRIED[@]}"; do unset "${setting%%=*}"; done
    change_back gateway gateway-2 agent
    rm -rf .cache/bench-agents
}

# Until this script ends the agent that is called records.
record_calls() {
    rm -rf .cache/bench-agents
    mkdir -p .cache/bench-agents
    cp -R agents/. .cache/bench-agents/
    grep -q '^recording:' .cache/bench-agents/techstore/agent.yaml \
        || printf '\nrecording: {enabled: true}\n' >>.cache/bench-agents/techstore/agent.yaml
    export BENCH_AGENTS=$ROOT/.cache/bench-agents
}

predicted() { # NAME=VALUE...
    TRIED=("$@")
    [[ $# -gt 0 ]] || TRIED=(ENDPOINT_FAST_MS=300 ENDPOINT_SLOW_MS=600)
    [[ -z $(setting RECORDINGS_KEY) ]] || fail "recordings are encrypted (RECORDINGS_KEY), and could not be run again" \
        "Measure on a stack without RECORDINGS_KEY."
    running_stack
    build_bench bench replay
    rm -f .cache/bench/predicted-*
    run_bench predicted check "${TRIED[*]}"
    trap restore_settings EXIT
    record_calls
    change gateway gateway-2 agent
    run_bench predicted calls as-it-is
    say "These calls run again ..."
    dc --profile bench run --rm --no-deps -T --volume "$ROOT/bench:/app/bench:ro" --volume "$ROOT/.cache/bench:/bench:ro" \
        replay python -m bench.predicted again "${TRIED[*]}" >.cache/bench/predicted-again.json
    export "${TRIED[@]}"
    change gateway gateway-2
    run_bench predicted calls as-tried
    run_bench predicted result "${TRIED[*]}"
}
