#!/bin/bash
# `docker compose` for the stack as it runs, with its overlays: compose.sh logs -f gateway
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

[[ -r $ENV_FILE ]] || fail "there is no $ENV_FILE yet, so nothing runs" "Start the stack:  make up"
COMPOSE_FILE=$(running_files || setting COMPOSE_FILE)
export COMPOSE_FILE
case ${1:-} in
    # What starts something starts what `make up` starts; everything else is about whatever there is.
    up | create | start | restart | watch | run) choose_profiles ;;
    *) export COMPOSE_PROFILES='*' ;;
esac
dc "$@"
