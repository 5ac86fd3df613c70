#!/bin/bash
# Measures anew how the local language model runs best on this machine, and starts it so; calls get no model meanwhile.
source "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
source scripts/lib/wait.sh

[[ -r $ENV_FILE ]] || fail "there is no $ENV_FILE yet" "Start with:  make up"
llm_is_local || fail "the language model is elsewhere: there is nothing to measure" "LLM_BASE_URL says where."
COMPOSE_FILE=$(running_files || setting COMPOSE_FILE)
export COMPOSE_FILE COMPOSE_PROFILES=llm
dc stop llm >/dev/null 2>&1 || :
dc run --rm --no-deps llm /opt/parley/entrypoint tune || fail "it could not be measured" "make logs SERVICE=llm"
[[ -z $(containers label=com.docker.compose.service=gateway status=running) ]] || { dc start llm >/dev/null 2>&1 && wait_until_healthy; }
