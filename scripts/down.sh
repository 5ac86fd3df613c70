#!/bin/bash
# Stops the stack and removes its containers; data and models stay on their volumes. down.sh -v removes data and models, too.
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

[[ -r $ENV_FILE ]] || fail "there is no $ENV_FILE, so nothing was started from here"
exec scripts/compose.sh down --remove-orphans "$@"
