# shellcheck shell=bash
# Waiting for the stack to be healthy; sourced by up.sh and test.sh, after common.sh.

WAIT_S=${WAIT_S:-420}

# "stt-1 healthy": every container of the stack, with the worst that can be said of it.
states() {
    local ids
    ids=$(containers)
    [[ -n $ids ]] || return 0
    # shellcheck disable=SC2086  # a list of ids
    docker inspect --format '{{.Name}} {{.State.Status}} {{.State.ExitCode}} {{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}} {{.RestartCount}}' $ids \
        | awk -v prefix="/$PROJECT-" '{
            name = substr($1, length(prefix) + 1)
            if (name ~ /^models-/) verdict = $2 == "exited" ? ($3 == 0 ? "done" : "failed") : "fetching"
            else if ($5 >= 2 || $2 == "exited" || $2 == "dead") verdict = "failed"
            else if ($2 != "running") verdict = $2
            else verdict = $4 == "-" ? "running" : $4
            print name, verdict
        }'
}

say_what_failed() {
    local name verdict
    states | while read -r name verdict; do
        case $verdict in
            failed | unhealthy)
                printf '\n%s is %s. Its last words:\n' "$name" "$verdict" >&2
                docker logs --tail "${LOG_LINES:-20}" "$PROJECT-$name" 2>&1 | sed 's/^/    /' >&2
                ;;
        esac
    done
}

wait_until_healthy() {
    local start=$SECONDS waiting last=""
    while :; do
        waiting=$(states | awk '$2 !~ /^(healthy|done|running)$/ { printf "%s%s (%s)", sep, $1, $2; sep = ", " }')
        [[ -n $waiting ]] || break
        [[ $waiting == "$last" ]] || note "$((SECONDS - start)) s: waiting for $waiting"
        last=$waiting
        if [[ $waiting == *"(failed)"* || $((SECONDS - start)) -ge $WAIT_S ]]; then
            say_what_failed
            fail "not healthy after $((SECONDS - start)) s: $waiting"
        fi
        sleep 1
    done
    note "every service is healthy after $((SECONDS - start)) s"
}
