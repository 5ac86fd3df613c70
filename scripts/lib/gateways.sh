# shellcheck shell=bash
# Gateways one after the other, so that there is always one that takes calls; sourced after common.sh.

GATEWAYS=(gateway gateway-2)
GATEWAY_WAIT_S=120

runs() { [[ -n $(dc ps --quiet --status running "$1" 2>/dev/null) ]]; } # SERVICE

is_healthy() { # SERVICE
    local id
    id=$(dc ps --quiet --status running "$1" 2>/dev/null) || return 1
    [[ -n $id && $(docker inspect --format '{{.State.Health.Status}}' "$id" 2>/dev/null) == healthy ]]
}

gateway_is_up() { within "$GATEWAY_WAIT_S" is_healthy "$1"; } # SERVICE

calls_of() { # SERVICE: how many calls it has; nothing where that is not known
    dc exec -T "$1" python -c '
import os, urllib.request
host, port = os.environ.get("METRICS_HOST") or "127.0.0.1", os.environ.get("METRICS_PORT") or "9100"
page = urllib.request.urlopen(f"http://{host}:{port}/metrics", timeout=3).read().decode()
print(round(sum(float(l.split()[-1]) for l in page.splitlines() if l.startswith("parley_calls_active{"))))' 2>/dev/null || :
}

# Replace the gateways that have changed, those first that serve nobody. One that is replaced serves its calls to their
# end, or for DRAIN_S. When a new one does not become healthy, the old one beside it goes on taking calls.
roll_gateways() {
    local service calls serving=() idle=()
    for service in "${GATEWAYS[@]}"; do
        if is_healthy "$service"; then serving+=("$service"); else idle+=("$service"); fi
    done
    ((${#serving[@]})) || return 0 # no call is going on, and what gateways need may not be there
    for service in ${idle[@]+"${idle[@]}"} "${serving[@]}"; do
        calls=$(calls_of "$service")
        [[ ${calls:-0} == 0 ]] || note "$service has $calls calls: if it has changed, it is replaced when they are over"
        quiet_dc up --detach --no-build --no-deps --quiet-pull "$service" || fail "$service did not start"
        gateway_is_up "$service" || fail "$service is not healthy; the other gateway goes on taking calls" \
            "See why:  make logs SERVICE=$service   If it needs a part that has changed, too:  make down && make up"
    done
}
