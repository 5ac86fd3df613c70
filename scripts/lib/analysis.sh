# shellcheck shell=bash
# The same calls without and with analysis of those that are over, twice each, and so that what drifts in between counts for
# both. Sourced by bench.sh, after common.sh, wait.sh and bench.sh of this folder.

PHASES=(without with with-again without-again)

beside_analysis() { # CALLS PASSES
    local phase
    running_stack
    build_bench
    trap 'change_back gateway gateway-2 records' EXIT
    for phase in "${PHASES[@]}"; do
        say "Calls $phase analysis ..."
        BENCH_ANALYSIS=true
        [[ $phase != without* ]] || BENCH_ANALYSIS=false
        export BENCH_ANALYSIS
        change gateway gateway-2 records
        run_bench analysis "$phase" "$@"
    done
}
