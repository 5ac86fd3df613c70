#!/bin/bash
# Shows a call's timeline: trace.sh last|ID
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

id=$(containers status=running label=com.docker.compose.service=redis 2>/dev/null) || :
[[ -n $id ]] || fail "the stack is not running" "Start it:  make up"
COMPOSE_FILE=$(running_files)
export COMPOSE_FILE
exec docker compose --project-name "$PROJECT" --env-file "$ENV_FILE" --profile tools run --rm --no-deps \
    doctor python -m tracing.show "${1:-last}"
