#!/bin/bash
# Fetches the models that the settings name, and the models named as arguments (whisper/tiny.en); --list, --check.
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

scripts/setup/install-docker.sh
[[ -e $ENV_FILE ]] || fail "there is no $ENV_FILE yet" "Start with:  make up"
COMPOSE_FILE=$(running_files || setting COMPOSE_FILE)
export COMPOSE_FILE
scripts/setup/bases.sh
build_images build models
exec docker compose --project-name "$PROJECT" --env-file "$ENV_FILE" run --rm --no-deps models python -m models "$@"
