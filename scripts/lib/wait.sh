# shellcheck shell=bash
# Waiting for the stack to be healthy; sourced by up.sh and test.sh, after common.sh.

WAIT_S=${WAIT_S:-420}

# "/parley-stt-1 running 0 healthy 3": each container's state, exit status, health, and how often it was started anew.
inspected() {
    local ids
    ids=$(containers)
    [[ -n $ids ]] || return 0
    # shellcheck disable=SC2086  # a list of ids
    docker inspect --format '{{.Name}} {{.State.Status}} {{.State.ExitCode}} {{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}} {{.RestartCount}}' $ids
}

# "stt-1 healthy": every container of the stack, with the worst that can be said of it. What is healthy now has got over
# its restarts, and those of BEFORE, an earlier output of `inspected`, were for other reasons.
states() { # [BEFORE]
    { printf '%s\n' "${1:-}" | sed 's/^/before /' && inspected | sed 's/^/now /'; } \
        | awk -v prefix="/$PROJECT-" '
        NF < 6 { next }
        { which = $1; sub(/^[a-z]+ /, "") }
        which == "before" { earlier[$1] = $5; next }
        {
            name = substr($1, length(prefix) + 1)
            loops = $4 != "healthy" && $5 - earlier[$1] >= 2
            if (name ~ /^models-/) verdict = $2 == "exited" ? ($3 == 0 ? "done" : "failed") : "fetching"
            else if (loops || $2 == "exited" || $2 == "dead") verdict = "failed"
            else if ($2 != "running") verdict = $2
            else verdict = $4 == "-" ? "running" : $4
            print name, verdict
        }'
}

say_what_failed() { # [BEFORE]
    local name verdict
    states "${1:-}" | while read -r name verdict; do
        case $verdict in
            failed | unhealthy)
                printf '\n%s is %s. Its last words:\n' "$name" "$verdict" >&2
                docker logs --tail "${LOG_LINES:-20}" "$PROJECT-$name" 2>&1 | sed 's/^/    /' >&2
                ;;
        esac
    done
}

wait_until_healthy() {
    local start=$SECONDS waiting last="" before
    before=$(inspected)
    while :; do
        waiting=$(states "$before" | awk '$2 !~ /^(healthy|done|running)$/ { printf "%s%s (%s)", sep, $1, $2; sep = ", " }')
        [[ -n $waiting ]] || break
        [[ $waiting == "$last" ]] || note "$((SECONDS - start)) s: waiting for $waiting"
        last=$waiting
        if [[ $waiting == *"(failed)"* || $((SECONDS - start)) -ge $WAIT_S ]]; then
            say_what_failed "$before"
            fail "not healthy after $((SECONDS - start)) s: $waiting"
        fi
        sleep 1
    done
    note "every service is healthy after $((SECONDS - start)) s"
}
