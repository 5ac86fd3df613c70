#!/bin/bash
# `docker compose` for the stack as it runs (its overlays, every profile): compose.sh logs -f gateway
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[[ -r $ENV_FILE ]] || fail "there is no $ENV_FILE yet, so nothing runs" "Start the stack:  make up"
COMPOSE_FILE=$(running_files || setting COMPOSE_FILE)
export COMPOSE_FILE
dc --profile '*' "$@"
