# shellcheck shell=bash
# Recognition and answers, one worker after the other, so that no call waits for one to start; sourced after common.sh.

WORKERS=(stt agent)
WORKER_WAIT_S=300

workers_of() { containers status=running "label=com.docker.compose.service=$1"; } # SERVICE

# Compose alone knows which of them it would make anew; made anew by it, all of them would be away at a time.
changed_workers() { # SERVICE
    local name
    dc --dry-run up --detach --no-build --no-deps --quiet-pull "$1" 2>&1 | awk '$NF == "Recreate" { print $(NF - 1) }' \
        | while read -r name; do docker inspect --format '{{.Id}}' "$name"; done
}

workers_are_healthy() { # SERVICE
    local ids
    ids=$(workers_of "$1")
    # shellcheck disable=SC2086  # a list of ids
    [[ -n $ids ]] && ! docker inspect --format '{{.State.Health.Status}}' $ids 2>/dev/null | grep --quiet --invert-match '^healthy$'
}

workers_are_up() { within "$WORKER_WAIT_S" workers_are_healthy "$1"; } # SERVICE

# A new one beside the old ones; when it is healthy an old one ends what it has begun, and goes.
replace_workers() { # SERVICE ID...
    local service=$1 id count
    shift
    for id; do
        count=$(workers_of "$service" | wc -l)
        quiet_dc up --detach --no-build --no-deps --no-recreate --quiet-pull --scale "$service=$((count + 1))" "$service" \
            || fail "$service did not start"
        workers_are_up "$service" || fail "a new $service is not healthy; the old ones go on" \
            "See why:  make logs SERVICE=$service   If it needs a part that has changed, too:  make down && make up"
        docker stop "$id" >/dev/null
        docker rm "$id" >/dev/null
    done
}

# Where one is ill as it is, there is nothing to go on with beside it; and what a new one needs may not be there yet.
roll_workers() {
    local service changed
    for service in "${WORKERS[@]}"; do
        workers_are_healthy "$service" || continue
        changed=$(changed_workers "$service")
        # shellcheck disable=SC2086  # a list of ids
        [[ -z $changed ]] || replace_workers "$service" $changed
    done
}
