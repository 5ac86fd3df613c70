#!/bin/bash
# Every test: brings the stack up as project parley-test, runs pytest in a container on its network, takes it down.
# The exit status is pytest's, its summary comes last.
#
#   test.sh          everything
#   test.sh unit     with a Redis only: what is not marked "stack"
#   PYTEST_ARGS="-k barge" test.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/wait.sh
source scripts/lib/tests-image.sh

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

bring_up() {
    say "Looking after the models ..."
    quiet_dc run --rm --no-deps models || fail "the models could not be fetched (see above)"
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

run_pytest() { # ARGUMENTS, as words for the shell
    say "Testing ..."
    set +e
    quiet_dc --profile test run --rm --no-deps --use-aliases -T tests bash -c "exec pytest $* ${PYTEST_ARGS:-}" 2>&1 </dev/null | tee "$work/pytest"
    status=${PIPESTATUS[0]}
    set -e
}

say_logs_of_the_unhealthy() {
    states | awk '$2 == "failed" || $2 == "unhealthy"' | grep -q . || return 0
    LOG_LINES=60 say_what_failed
    tail -n 1 "$work/pytest" # again, since it is to be the last
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
        quiet_dc up --detach --quiet-pull redis # a real one, for tests of what is kept there
        run_pytest "-m 'not stack'"
    else
        build_images --profile llm --profile tools --profile test build
        tear_down # what an interrupted run left
        put_agents_together
        QUEUES=sales:1001 QUEUE_WRAPUP_S=1 QUEUE_ANNOUNCE_S=15 USERS_FILE=/dev/null scripts/setup/telephony.sh write
        export COMPOSE_PROFILES=llm,alerts
        bring_up
        run_pytest
        ((status == 0)) || say_logs_of_the_unhealthy
    fi
    exit "$status"
}

main "$@"
