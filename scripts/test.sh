#!/bin/bash
# Every test: those that need no stack, as many at a time as there are cores; then it brings the stack up as project
# parley-test, runs the others in a container on its network, and takes it down. The exit status is pytest's, its summary
# comes last: of both, that of the tests that failed.
#
#   test.sh          everything
#   test.sh unit     with a Redis only: what is not marked "stack"
#   PYTEST_ARGS="-k barge" test.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/wait.sh
source scripts/lib/tests-image.sh

NO_TESTS=5 # pytest's status where it found none
declare -A statuses

# Two runs would share one stack.
alone() {
    command -v flock >/dev/null || return 0
    mkdir -p .cache
    exec 9>.cache/test.lock
    flock --nonblock 9 || {
        say "Another test run is under way; waiting for it ..."
        flock 9
    }
}

tear_down() {
    dc --profile '*' down --volumes --remove-orphans --timeout 5 >/dev/null 2>&1 || :
}

fetch_models() {
    say "Looking after the models ..."
    quiet_dc run --rm --no-deps models || fail "the models could not be fetched (see above)"
}

bring_up() {
    say "Starting the stack under test ..."
    quiet_dc up --detach --no-build --quiet-pull || {
        say_what_failed
        fail "the stack under test did not start"
    }
    wait_until_healthy
    quiet_dc create --no-build canary # a test starts it, when its call disturbs no other
}

# The samples, and agents that only the tests call.
put_agents_together() {
    rm -rf .cache/test-agents
    mkdir -p .cache/test-agents
    cp -R agents/. tests/e2e/agents/. .cache/test-agents/
}

run_pytest() { # WHICH ARGUMENTS, as words for the shell
    local which=$1
    shift
    set +e
    quiet_dc --profile test run --rm --no-deps --use-aliases -T tests bash -c "exec pytest $* ${PYTEST_ARGS:-}" 2>&1 </dev/null \
        | tee "$work/$which"
    statuses[$which]=${PIPESTATUS[0]}
    set -e
}

test_without_stack() {
    say "Testing what needs no stack ..."
    quiet_dc up --detach --quiet-pull redis # a real one, for tests of what is kept there
    run_pytest unit "-m 'not stack' --numprocesses auto --dist loadfile --no-loadscope-reorder"
}

test_on_stack() {
    export COMPOSE_PROFILES=llm,alerts,turn
    put_agents_together
    CONSOLE_PHONES=1010 QUEUES=sales:1001 QUEUE_WRAPUP_S=1 QUEUE_ANNOUNCE_S=15 USERS_FILE=/dev/null \
        scripts/setup/telephony.sh write
    bring_up
    say "Testing on the stack ..."
    run_pytest stack "-m stack"
    ((statuses[stack] == 0 || statuses[stack] == NO_TESTS)) || say_logs_of_the_unhealthy
}

say_logs_of_the_unhealthy() {
    states | awk '$2 == "failed" || $2 == "unhealthy"' | grep -q . || return 0
    LOG_LINES=60 say_what_failed
}

# Both summaries come last, that of what failed at the very end. PYTEST_ARGS may name tests of one kind only.
judge() {
    local which status=$NO_TESTS failed=()
    for which in unit stack; do
        case ${statuses[$which]:-$NO_TESTS} in
            0)
                ((status != NO_TESTS)) || status=0
                tail -n 1 "$work/$which"
                ;;
            "$NO_TESTS") ;;
            *)
                status=${statuses[$which]}
                failed+=("$work/$which")
                ;;
        esac
    done
    ((${#failed[@]} == 0)) || tail -q -n 1 "${failed[@]}"
    exit "$status"
}

main() {
    alone
    work=$(mktemp -d)
    rm -f .cache/test.env # no other run uses it now, and settings may have changed
    prepare_tests
    say "Building the images (the first time takes some minutes) ..."
    trap 'tear_down; rm -rf "$work"' EXIT
    if [[ ${1:-} == unit ]]; then
        build_images --profile test build tests
        test_without_stack
    else
        build_images --profile llm --profile turn --profile tools --profile test build
        tear_down # what an interrupted run left
        fetch_models
        test_without_stack
        test_on_stack
    fi
    judge
}

main "$@"
