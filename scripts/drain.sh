#!/bin/bash
# Stops a gateway without ending a call: it takes no more, and stops when those it has are over (at the latest after
# DRAIN_S, when another gateway goes on with them). `make up` starts it again.
#
#   drain.sh gateway-2
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source scripts/lib/wait.sh
source scripts/lib/gateways.sh

main() {
    local service=${1:-} other
    [[ " ${GATEWAYS[*]} " == *" $service "* ]] || fail "which gateway is to stop?" "make drain SERVICE=gateway, or gateway-2"
    runs "$service" || fail "$service does not run"
    for other in "${GATEWAYS[@]}"; do
        if [[ $other != "$service" ]] && ! runs "$other"; then
            fail "$other does not run, which is to take the calls" "make up"
        fi
    done
    say "$service takes no more calls; it has $(calls_of "$service"). Waiting for them to end ..."
    quiet_dc stop "$service"
    say "$service has stopped. make up starts it again."
}

main "$@"
