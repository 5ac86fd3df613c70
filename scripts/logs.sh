#!/bin/bash
# Follows the logs: logs.sh [SERVICE...]; with CALL=last or CALL=id, all lines of one call in order of time.
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

last_call() { # one of the canary's only where there is no other
    scripts/compose.sh --ansi never logs --no-color --no-log-prefix --timestamps gateway gateway-2 | grep '"call arrived"' | sort \
        | awk '/"caller": ?"canary"/ { canary = $0; next } { other = $0 } END { print other ? other : canary }' \
        | sed -n 's/.*"call":"\([^"]*\)".*/\1/p'
}

[[ -n ${CALL:-} ]] || exec scripts/compose.sh logs --follow --tail 100 "$@"
[[ $CALL != last ]] || CALL=$(last_call) || :
[[ -n $CALL ]] || fail "no call is in the gateway's log" "Make one:  make call"
have_image "$(own_image caller)" || fail "the image $(own_image caller) is not there" "Build it:  make up"
colour=()
[[ ! -t 1 ]] || colour=(--env FORCE_COLOR=1 --env "COLUMNS=$(tput cols 2>/dev/null || echo 120)")
scripts/compose.sh --ansi never logs --no-color --timestamps "$@" \
    | docker run --rm --interactive --network none ${colour[@]+"${colour[@]}"} "$(own_image caller)" python -m tracing.logs "$CALL"
