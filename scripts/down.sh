#!/bin/bash
# Stops the stack and removes its containers; data and models stay on their volumes. down.sh -v removes data and models, too.
#
#   down.sh drain gateway-2   stops only a gateway, without ending a call: it takes no more, and stops when those it has are
#                             over (at the latest after DRAIN_S, when another gateway goes on with them)
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/gateways.sh

drain() { # SERVICE
    local service=${1:-} other
    [[ -n $service && " ${GATEWAYS[*]} " == *" $service "* ]] \
        || fail "which gateway is to stop?" "make drain SERVICE=gateway, or gateway-2"
    COMPOSE_FILE=$(running_files)
    export COMPOSE_FILE
    runs "$service" || fail "$service does not run"
    for other in "${GATEWAYS[@]}"; do
        [[ $other == "$service" ]] || runs "$other" || fail "$other does not run, which is to take the calls" "make up"
    done
    say "$service takes no more calls; it has $(calls_of "$service"). Waiting for them to end ..."
    quiet_dc stop "$service"
    say "$service has stopped. make up starts it again."
}

[[ -r $ENV_FILE ]] || fail "there is no $ENV_FILE, so nothing was started from here"
[[ ${1:-} != drain ]] || { drain "${2:-}" && exit; }
exec scripts/compose.sh down --remove-orphans "$@"
