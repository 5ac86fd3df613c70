# shellcheck shell=bash
# The benchmark of faults: what only Compose can do is done here, while it runs. Sourced by bench.sh, after common.sh and
# bench.sh of this folder.
source scripts/lib/gateways.sh
source scripts/lib/workers.sh

# Who is made anew for clocks that are set (compose.clock.yml).
CLOCKED=(asterisk gateway gateway-2 stt agent records redis)

# It asks by a file of the service's name.
hands() {
    local wanted
    while sleep 0.2; do
        for wanted in .cache/hands/*; do
            case ${wanted##*/} in
                \*) continue ;;
                small-redis) FAULTS_REDIS=redis-small make_anew redis ;;
                gateways) upgrade_gateways ;;
                workers) upgrade_workers ;;
                set-clocks) COMPOSE_FILE=$COMPOSE_FILE:$ROOT/compose.clock.yml make_anew "${CLOCKED[@]}" ;;
                true-clocks) make_anew "${CLOCKED[@]}" ;;
                *) make_anew "${wanted##*/}" ;;
            esac
            rm -f "$wanted"
        done
    done
}

make_anew() { # SERVICE...
    dc up --detach --no-build --no-deps --force-recreate --quiet-pull "$@" >/dev/null 2>&1 || warn "$* was not made anew"
}

# As `make up` does after a change.
upgrade_gateways() {
    local service
    for service in "${GATEWAYS[@]}"; do
        make_anew "$service"
        gateway_is_up "$service" || warn "$service is not healthy"
    done
}

upgrade_workers() {
    local service
    for service in "${WORKERS[@]}"; do
        # shellcheck disable=SC2046  # a list of ids
        (replace_workers "$service" $(workers_of "$service")) || warn "$service was not made anew"
    done
}

offer_hands() {
    rm -rf .cache/hands .cache/clock
    mkdir -p .cache/hands .cache/clock
    COMPOSE_FILE+=:$ROOT/compose.faults.yml
    make_anew gateway gateway-2 # without waiting for health, which is the benchmark's: what was killed counts as failed
    hands &
    helping=$!
}

withdraw_hands() {
    kill "$helping" 2>/dev/null || :
    COMPOSE_FILE=$STACK_FILES dc up --detach --no-build --no-deps --quiet-pull "${CLOCKED[@]}" >/dev/null 2>&1 \
        || warn "${CLOCKED[*]} are not as they were: make up"
    local volume
    for volume in redis-small redis-clock records-clock; do
        docker volume rm "${PROJECT}_$volume" >/dev/null 2>&1 || :
    done
}
